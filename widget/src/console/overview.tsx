/** A supervisor's page: every live conversation, and every agent, as they are now. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { LiveAgent, LiveRow } from "../shared/frames.ts";
import { LANGUAGE_NAMES, LOCALES, t } from "../shared/i18n.ts";
import { full, relative } from "../shared/time.ts";
import { icon } from "../staff/icons.tsx";
import { Badge, Empty, languageName, Skeleton } from "../staff/parts.tsx";
import { Table, type Column } from "../staff/table.tsx";
import { words } from "../staff/texts.ts";
import { link } from "./desk.ts";
import { ALL, listed, ORDERS, pageOf, type Wish } from "./live-list.ts";
import { MOOD_TONES } from "./mood.tsx";
import { Wait } from "./queue.tsx";
import { now } from "./ticking.ts";
import { next, stops } from "./walk.ts";
import { listenIn, live, stepper, view, type Live } from "./watch.ts";

export function Overview() {
  const known = live.value;
  return (
    <section class="overview" aria-labelledby="overview-title">
      <div class="overview-head">
        <h2 id="overview-title">{t("console.overview")}</h2>
        {known && <p class="muted">{t("console.overview.totals", { waiting: known.totals.queue, agents: known.totals.agent, bot: known.totals.bot })}</p>}
        <button type="button" class="button" onClick={() => (view.value = "desk")}>{icon("arrow-left", 14)} {t("console.overview.back")}</button>
      </div>
      {known ? <Shown known={known} /> : link.value.at === "online" ? <Skeleton rows={8} /> : <Empty icon="wifi-off" title={t("console.overview.offline")} />}
    </section>
  );
}

function Shown({ known }: { known: Live }) {
  const [wish, choose] = useState<Wish>(ALL);
  const [at, turn] = useState(0);
  const rows = listed(known.rows.values(), wish);
  const shown = pageOf(rows, at);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    stepper.value = (by) => move(frame.current, by);
    return () => (stepper.value = null);
  }, []);
  const change = (part: Partial<Wish>) => {
    choose({ ...wish, ...part });
    turn(0);
  };
  return (
    <>
      <Agents agents={known.agents} />
      <div class="overview-rows" ref={frame}>
        <Filters wish={wish} agents={known.agents} change={change} />
        {shown.rows.length ? <Table caption={t("console.overview")} columns={COLUMNS()} rows={[...shown.rows]} rowKey={(row) => row.conversation} /> : <Empty icon="check" title={t("console.overview.none")} text={t(known.rows.size ? "console.overview.none.filtered" : "console.overview.none.text")} />}
        {shown.pages > 1 && <Pages page={shown.page} pages={shown.pages} turn={turn} />}
      </div>
    </>
  );
}

/** To the row after or before the one with the focus. */
function move(frame: HTMLElement | null, by: 1 | -1): boolean {
  const to = next(stops(frame, "[data-live]"), () => false, by);
  to?.focus();
  return to !== null;
}

function COLUMNS(): Column<LiveRow>[] {
  return [
    { key: "what", title: t("console.conversation"), cell: (row) => <What row={row} /> },
    { key: "holder", title: t("console.overview.holder"), cell: (row) => <Holder row={row} /> },
    { key: "wait", title: t("console.overview.wait"), number: true, cell: (row) => (row.waiting_since ? <Wait since={row.waiting_since} /> : "–") },
    { key: "mood", title: t("console.mood"), cell: (row) => (row.mood ? <Badge tone={MOOD_TONES[row.mood.word]}>{t(`console.mood.${row.mood.word}`)}</Badge> : "–") },
    { key: "language", title: t("staff.language"), cell: (row) => languageName(row.language) },
    { key: "latest", title: t("console.overview.latest"), cell: (row) => <time dateTime={row.updated_at} title={full(row.updated_at)}>{relative(row.updated_at, new Date(now.value))}</time> },
  ];
}

