/** What may be put into the reply by one key: a passage of the help centre, and what helped in earlier conversations. */
import { computed, signal } from "@preact/signals";
import { textOf } from "../staff/read-loose.ts";
import { open, room } from "./desk.ts";

/** An earlier conversation that an agent solved; personal data is taken out. */
export interface Solved {
  conversation: string;
  question: string;
  answer: string;
  language: string;
  agent: string;
  solved_at: string;
  score: number;
  same_component: boolean;
  own: boolean;
}
export interface Suggestion {
  from: "help" | "earlier";
  text: string;
}

const MOST = 3;
/** Where something personal was taken out. */
export const GAP = "[…]";

/** What was found for one conversation: for another one it means nothing. */
export const solvedBefore = signal<{ conversation: string; list: Solved[] } | null>(null);

export function suggestionsOf(reply: string, solved: readonly Solved[]): Suggestion[] {
  const help: Suggestion[] = reply ? [{ from: "help", text: reply }] : [];
  const earlier = [...new Set(solved.map((one) => one.answer.trim()))].filter((text) => text && text !== reply);
  return [...help, ...earlier.map((text): Suggestion => ({ from: "earlier", text }))].slice(0, MOST);
}

export const suggestions = computed(() => {
  const known = solvedBefore.value;
  const list = known && known.conversation === open.value ? known.list : [];
  return suggestionsOf(textOf(room.value?.dossier?.suggested_reply), list);
});
