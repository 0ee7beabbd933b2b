/** One source: what is gone there, what changed there and here, and what went wrong last time. */
import { useEffect, useRef, useState } from "preact/hooks";
import { locale, t } from "../shared/i18n.ts";
import { get, post, query } from "../staff/api.ts";
import { ask } from "../staff/dialog.tsx";
import { icon } from "../staff/icons.tsx";
import { useResource } from "../staff/load.ts";
import { Badge, languageName, Loaded, Working } from "../staff/parts.tsx";
import { go, link } from "../staff/router.ts";
import { Table } from "../staff/table.tsx";
import { say, sayError } from "../staff/toast.tsx";
import { when } from "../staff/when.ts";
import { TONES, Why } from "./import.tsx";
import { canRepeat, Counts, needsToken, repeat, SourceState, useImports } from "./imports.tsx";
import { PageHead } from "./page-head.tsx";
import type { GoneDocument, ImportProblem, NewerDocument, SourceDetails } from "./types.ts";

export function SourcePage({ name }: { name: string }) {
  const imports = useImports();
  const busy = imports.data?.running !== null || imports.data.sources.some((one) => one.busy && one.name === name);
  const details = useResource(`source ${name} ${locale.value}`, (signal) => get<SourceDetails>(`/api/admin/imports/source${query({ name, read_in: locale.value })}`, signal));
  const was = useRef(false);
  useEffect(() => {
    if (was.current && !busy) details.reload();
    was.current = busy;
  }, [busy]);
  const forget = async () => {
    if (!(await ask({ title: t("admin.imports.forget.title"), text: t("admin.imports.forget.text"), yes: t("admin.imports.forget"), danger: true }))) return;
    if (await settle("forget", { name }, t("admin.imports.forgotten"))) go("imports");
  };
  const source = details.data?.source;
  return (
    <>
      <PageHead back={{ href: link("imports"), name: t("admin.imports") }} title={<span class="break">{source?.kind === "upload" ? t("admin.imports.kind.upload") : name}</span>} text={source && <Facts details={details.data as SourceDetails} />}>
        {source && <Working kind="button-danger" busy={false} disabled={busy} onClick={() => void forget()}>{t("admin.imports.forget")}</Working>}
        {source && canRepeat(source) && !needsToken(source) && <Working busy={busy} onClick={() => void repeat(source).then(imports.reload)}>{icon("refresh", 16)} {t("admin.imports.again")}</Working>}
      </PageHead>
      <Loaded from={details}>
        {(found) => (
          <div class="stack">
            {found.error && <p class="notice notice-bad" role="alert">{t("admin.imports.failed")} <Why told={found.error} /></p>}
            {found.warning && <p class="notice notice-bad" role="alert">{t("admin.imports.warning")} <Why told={found.warning} /></p>}
            {found.missing.length > 0 && <Missing key={found.missing.length} name={name} missing={found.missing} risky={Boolean(found.source.warning)} reload={details.reload} />}
            {found.proposed.length > 0 && <Proposed name={name} proposed={found.proposed} reload={details.reload} />}
            {found.problems.length > 0 && <Problems problems={found.problems} />}
            {!found.missing.length && !found.proposed.length && !found.problems.length && <p class="notice">{t("admin.imports.settled")}</p>}
          </div>
        )}
      </Loaded>
    </>
  );
}

function Facts({ details }: { details: SourceDetails }) {
  const { source } = details;
  return (
    <span class="state-line">
      <SourceState source={source} />
      <span>{t(`admin.imports.kind.${source.kind}`)}</span>
      {canRepeat(source) && <span class="mono break">{source.address}</span>}
      {source.finished_at && <span>{when(source.finished_at)}</span>}
      <span>{t("admin.imports.documents", { n: details.documents })}</span>
      <Counts counts={source.counts} />
    </span>
  );
}

async function settle(path: string, body: unknown, done: string): Promise<boolean> {
  try {
    await post(`/api/admin/imports/${path}`, body);
    say(done);
    return true;
  } catch (error) {
    sayError(error);
    return false;
  }
}

const keyOf = (one: GoneDocument) => `${one.source_id} ${one.locale}`;

