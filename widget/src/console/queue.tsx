/** The left column: who waits, most urgent first; my conversations; what ended lately. */
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import type { QueueFrame, Row } from "../shared/frames.ts";
import { elapsed } from "../shared/time.ts";
import { icon } from "../staff/icons.tsx";
import { Badge, Empty, languageName, Skeleton } from "../staff/parts.tsx";
import { words } from "../staff/texts.ts";
import { chosen } from "./alerts.ts";
import { Ended } from "./ended.tsx";
import { open, openConversation, state } from "./desk.ts";
import { Groups } from "./group.tsx";
import { isForOthers, Marks } from "./marks.tsx";
import { nameOf } from "./names.ts";
import { mineOf } from "./state.ts";
import { dialog, singleKeys } from "./shortcuts.ts";
import { now } from "./ticking.ts";
import { isSupervisor, toggleOverview } from "./watch.ts";

export function Queue() {
  const queue = state.value.queue;
  return (
    <nav class="column list-column" aria-label={t("console.conversations")}>
      <Announcer rows={queue && [...queue.waiting, ...queue.groups.flatMap((group) => group.rows)]} />
      <Tools />
      <div class="column-scroll">
        {queue ? <Lists queue={queue} /> : <Skeleton rows={7} />}
      </div>
    </nav>
  );
}

/** What concerns the whole list; a supervisor's page is one key away. */
function Tools() {
  const shown = singleKeys.value;
  const heard = chosen.value.notify || chosen.value.sound;
  return (
    <div class="list-tools">
      {isSupervisor.value && (
        <button type="button" class="button" aria-keyshortcuts={shown ? "v" : undefined} onClick={toggleOverview}>
          {icon("layers", 14)} {t("console.overview")} {shown && <kbd aria-hidden="true">V</kbd>}
        </button>
      )}
      <button type="button" class="icon-button" aria-label={t("console.alerts")} title={shown ? `${t("console.alerts")} (L)` : t("console.alerts")} aria-keyshortcuts={shown ? "l" : undefined} onClick={() => (dialog.value = "alerts")}>
        {icon(heard ? "bell" : "bell-off")}
      </button>
    </div>
  );
}

function Lists({ queue }: { queue: QueueFrame }) {
  const { waiting, groups, snoozed, waiting_total: total } = queue;
  const mine = mineOf(queue);
  const shown = waiting.length + groups.reduce((sum, group) => sum + group.count, 0);
  return (
    <>
      <section aria-labelledby="waiting-title">
        <h2 class="list-title" id="waiting-title">
          {t("console.waiting")} <span class="count">{total}</span>
        </h2>
        <Groups groups={groups} />
        {waiting.length ? <Rows rows={waiting} kind="waiting" /> : !groups.length && <Empty icon="check" title={t("console.waiting.empty")} text={t("console.waiting.empty.text")} />}
        {total > shown && <p class="list-more">{t("console.waiting.more", { n: total - shown })}</p>}
      </section>
      <section aria-labelledby="mine-title">
        <h2 class="list-title" id="mine-title">
          {t("console.mine")} <span class="count">{mine.length}</span>
        </h2>
        {mine.length ? <Rows rows={mine} kind="mine" /> : <p class="list-none">{t("console.mine.empty")}</p>}
      </section>
      {snoozed.length > 0 && (
        <details class="ended">
          <summary class="list-title">{t("console.snoozed")} <span class="count">{snoozed.length}</span> {icon("chevron-right", 14)}</summary>
          <Rows rows={snoozed} kind="mine" />
        </details>
      )}
      <Ended />
    </>
  );
}

export function Rows({ rows, kind }: { rows: Row[]; kind: "waiting" | "mine" }) {
  return (
    <ul class="rows">
      {rows.map((row) => (
        <li key={row.conversation}>
          <QueueRow row={row} kind={kind} />
        </li>
      ))}
    </ul>
  );
}

function QueueRow({ row, kind }: { row: Row; kind: "waiting" | "mine" }) {
  const isOpen = open.value === row.conversation;
  const unread = isOpen ? 0 : row.unread;
  return (
    <button type="button" class={rowClass(row, kind, unread)} aria-current={isOpen ? "true" : undefined} data-conversation={row.conversation} onClick={() => openConversation(row.conversation)}>
      <span class="row-top">
        <span class="row-reason">
          {row.urgent && icon("alert", 14)}
          {row.reason ? words("console.reason", row.reason) : nameOf(row.visitor)}
        </span>
        {row.waiting_since && kind === "waiting" && <Wait since={row.waiting_since} />}
        {unread > 0 && <span class="unread" aria-label={t("console.unread", { n: unread })}>{unread}</span>}
      </span>
      <span class="row-preview" dir="auto" lang={row.language}>{row.preview}</span>
      <span class="row-facts">
        {row.urgent && <Badge tone="bad">{t("console.urgent")}</Badge>}
        {row.incident && <Badge tone="warn">{t("console.incident")}</Badge>}
        {kind === "mine" && row.reason && <span class="row-visitor" dir="auto">{nameOf(row.visitor)}</span>}
        <span>{languageName(row.language)}</span>
        <Marks row={row} />
      </span>
    </button>
  );
}

function rowClass(row: Row, kind: string, unread: number): string {
  return ["row", isForOthers(row) ? "row-others" : "", row.urgent && kind === "waiting" ? "row-urgent" : "", unread ? "row-unread" : ""].filter(Boolean).join(" ");
}

export function Wait({ since }: { since: string }) {
  const text = elapsed(since, new Date(now.value));
  return (
    <span class="row-wait">
      {icon("clock", 12)}
      <span class="hidden">{t("console.waiting.for")}</span>
      {text}
    </span>
  );
}

/** Says that somebody new waits, at most every ten seconds and never the whole list. */
function Announcer({ rows }: { rows: Row[] | null }) {
  const [text, announce] = useState("");
  const seen = useRef<Set<string> | null>(null);
  const last = useRef(0);
  useEffect(() => {
    if (!rows) return;
    const known = seen.current;
    const fresh = known ? rows.filter((row) => !known.has(row.conversation)) : [];
    if (fresh.length && Date.now() - last.current < 10_000) return;
    seen.current = new Set(rows.map((row) => row.conversation));
    if (!fresh[0]) return;
    last.current = Date.now();
    announce(t("console.waiting.new", { n: fresh.length, reason: words("console.reason", fresh[0].reason) }));
  }, [rows]);
  return <p class="hidden" role="status">{text}</p>;
}
