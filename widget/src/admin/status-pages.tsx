/** The status pages that are read: how old the picture is, what failed, and what does not fit. */
import type { ComponentChildren } from "preact";
import { t, tryT } from "../shared/i18n.ts";
import { full } from "../shared/time.ts";
import { Badge, Failure, Skeleton } from "../staff/parts.tsx";
import { safeUrl } from "../staff/read-loose.ts";
import type { Resource } from "../staff/load.ts";
import { Table } from "../staff/table.tsx";
import { words } from "../staff/texts.ts";
import { when } from "../staff/when.ts";
import type { Disagreement, StatusPage } from "./incident-types.ts";

export function StatusPages({ from }: { from: Resource<StatusPage[]> }) {
  return (
    <section class="status-pages" aria-labelledby="status-pages-title">
      <h2 class="section-title" id="status-pages-title">{t("admin.status_pages")}</h2>
      {from.error !== null && <Failure error={from.error} retry={from.reload} />}
      {from.data === null ? !from.error && <Skeleton rows={2} /> : from.data.length ? <Pages pages={from.data} /> : <p class="muted">{t("admin.status_pages.none")}</p>}
    </section>
  );
}

function Pages({ pages }: { pages: StatusPage[] }) {
  return (
    <>
      <Table
        caption={t("admin.status_pages")}
        rows={pages}
        rowKey={(page) => page.name}
        columns={[
          { key: "name", title: t("admin.status_page.name"), cell: (page) => <Name page={page} /> },
          { key: "read", title: t("admin.status_page.read"), cell: (page) => <Read page={page} /> },
          { key: "says", title: t("admin.status_page.says"), cell: (page) => (page.says ? words("admin.page_says", page.says) : "–") },
          { key: "ongoing", title: t("admin.status_page.ongoing"), number: true, cell: (page) => page.ongoing },
        ]}
      />
      {pages.map((page) => <Trouble key={page.name} page={page} />)}
    </>
  );
}

function Name({ page }: { page: StatusPage }) {
  const url = safeUrl(page.url);
  return (
    <span class="page-name">
      {url ? <a href={url} target="_blank" rel="noopener noreferrer">{page.name}</a> : <b>{page.name}</b>}
      <span class="muted">{words("admin.page_kind", page.kind)}</span>
    </span>
  );
}

function Read({ page }: { page: StatusPage }) {
  const tone = page.confirmed ? "good" : page.configured ? "bad" : "plain";
  const state = page.configured ? (page.confirmed ? "fresh" : "stale") : "off";
  return (
    <span class="state-line">
      <Badge tone={tone}>{t(`admin.status_page.${state}`)}</Badge>
      {page.read_at ? <time dateTime={page.read_at} title={full(page.read_at)}>{when(page.read_at)}</time> : <span>{t("admin.status_page.never")}</span>}
    </span>
  );
}

/** What somebody should look at; nothing where all is well. */
function Trouble({ page }: { page: StatusPage }) {
  if (!page.failures && !page.unmapped.length && !page.contradictions.length) return null;
  return (
    <div class="page-trouble">
      <h3>{page.name}</h3>
      <ul>
        {page.failures > 0 && <Line tone="bad">{t("admin.status_page.failed", { n: page.failures })}{page.error ? ` ${page.error}` : ""} {page.next_at && t("admin.status_page.next", { when: when(page.next_at) })}</Line>}
        {page.unmapped.length > 0 && <Line>{t("admin.status_page.unmapped", { n: page.unmapped.length, names: page.unmapped.join(", ") })}</Line>}
        {page.contradictions.map((one, i) => <Line key={i}>{disagreementWords(one)}</Line>)}
      </ul>
    </div>
  );
}

function Line({ tone = "warn", children }: { tone?: "warn" | "bad"; children: ComponentChildren }) {
  return <li class={`trouble trouble-${tone}`}>{children}</li>;
}

/** Every disagreement names its incident and component by the page's own names. */
export function disagreementWords(one: Disagreement): string {
  const values = { incident: one.incident ?? "–", component: one.component ?? "–" };
  return tryT(`admin.contradiction.${one.code}`, values) ?? [one.code.replace(/_/g, " "), one.incident, one.component].filter(Boolean).join(": ");
}
