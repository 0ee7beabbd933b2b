/** What the browser keeps between pages: nothing before the first use, and nothing at all where storage is refused. */
import type { Locale } from "../shared/i18n.ts";

export interface Pending {
  id: string;
  kind: "say" | "person";
  text: string;
  at: string;
  state: "sending" | "sent" | "failed";
  code?: string;
}

export interface Memory {
  token: string | null;
  conversation: string | null;
  /** The last position the customer has seen. */
  read: number;
  /** The epoch of the server's log. */
  log: string | null;
  open: boolean;
  locale: Locale | null;
  /** The conversation the customer has left behind by starting over. */
  left: string | null;
  dismissed: string[];
  /** What is written in the field and not sent. */
  draft: string;
  pending: Pending[];
}

const KEY = "handrail";
const EMPTY: Memory = {
  token: null,
  conversation: null,
  read: 0,
  log: null,
  open: false,
  locale: null,
  left: null,
  dismissed: [],
  draft: "",
  pending: [],
};

let used = false;
let memory: Memory = read();

function read(): Memory {
  try {
    const text = localStorage.getItem(KEY);
    if (!text) return { ...EMPTY };
    used = true;
    return { ...EMPTY, ...(JSON.parse(text) as Partial<Memory>) };
  } catch {
    return { ...EMPTY };
  }
}

export function recall(): Readonly<Memory> {
  return memory;
}

/** Change what is kept. It is written down only once the customer has used the chat (`firstUse`). */
export function remember(change: Partial<Memory>): void {
  memory = { ...memory, ...change };
  if (!used) return;
  try {
    localStorage.setItem(KEY, JSON.stringify(memory));
  } catch {
    // Storage is full or refused: the conversation then lasts as long as the page.
  }
}

export function firstUse(): void {
  used = true;
  remember({});
}
