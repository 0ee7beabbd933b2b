/** Ready replies: found while typing behind a slash, filled with what is known of the conversation. */
import { computed, effect, signal } from "@preact/signals";
import type { DossierFrame, Incident } from "../shared/frames.ts";
import { locale } from "../shared/i18n.ts";
import { get } from "../staff/api.ts";
import { sayError } from "../staff/toast.tsx";
import { open, room, state } from "./desk.ts";
import { draft, mode, setDraft, wanted } from "./drafts.ts";

export interface Canned {
  id: string;
  category: string;
  name: string;
  /** Language → text. */
  texts: Partial<Record<string, string>>;
}
interface Stock {
  company: string;
  replies: Canned[];
}

/** So few fit without scrolling: a list that scrolls would have to take the focus from the box. */
const SHOWN = 6;
const FRESH_MS = 30_000;
const NAMED = /\{([a-z]+)\}/g;

const stock = signal<Stock>({ company: "", replies: [] });
let read = 0;
/** What is typed behind the slash; null while no reply is looked for. */
export const sought = computed(() => (mode.value === "say" && /^\/[^\n]*$/.test(draft.value) ? draft.value.slice(1) : null));
export const found = computed(() => (sought.value === null ? [] : search(stock.value.replies, sought.value).slice(0, SHOWN)));
export const active = signal(0);
/** Values that a reply asked for and nobody knew, by conversation. */
const asked = signal<Readonly<Record<string, readonly string[]>>>({});
export const missing = computed(() => (mode.value === "say" ? (asked.value[open.value ?? ""] ?? []).filter((name) => draft.value.includes(`{${name}}`)) : []));

effect(() => {
  if (sought.value === null) return;
  active.value = 0;
  if (Date.now() - read < FRESH_MS) return;
  read = Date.now();
  get<Stock>("/api/console/replies").then((next) => (stock.value = next), (error: unknown) => { read = 0; sayError(error); });
});

/** Those that have every word of what was typed; where the name begins with it first. */
export function search(replies: readonly Canned[], typed: string): Canned[] {
  const wish = typed.trim().toLocaleLowerCase();
  const terms = wish.split(/\s+/);
  const text = (one: Canned) => [one.name, one.category, ...Object.values(one.texts)].join("\n").toLocaleLowerCase();
  const rank = (one: Canned) => (one.name.toLocaleLowerCase().startsWith(wish) ? 0 : 1);
  return replies.filter((one) => terms.every((term) => text(one).includes(term))).sort((a, b) => rank(a) - rank(b));
}

/** The text in the conversation's language, else in the agent's, else in English, else in any. */
export function textIn(reply: Canned, language: string, mine: string): { language: string; text: string } {
  const order = [language, mine, "en", ...Object.keys(reply.texts)];
  const code = order.find((one) => reply.texts[one]) ?? "";
  return { language: code, text: reply.texts[code] ?? "" };
}

/** The text with what is known in place of the names; the names that nothing is known for stay. */
export function fill(text: string, values: Readonly<Record<string, string>>): { text: string; missing: string[] } {
  const lacks = new Set<string>();
  const filled = text.replace(NAMED, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : "";
    if (!value) lacks.add(name);
    return value || whole;
  });
  return { text: filled, missing: [...lacks] };
}

/** What is known of a conversation, by name; what the customer said last counts. */
export function valuesOf(dossier: DossierFrame | null, agent: string, company: string, incidents: readonly Incident[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const one of dossier?.do_not_ask ?? []) {
    const { kind, value } = one as { kind?: unknown; value?: unknown };
    if (typeof kind === "string" && typeof value === "string") values[kind] = value;
  }
  const incident = incidents.find((one) => one.id === dossier?.incident);
  return { ...values, customer: values["name"] ?? "", agent, company, incident: incident?.title ?? "" };
}

export function move(by: 1 | -1): void {
  active.value = (active.value + by + found.value.length) % Math.max(1, found.value.length);
}

/** Put the reply into the box in place of the slash. */
export function choose(reply: Canned | undefined): void {
  const id = open.value;
  if (!reply || !id) return;
  const dossier = room.value?.dossier ?? null;
  const { text } = textIn(reply, dossier?.language ?? "", locale.value);
  const filled = fill(text, valuesOf(dossier, state.value.me?.name ?? "", stock.value.company, state.value.incidents));
  asked.value = { ...asked.value, [id]: filled.missing };
  setDraft(filled.text);
  wanted.value += 1;
}
