/** The index: what answers are found in. Build it, watch it, go back to the one before. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { clock } from "../shared/time.ts";
import { get, post } from "../staff/api.ts";
import { ask } from "../staff/dialog.tsx";
import { icon } from "../staff/icons.tsx";
import { later } from "../staff/later.tsx";
import { useInterval, useResource } from "../staff/load.ts";
import { Badge, Empty, Loaded, Working, type Tone } from "../staff/parts.tsx";
import { Table, type Column } from "../staff/table.tsx";
import { say, sayError } from "../staff/toast.tsx";
import { BuildProgress } from "./build-progress.tsx";
import { PageHead } from "./page-head.tsx";
import type { Generation, IndexState, StoppedBuild } from "./types.ts";

const Compare = later(() => import("./compare.tsx"));
const TONES: Record<Generation["state"], Tone> = { live: "good", ready: "accent", building: "accent", retired: "plain", removed: "plain", failed: "bad", cancelled: "warn" };
const POLL_MS = 500;

export default function IndexPage() {
  const index = useResource("index", (signal) => get<IndexState>("/api/admin/index", signal));
  const [busy, work] = useState(false);
  const [hold, look] = useState(false);
  const [shown, show] = useState<Generation | null>(null);
  const building = index.data?.build ?? null;
  useInterval(() => !index.loading && index.reload(), POLL_MS, building !== null);
  const act = async (path: string, body: unknown, done: string) => {
    work(true);
    try {
      await post(`/api/admin/index/${path}`, body);
      say(done);
    } catch (error) {
      sayError(error);
    }
    work(false);
    index.reload();
  };
  const use = async (row: Generation) => {
    if (row.state === "ready") return act("rollback", { generation: row.id }, t("admin.compare.used")).then(() => show(null));
    const question = { title: t("admin.index.rollback.title"), text: t("admin.index.rollback.text", { id: row.id }), yes: t("admin.index.rollback") };
    if (await ask(question)) await act("rollback", { generation: row.id }, t("admin.index.rolled_back")).then(() => show(null));
  };
  const start = (whole: boolean) => void act("build", { whole, hold }, t("admin.index.started"));
  return (
    <>
      <PageHead title={t("admin.index")} text={t("admin.index.text")}>
        {!building && <Working kind="" busy={busy} onClick={() => start(true)}>{t("admin.index.whole")}</Working>}
        {!building && <Working busy={busy} onClick={() => start(false)}>{icon("play", 16)} {t("admin.index.build")}</Working>}
      </PageHead>
      <Loaded from={index}>
        {(state) => (
          <>
            {state.build && <BuildProgress build={state.build} busy={busy} cancel={() => void act("cancel", {}, t("admin.index.cancelling"))} />}
            {!state.build && <Pending n={state.pending} />}
            {state.stopped && <Stopped build={state.stopped} busy={busy} resume={() => void act("resume", {}, t("admin.index.started"))} />}
            {!state.build && <label class="check hold"><input type="checkbox" checked={hold} onChange={(event) => look(event.currentTarget.checked)} /> {t("admin.index.hold")}</label>}
            <h2 class="section-title">{t("admin.index.generations")}</h2>
            {state.generations.length ? <Table caption={t("admin.index.generations")} columns={columns(show, building ? null : (row) => void use(row))} rows={state.generations} rowKey={(row) => String(row.id)} /> : <Empty icon="layers" title={t("admin.index.none")} text={t("admin.index.none.text")} />}
          </>
        )}
      </Loaded>
      {shown && <Compare generation={shown} close={() => show(null)} {...(usable(shown) && !building ? { use: () => void use(shown) } : {})} />}
    </>
  );
}

const usable = (row: Generation) => row.state === "ready" || row.state === "retired";

/** A build that did not come to its end, and what of it is not done again. */
function Stopped({ build, busy, resume }: { build: StoppedBuild; busy: boolean; resume: () => void }) {
  return (
    <div class="notice notice-warn notice-row">
      <span>{t(`admin.index.stopped.${build.state}`)} {build.kept > 0 ? t("admin.index.stopped.kept", { n: build.kept }) : t("admin.index.stopped.some")}</span>
      <Working kind="" busy={busy} onClick={resume}>{icon("play", 16)} {t("admin.index.resume")}</Working>
    </div>
  );
}

function Pending({ n }: { n: number }) {
  return <p class={n ? "notice notice-warn" : "notice"}>{n ? t("admin.index.pending", { n }) : t("admin.index.current")}</p>;
}

function columns(show: (row: Generation) => void, use: ((row: Generation) => void) | null): Column<Generation>[] {
  return [
    { key: "id", title: t("admin.index.generation"), cell: (row) => <span class="mono">{row.id}</span> },
    { key: "state", title: t("admin.state"), cell: (row) => <State row={row} /> },
    { key: "created", title: t("admin.index.created"), cell: (row) => <span class="nowrap">{clock(row.created_at)}</span> },
    { key: "articles", title: t("admin.index.articles"), number: true, cell: (row) => row.articles },
    { key: "passages", title: t("admin.index.passages"), number: true, cell: (row) => row.passages },
    { key: "embedded", title: t("admin.index.embedded"), number: true, cell: (row) => t("admin.index.embedded.cell", { embedded: row.embedded, reused: row.reused }) },
    { key: "seconds", title: t("admin.index.took"), number: true, cell: (row) => (row.seconds === null ? "–" : t("admin.seconds", { n: Math.round(row.seconds * 10) / 10 })) },
    { key: "model", title: t("admin.index.model"), cell: (row) => <span class="mono muted">{row.model}</span> },
    { key: "act", title: "", cell: (row) => <Acts row={row} show={show} use={use} /> },
  ];
}

/** Going back is one step from the list; looking at the differences first is another. */
function Acts({ row, show, use }: { row: Generation; show: (row: Generation) => void; use: ((row: Generation) => void) | null }) {
  if (row.state === "removed" || row.state === "building") return null;
  return (
    <span class="acts">
      {row.state === "retired" && use && <button type="button" class="link" onClick={() => use(row)}>{icon("rotate-left", 14)} {t("admin.index.rollback")}</button>}
      <button type="button" class="link" onClick={() => show(row)}>{icon("layers", 14)} {t(usable(row) ? "admin.compare" : "admin.compare.checks")}</button>
    </span>
  );
}

function State({ row }: { row: Generation }) {
  return (
    <>
      <Badge tone={TONES[row.state] ?? "plain"}>{t(`admin.index.state.${row.state}`)}</Badge>
      {row.base && <p class="muted">{t("admin.index.base", { id: row.base })}</p>}
      {row.error && <p class="field-error">{row.error}</p>}
    </>
  );
}
