/** Conversations that ended, for the palette: the server looks for what was typed. */
import { t } from "../shared/i18n.ts";
import { date } from "../shared/time.ts";
import { get, query } from "../staff/api.ts";
import { useResource, useSettled } from "../staff/load.ts";
import { open, openConversation } from "./desk.ts";
import { nameOf } from "./names.ts";
import type { Item } from "./palette-items.ts";

export interface EndedRow {
  conversation: string;
  visitor: string;
  preview: string;
  found: string | null;
  updated_at: string;
}

/** One letter of a Latin word finds everything; one Chinese character is a word. */
const LEAST = /[^\x00-\x7f]|../u;
const MOST = 8;

export interface EndedFound {
  items: Item[];
  /** Whether the server has not answered for what stands in the box. */
  waiting: boolean;
  failed: boolean;
}

export function useEnded(typed: string): EndedFound {
  const wish = typed.trim();
  const settled = useSettled(wish);
  const sought = LEAST.test(settled) ? settled : null;
  const found = useResource(sought, (signal) => get<EndedRow[]>(`/api/console/ended${query({ q: sought, limit: MOST })}`, signal).then((rows) => ({ sought, rows })));
  const current = found.data && found.data.sought === wish ? found.data.rows : null;
  const failed = wish === settled && found.error !== null && !found.loading;
  return { items: current ? endedItems(current) : [], waiting: LEAST.test(wish) && !current && !failed, failed };
}

export function endedItems(rows: readonly EndedRow[]): Item[] {
  return rows.filter((row) => row.conversation !== open.value).map((row) => ({
    id: `to ${row.conversation}`,
    label: [nameOf(row.visitor), row.found ?? row.preview].filter(Boolean).join(": "),
    group: t("console.palette.ended", { date: date(row.updated_at) }),
    run: () => openConversation(row.conversation),
  }));
}