function Missing({ name, missing, risky, reload }: { name: string; missing: GoneDocument[]; risky: boolean; reload: () => void }) {
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set(risky ? [] : missing.map(keyOf)));
  const [busy, work] = useState<"remove" | "keep" | null>(null);
  const mine = missing.filter((one) => chosen.has(keyOf(one)));
  const act = async (what: "remove" | "keep") => {
    const n = mine.length;
    if (what === "remove" && !(await ask({ title: t("admin.imports.remove.title", { n }), text: t("admin.imports.remove.text"), yes: t("admin.imports.remove", { n }), danger: true }))) return;
    work(what);
    const documents = mine.map(({ source_id, locale }) => ({ source_id, locale }));
    await settle(what, { name, documents }, t(what === "remove" ? "admin.imports.removed" : "admin.imports.kept", { n }));
    work(null);
    reload();
  };
  const all = mine.length === missing.length;
  const toggle = (key: string, on: boolean) => choose(new Set(on ? [...chosen, key] : [...chosen].filter((one) => one !== key)));
  return (
    <fieldset class="picks">
      <legend class="section-title">{t("admin.imports.missing")}</legend>
      <p class="hint">{t("admin.imports.missing.text")}</p>
      <label class="check pick-all">
        <input type="checkbox" checked={all} onChange={() => choose(new Set(all ? [] : missing.map(keyOf)))} /> {t("admin.imports.all", { n: missing.length })}
      </label>
      <ul class="lines">
        {missing.map((one) => (
          <li key={keyOf(one)} class="pick">
            <label class="check">
              <input type="checkbox" checked={chosen.has(keyOf(one))} onChange={(event) => toggle(keyOf(one), event.currentTarget.checked)} />
              <span><b lang={one.locale}>{one.title}</b> <span class="muted">{languageName(one.locale)}</span> <span class="mono muted break">{one.name}</span></span>
            </label>
            <a class="link" href={link("articles", one.article, one.locale)}>{t("admin.imports.open")}<span class="hidden"> {one.title}</span></a>
          </li>
        ))}
      </ul>
      <div class="rule-foot">
        <Working kind="button-danger" busy={busy === "remove"} disabled={!mine.length || busy !== null} onClick={() => void act("remove")}>{t("admin.imports.remove", { n: mine.length })}</Working>
        <Working kind="" busy={busy === "keep"} disabled={!mine.length || busy !== null} onClick={() => void act("keep")}>{t("admin.imports.keep", { n: mine.length })}</Working>
      </div>
    </fieldset>
  );
}

function Proposed({ name, proposed, reload }: { name: string; proposed: NewerDocument[]; reload: () => void }) {
  const decide = async (one: NewerDocument, accept: boolean) => {
    const { source_id, locale } = one;
    await settle("decide", { name, source_id, locale, accept }, t(accept ? "admin.imports.taken" : "admin.imports.stayed"));
    reload();
  };
  return (
    <section>
      <h2 class="section-title">{t("admin.imports.proposed")}</h2>
      <p class="hint">{t("admin.imports.proposed.text")}</p>
      {proposed.map((one) => (
        <details key={keyOf(one)} class="rule">
          <summary>{icon("chevron-right", 14)} <b lang={one.locale}>{one.title}</b> <span class="muted">{languageName(one.locale)}</span></summary>
          <div class="rule-body">
            <div class="two">
              <Text title={t("admin.imports.ours")} heading={one.title} text={one.ours} lang={one.locale} />
              <Text title={t("admin.imports.theirs")} heading={one.their_title} text={one.theirs} lang={one.locale} />
            </div>
            <div class="rule-foot">
              <button type="button" class="button" onClick={() => void decide(one, false)}>{t("admin.imports.stay")}</button>
              <button type="button" class="button button-primary" onClick={() => void decide(one, true)}>{t("admin.imports.take")}</button>
              <a class="link" href={link("articles", one.article, one.locale)}>{t("admin.imports.open")}</a>
            </div>
          </div>
        </details>
      ))}
    </section>
  );
}

function Text({ title, heading, text, lang }: { title: string; heading: string; text: string; lang: string }) {
  return (
    <section class="side-text" aria-label={title}>
      <h3>{title}</h3>
      <pre lang={lang} tabIndex={0} aria-label={title}>{`${heading}\n\n${text}`}</pre>
    </section>
  );
}

function Problems({ problems }: { problems: ImportProblem[] }) {
  const columns = [
    { key: "name", title: t("admin.imports.document"), cell: (row: ImportProblem) => <span class="mono break">{row.name}</span> },
    { key: "result", title: t("admin.import.result"), cell: (row: ImportProblem) => <Badge tone={TONES[row.result]}>{t(`admin.import.${row.result}`)}</Badge> },
    { key: "why", title: t("admin.import.what"), cell: (row: ImportProblem) => row.told && <Why told={row.told} /> },
  ];
  const rows = problems.map((row, n) => ({ ...row, n }));
  return (
    <section>
      <h2 class="section-title">{t("admin.imports.problems")}</h2>
      <Table caption={t("admin.imports.problems")} columns={columns} rows={rows} rowKey={(row) => String(row.n)} />
    </section>
  );
}
