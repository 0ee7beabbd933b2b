/** What the agent has begun to write, per conversation and kind: it survives looking at another conversation. */
import { computed, effect, signal } from "@preact/signals";
import { open } from "./desk.ts";

export type Mode = "say" | "note";

export const mode = signal<Mode>("say");
const drafts = signal<Readonly<Record<string, string>>>({});
/** Counts the wishes to have the cursor in the composer. */
export const wanted = signal(0);

/** Every conversation begins with the reply: a note begun elsewhere waits there. */
effect(() => {
  if (open.value !== null) mode.value = "say";
});

const keyOf = (conversation: string | null, kind: Mode) => `${kind} ${conversation ?? ""}`;

export const draft = computed(() => drafts.value[keyOf(open.value, mode.value)] ?? "");

export function setDraft(text: string): void {
  drafts.value = { ...drafts.value, [keyOf(open.value, mode.value)]: text };
}

export function compose(kind: Mode): void {
  mode.value = kind;
  wanted.value += 1;
}

/** Put text after what is already written in the reply, and go there. */
export function insert(text: string): void {
  const key = keyOf(open.value, "say");
  const before = (drafts.value[key] ?? "").trimEnd();
  drafts.value = { ...drafts.value, [key]: before ? `${before}\n\n${text}` : text };
  compose("say");
}
