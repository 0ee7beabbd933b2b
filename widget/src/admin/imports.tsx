/** Where articles come from: the sources, the import that runs, and what waits for a decision. */
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { get, post } from "../staff/api.ts";
import { icon } from "../staff/icons.tsx";
import { useInterval, useResource } from "../staff/load.ts";
import { Badge, Empty, Loaded, Working, type Tone } from "../staff/parts.tsx";
import { link } from "../staff/router.ts";
import { Table, type Column } from "../staff/table.tsx";
import { say, sayError } from "../staff/toast.tsx";
import { when } from "../staff/when.ts";
import { AddressDialog } from "./import-address.tsx";
import { ImportDialog } from "./import.tsx";
import { PageHead } from "./page-head.tsx";
import type { ImportRunning, ImportState, Source } from "./types.ts";

const POLL_MS = 1000;

export function ImportsPage() {
  const state = useImports();
  const [dialog, open] = useState<"files" | "address" | null>(null);
  const running = state.data?.running ?? null;
  return (
    <>
      <PageHead title={t("admin.imports")} text={t("admin.imports.text")}>
        <button type="button" class="button" onClick={() => open("files")}>{icon("upload", 16)} {t("admin.import")}</button>
        <button type="button" class="button button-primary" disabled={running !== null} onClick={() => open("address")}>{icon("globe", 16)} {t("admin.imports.from_address")}</button>
      </PageHead>
      <Loaded from={state}>
        {(found) => (
          <>
            {found.running && <Running running={found.running} reload={state.reload} />}
            <h2 class="section-title">{t("admin.imports.sources")}</h2>
            {found.sources.length ? (
              <Table caption={t("admin.imports.sources")} columns={columns(state.reload, running !== null)} rows={found.sources} rowKey={(row) => row.name} />
            ) : (
              <Empty icon="download" title={t("admin.imports.none")} text={t("admin.imports.none.text")} />
            )}
          </>
        )}
      </Loaded>
      {dialog === "files" && <ImportDialog close={() => open(null)} done={state.reload} />}
      {dialog === "address" && <AddressDialog close={() => open(null)} done={state.reload} />}
    </>
  );
}

/** The state, read again while an import runs here or elsewhere; says when it has ended. */
export function useImports() {
  const state = useResource("imports", (signal) => get<ImportState>("/api/admin/imports", signal));
  const busy = state.data !== null && (state.data.running !== null || state.data.sources.some((one) => one.busy));
  useInterval(() => !state.loading && state.reload(), POLL_MS, busy);
  const before = useRef<string | null>(null);
  const name = state.data?.running?.name ?? null;
  useEffect(() => {
    const ended = before.current;
    if (ended !== null && name === null) say(t("admin.imports.ended", { name: ended }));
    before.current = name;
  }, [name]);
  return state;
}

function Running({ running, reload }: { running: ImportRunning; reload: () => void }) {
  const [busy, work] = useState(false);
  const stop = async () => {
    work(true);
    try {
      await post("/api/admin/imports/cancel");
      say(t("admin.imports.stopping"));
    } catch (error) {
      sayError(error);
    }
    work(false);
    reload();
  };
  return (
    <section class="build" aria-label={t("admin.imports.running", { name: running.name })}>
      <div class="build-head">
        <h2>{t("admin.imports.running", { name: running.name })}</h2>
        <Working kind="" busy={busy || running.stopping} onClick={() => void stop()}>{t(running.stopping ? "admin.imports.stopping" : "admin.imports.stop")}</Working>
      </div>
      <progress aria-label={t("admin.imports.running", { name: running.name })} />
      <p class="build-facts"><span>{t("admin.imports.documents", { n: running.done })}</span><Counts counts={running.counts} /></p>
      {running.document && <p class="build-document mono">{running.document}</p>}
    </section>
  );
}

const OUTCOMES: Record<NonNullable<Source["outcome"]>, Tone> = { done: "good", cancelled: "warn", failed: "bad" };
const COUNTED = ["imported", "replaced", "unchanged", "kept", "skipped", "refused"] as const;

export function Counts({ counts }: { counts: Record<string, number> }) {
  const told = COUNTED.filter((name) => counts[name]);
  return <span class="muted">{told.map((name) => `${t(`admin.import.${name}`)} ${counts[name]}`).join(" · ") || "–"}</span>;
}

export function SourceState({ source }: { source: Source }) {
  if (source.busy) return <Badge tone="accent">{t("admin.imports.busy")}</Badge>;
  return <Badge tone={source.outcome ? OUTCOMES[source.outcome] : "warn"}>{t(`admin.imports.outcome.${source.outcome ?? "unknown"}`)}</Badge>;
}

export function canRepeat(source: Source): boolean {
  return source.kind !== "upload" && !source.address.startsWith("upload:");
}

/** The token of a help centre's API is not stored: such a source is begun anew from its address. */
export function needsToken(source: Source): boolean {
  return (source.kind === "zendesk" || source.kind === "intercom") && /^https?:/.test(source.address);
}

export async function repeat(source: Source): Promise<void> {
  try {
    await post("/api/admin/imports/again", { name: source.name });
  } catch (error) {
    sayError(error);
  }
}

function columns(reload: () => void, running: boolean): Column<Source>[] {
  return [
    { key: "name", title: t("admin.imports.source"), cell: (row) => <Name source={row} /> },
    { key: "kind", title: t("admin.imports.kind"), cell: (row) => <span class="nowrap">{t(`admin.imports.kind.${row.kind}`)}</span> },
    { key: "last", title: t("admin.imports.last"), cell: (row) => <span class="state-line"><SourceState source={row} /> {row.finished_at && <span class="muted nowrap">{when(row.finished_at)}</span>}</span> },
    { key: "counts", title: t("admin.imports.brought"), cell: (row) => <Counts counts={row.counts} /> },
    { key: "waiting", title: t("admin.imports.waiting"), cell: (row) => <Waiting source={row} /> },
    {
      key: "act",
      title: "",
      cell: (row) => canRepeat(row) && !needsToken(row) ? <button type="button" class="link nowrap" disabled={running || row.busy} onClick={() => void repeat(row).then(reload)}>{icon("refresh", 14)} {t("admin.imports.again")}<span class="hidden"> {row.name}</span></button> : null,
    },
  ];
}

function Name({ source }: { source: Source }) {
  const shown = canRepeat(source) && source.address !== source.name ? source.address : "";
  return (
    <a class="row-link" href={link("imports", source.name)}>
      <span class="break">{source.kind === "upload" ? t("admin.imports.kind.upload") : source.name}</span>
      {shown && <span class="row-id break">{shown}</span>}
    </a>
  );
}

export function Waiting({ source }: { source: Source }) {
  if (!source.missing && !source.proposed) return source.warning || source.error ? <Badge tone="bad">{t("admin.imports.attention")}</Badge> : null;
  return (
    <span class="state-line">
      {source.missing > 0 && <Badge tone={source.warning ? "bad" : "warn"}>{t("admin.imports.missing.badge", { n: source.missing })}</Badge>}
      {source.proposed > 0 && <Badge tone="warn">{t("admin.imports.proposed.badge", { n: source.proposed })}</Badge>}
    </span>
  );
}
