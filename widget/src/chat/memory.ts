/** What the browser keeps between pages: nothing before the first use, and nothing at all where storage is refused. */
import type { Attached } from "../shared/frames.ts";
import type { Locale } from "../shared/i18n.ts";

export interface Pending {
  id: string;
  kind: "say" | "person";
  text: string;
  at: string;
  state: "sending" | "sent" | "failed";
  code?: string;
  files?: Attached[];
}

export interface Memory {
  token: string | null;
  /** Whom the page has identified and the server believed it of; never read from what was kept. */
  owner?: string | null;
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
  /** What is kept of somebody whom the page identified: shown only when it does so again. */
  contact: Partial<Memory> & { owner: string; device: string } | null;
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
  contact: null,
};

let used = false;
let packed = (kept: Memory): Memory => kept;
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
    localStorage.setItem(KEY, JSON.stringify(packed(memory)));
  } catch {
    // Storage is full or refused: the conversation then lasts as long as the page.
  }
}

/** How what is kept is written down from here on. */
export function packWith(pack: (kept: Memory) => Memory): void {
  packed = pack;
}

/** The customer has signed out: what the browser keeps is gone already. */
export function forget(): void {
  used = false;
  packed = (kept) => kept;
  memory = { ...EMPTY };
}

export function firstUse(): void {
  used = true;
  remember({});
}