function What({ row }: { row: LiveRow }) {
  return (
    <button type="button" class="link live-row" data-live={row.conversation} onClick={() => listenIn(row.conversation)}>
      {row.urgent && <Badge tone="bad">{t("console.urgent")}</Badge>}
      {row.reason && <b>{words("console.reason", row.reason)}</b>}
      <span class="live-preview" dir="auto" lang={row.language}>{row.preview || row.visitor}</span>
    </button>
  );
}

function Holder({ row }: { row: LiveRow }) {
  if (row.agent) return <>{row.agent.name}</>;
  return row.holder === "queue" ? <Badge tone="warn">{t("console.holder.queue")}</Badge> : <Badge>{t("console.holder.bot")}</Badge>;
}

function Filters({ wish, agents, change }: { wish: Wish; agents: readonly LiveAgent[]; change: (part: Partial<Wish>) => void }) {
  return (
    <div class="overview-filters" role="group" aria-label={t("console.overview.filters")}>
      <Choice label={t("console.overview.order")} value={wish.order} options={ORDERS.map((one) => [one, t(`console.overview.order.${one}`)])} choose={(order) => change({ order })} />
      <Choice label={t("console.overview.holder")} value={wish.holder} options={[["", t("console.overview.all")], ["queue", t("console.holder.queue")], ["agent", t("console.overview.with_agents")], ["bot", t("console.holder.bot")]]} choose={(holder) => change({ holder })} />
      <Choice label={t("console.overview.agent")} value={wish.agent} options={[["", t("console.overview.all")], ...agents.map((one): [string, string] => [one.id, one.name])]} choose={(agent) => change({ agent })} />
      <Choice label={t("staff.language")} value={wish.language} options={[["", t("console.overview.all")], ...LOCALES.map((code): [string, string] => [code, LANGUAGE_NAMES[code]])]} choose={(language) => change({ language })} />
      <Choice label={t("console.overview.mood")} value={wish.mood} options={[["", t("console.overview.all")], ["uneasy", t("console.mood.uneasy")], ["annoyed", t("console.mood.annoyed")], ["angry", t("console.mood.angry")]]} choose={(mood) => change({ mood })} />
    </div>
  );
}

function Choice<T extends string>({ label, value, options, choose }: { label: string; value: T; options: readonly (readonly [T, string])[]; choose: (value: T) => void }) {
  return (
    <label class="inline-select">
      <span>{label}</span>
      <select value={value} onChange={(event) => choose(event.currentTarget.value as T)}>
        {options.map(([key, text]) => <option key={key} value={key}>{text}</option>)}
      </select>
    </label>
  );
}

function Pages({ page, pages, turn }: { page: number; pages: number; turn: (page: number) => void }) {
  return (
    <nav class="overview-pages" aria-label={t("console.overview.pages")}>
      <button type="button" class="button" disabled={page === 0} onClick={() => turn(page - 1)}>{t("console.overview.previous")}</button>
      <span role="status">{t("console.overview.page", { page: page + 1, pages })}</span>
      <button type="button" class="button" disabled={page === pages - 1} onClick={() => turn(page + 1)}>{t("console.overview.next")}</button>
    </nav>
  );
}

function Agents({ agents }: { agents: readonly LiveAgent[] }) {
  const columns: Column<LiveAgent>[] = [
    { key: "name", title: t("console.overview.agent"), cell: (one) => one.name },
    { key: "status", title: t("console.overview.presence"), cell: (one) => <Badge tone={one.status === "online" ? "good" : "plain"}>{t(`console.status.${one.status}`)}</Badge> },
    { key: "since", title: t("console.overview.since"), cell: (one) => (one.since ? <time dateTime={one.since} title={full(one.since)}>{relative(one.since, new Date(now.value))}</time> : t("console.overview.never")) },
    { key: "load", title: t("console.overview.load"), number: true, cell: (one) => t(one.load >= one.capacity ? "console.full" : "console.load", { load: one.load, capacity: one.capacity }) },
    { key: "languages", title: t("staff.language"), cell: (one) => one.languages.map(languageName).join(" · ") },
  ];
  return <Table caption={t("console.overview.agents")} columns={columns} rows={[...agents]} rowKey={(one) => one.id} />;
}
