/** The log as the customer reads it: days, lines, and messages in groups of one speaker. */
import { t } from "../shared/i18n.ts";
import type { EventOf, LogEvent } from "../shared/socket.ts";
import type { Pending } from "./memory.ts";

export type Saying = EventOf<
  "customer.said" | "bot.answered" | "agent.said" | "group.said" | "person.called" | "conversation.requeued" | "incident.told" | "incident.muted"
>;
export type Line = EventOf<
  "agent.joined" | "conversation.transferred" | "conversation.returned" | "conversation.resolved" | "conversation.reopened"
>;

export type Row =
  | { kind: "day"; key: string; at: string }
  | { kind: "line"; key: string; event: Line }
  | { kind: "said"; key: string; event: Saying; speaker: Speaker; first: boolean; last: boolean }
  | { kind: "pending"; key: string; entry: Pending; first: boolean; last: boolean };
export type Speaker = "customer" | "bot" | "agent" | "notice";

const SPEAKERS: Partial<Record<LogEvent["kind"], Speaker>> = {
  "customer.said": "customer",
  "bot.answered": "bot",
  "person.called": "bot",
  "conversation.requeued": "bot",
  "incident.muted": "bot",
  "agent.said": "agent",
  "group.said": "agent",
  "incident.told": "notice",
};
const LINES = new Set<LogEvent["kind"]>([
  "agent.joined",
  "conversation.transferred",
  "conversation.returned",
  "conversation.resolved",
  "conversation.reopened",
]);

/** What a person wrote, to this customer alone or to a group of them. */
export function byAgent(event: LogEvent): event is EventOf<"agent.said" | "group.said"> {
  return SPEAKERS[event.kind] === "agent";
}

export function rowsOf(events: readonly LogEvent[], pending: readonly Pending[]): Row[] {
  const rows: Row[] = [];
  let day = "";
  for (const event of events) {
    const speaker = SPEAKERS[event.kind];
    if (!speaker && !LINES.has(event.kind)) continue;
    const today = new Date(event.at).toDateString();
    if (today !== day) rows.push({ kind: "day", key: `d${event.position}`, at: event.at });
    day = today;
    const key = `e${event.position}`;
    if (speaker) rows.push({ kind: "said", key, event: event as Saying, speaker, first: true, last: true });
    else rows.push({ kind: "line", key, event: event as Line });
  }
  for (const entry of pending) rows.push({ kind: "pending", key: `p${entry.id}`, entry, first: true, last: true });
  return group(rows);
}

/** Mark where a run of one speaker begins and ends. */
function group(rows: Row[]): Row[] {
  const who = (row: Row | undefined): string | null => {
    if (row?.kind === "pending") return "customer";
    if (row?.kind !== "said") return null;
    return byAgent(row.event) ? `agent ${row.event.data.agent.id}` : row.speaker;
  };
  rows.forEach((row, i) => {
    if (row.kind !== "said" && row.kind !== "pending") return;
    row.first = who(rows[i - 1]) !== who(row);
    row.last = who(rows[i + 1]) !== who(row);
  });
  return rows;
}

export function lineText(event: Line): string {
  switch (event.kind) {
    case "agent.joined":
      return t("chat.event.joined", { name: event.data.agent.name });
    case "conversation.transferred":
      return event.data.to ? t("chat.event.transferred", { name: event.data.to.name }) : t("chat.event.requeued");
    case "conversation.returned":
      return t("chat.event.returned");
    case "conversation.resolved":
      return t("chat.event.resolved");
    case "conversation.reopened":
      return t("chat.event.reopened");
  }
}
