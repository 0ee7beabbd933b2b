/** What the customer is writing and has not sent, and the search that looks along. */
import { signal } from "@preact/signals";
import { recall, remember } from "./memory.ts";

/** Kept when the page is left; nothing is, before the first use. */
export const words = signal(recall().draft);

export function setWords(text: string): void {
  words.value = text;
  remember({ draft: text });

}
/** A keyboard that makes characters out of others is at work: what stands in the field is no word yet. */
export const composing = signal(false);

type Search = typeof import("./search.ts");
/** Null until somebody has begun to write: opening the chat does not wait for it. */
export const search = signal<Search | null>(null);
