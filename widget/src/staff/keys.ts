/** The keyboard map of the console: which keys mean what, and when they do. */
export type Command =
  | "next" | "previous" | "open" | "claim" | "reply" | "note" | "transfer" | "resolve" | "give_back" | "insert" | "attach" | "snooze" | "undo" | "insert_1" | "insert_2" | "insert_3" | "needed" | "not_needed" | "together" | "overview" | "take_over" | "alerts" | "report" | "search" | "help" | "palette" | "send";

export interface Binding {
  command: Command;
  /** `KeyboardEvent.key` in lower case; "mod" is Control or Command. */
  key: string;
  mod?: boolean;
}

/** In the order the help dialog shows them. */
export const BINDINGS: readonly Binding[] = [
  { command: "next", key: "j" },
  { command: "previous", key: "k" },
  { command: "open", key: "enter" },
  { command: "claim", key: "a" },
  { command: "reply", key: "r" },
  { command: "note", key: "n" },
  { command: "insert", key: "i" },
  { command: "attach", key: "f" },
  { command: "insert_1", key: "1" },
  { command: "insert_2", key: "2" },
  { command: "insert_3", key: "3" },
  { command: "transfer", key: "t" },
  { command: "give_back", key: "b" },
  { command: "resolve", key: "e" },
  { command: "snooze", key: "s" },
  { command: "undo", key: "z" },
  { command: "needed", key: "y" },
  { command: "not_needed", key: "x" },
  { command: "together", key: "g" },
  { command: "overview", key: "v" },
  { command: "take_over", key: "o" },
  { command: "alerts", key: "l" },
  { command: "report", key: "p" },
  { command: "search", key: "/" },
  { command: "help", key: "?" },
  { command: "palette", key: "k", mod: true },
  { command: "resolve", key: "e", mod: true },
  { command: "undo", key: "z", mod: true },
  { command: "send", key: "enter", mod: true },
];

interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  isComposing?: boolean;
}

/** What a press means, or null. Single keys mean nothing while somebody types, or when they are turned off. */
export function commandFor(press: Press, where: { typing: boolean; single: boolean }): Command | null {
  if (press.isComposing || press.altKey) return null;
  const mod = press.ctrlKey || press.metaKey;
  const found = BINDINGS.find((b) => b.key === press.key.toLowerCase() && Boolean(b.mod) === mod);
  if (!found) return null;
  if (found.command === "undo" && where.typing) return null; // there it takes back what was typed
  if (!found.mod && (where.typing || (!where.single && found.command !== "open"))) return null;
  return found.command;
}

/** Whether keys go into text where this is the focus. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input, textarea, select");
}

export function keyName(binding: Binding, mac: boolean): string {
  const key = binding.key.length === 1 ? binding.key.toUpperCase() : "Enter";
  return binding.mod ? `${mac ? "⌘" : "Ctrl"} ${key}` : key;
}

export const isMac = typeof navigator !== "undefined" && /Mac|iP(hone|ad)/.test(navigator.userAgent);
