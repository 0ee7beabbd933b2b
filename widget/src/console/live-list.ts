/** Which live conversations are shown, in which order, on which page. Pure. */
import type { LiveRow } from "../shared/frames.ts";

export type Order = "urgent" | "wait" | "mood" | "latest";
export interface Wish {
  order: Order;
  /** "" shows all of them. */
  holder: "" | LiveRow["holder"];
  agent: string;
  language: string;
  mood: "" | "uneasy" | "annoyed" | "angry";
}
export const ORDERS: readonly Order[] = ["urgent", "wait", "mood", "latest"];
export const ALL: Wish = { order: "urgent", holder: "", agent: "", language: "", mood: "" };
export const PAGE = 50;
const LEVELS = ["calm", "uneasy", "annoyed", "angry"];

export function listed(rows: Iterable<LiveRow>, wish: Wish): LiveRow[] {
  const level = wish.mood ? LEVELS.indexOf(wish.mood) : 0;
  const fits = (row: LiveRow) =>
    (!wish.holder || row.holder === wish.holder) &&
    (!wish.agent || row.agent?.id === wish.agent) &&
    (!wish.language || row.language === wish.language) &&
    (!level || LEVELS.indexOf(row.mood?.word ?? "calm") >= level);
  return [...rows].filter(fits).sort((a, b) => before(a, b, wish.order) || a.conversation.localeCompare(b.conversation));
}

function before(a: LiveRow, b: LiveRow, order: Order): number {
  switch (order) {
    case "urgent":
      return Number(b.urgent) - Number(a.urgent) || waits(a, b);
    case "wait":
      return waits(a, b);
    case "mood":
      return (b.mood?.value ?? 0) - (a.mood?.value ?? 0);
    case "latest":
      return b.updated_at.localeCompare(a.updated_at);
  }
}

/** Who has waited longest first; who does not wait, last. */
function waits(a: LiveRow, b: LiveRow): number {
  if (a.waiting_since === null || b.waiting_since === null) return Number(a.waiting_since === null) - Number(b.waiting_since === null);
  return a.waiting_since.localeCompare(b.waiting_since);
}

export function pageOf<T>(rows: readonly T[], page: number): { rows: readonly T[]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));
  const at = Math.min(Math.max(0, page), pages - 1);
  return { rows: rows.slice(at * PAGE, (at + 1) * PAGE), page: at, pages };
}
