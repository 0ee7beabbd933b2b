/**
 * Who the customer is, where the page says so: what goes into the first frame, and what is kept for whom.
 * Loaded only then; it imports nothing at run time, or the bundler cuts the panel into more files than one.
 */
import type { CustomerHello, CustomerWelcome } from "../shared/frames.ts";
import type { Proof } from "./host.ts";
import type { Memory, Pending } from "./memory.ts";

export interface Tools {
  recall(): Readonly<Memory>;
  remember(change: Partial<Memory>): void;
  packWith(pack: (kept: Memory) => Memory): void;
  newId(): string;
  /** Show and send these instead of what is pending, with this in the field. */
  replace(pending: Pending[], draft: string): void;
  restart(): void;
}

export interface Identity {
  /** What the page says from now on. */
  be(proof: Proof): void;
  /** What the first frame says of the customer. */
  claim(): Promise<Partial<CustomerHello>>;
  /** The server's verdict. True: another attempt is on its way, and this welcome means nothing. */
  welcomed(frame: CustomerWelcome): boolean;
}

/** Stands for the token in what is kept: the real one proves an identified customer and never leaves the page. */
const MARK = "known";
const SESSION = "c.";
/** So long a page that identified its customer before may take to do it again. */
export const PATIENCE_MS = 3000;
const ANSWER_MS = 10_000;
/** The server reads no longer one. */
const LONGEST = 8192;

export function begin(tools: Tools): Identity {
  const { recall, remember } = tools;
  const device = recall().contact?.device ?? tools.newId();
  let proof: Proof | undefined;
  let owner: string | null = null;
  let again = true;
  let told = "";
  let spoken = () => undefined as void;
  const speaks = new Promise<void>((resolve) => (spoken = resolve));

  function be(next: Proof): void {
    if (next === proof) return;
    proof = next;
    again = true;
    if (inSession()) remember({ token: MARK });
    spoken();
  }

  const inSession = () => recall().token?.startsWith(SESSION) === true;

  async function claim(): Promise<Partial<CustomerHello>> {
    if (inSession()) return {};
    if (!proof) await Promise.race([speaks, after(PATIENCE_MS)]);
    const asked = proof;
    const identity = asked && (await tokenOf(asked));
    if (asked !== proof) return claim();
    const token = recall().token === MARK ? null : recall().token;
    return identity ? { token, identity, device } : { token };
  }

  function welcomed(frame: CustomerWelcome): boolean {
    if (frame.identity && anotherTry(frame.identity)) {
      tools.restart();
      return true;
    }
    const next = frame.contact?.id ?? null;
    if (next !== null) again = true;
    if (next !== owner) show(next);
    return false;
  }

  function anotherTry({ code, message }: { code: string; message: string }): boolean {
    if (inSession()) {
      remember({ token: MARK });
      return true;
    }
    const renewable = code === "identity_expired" && typeof proof === "function" && again;
    again = false;
    if (!renewable && told !== message) console.error(`Handrail: identify() was refused. ${(told = message)}`);
    return renewable;
  }

  /** What was begun anonymously goes on; what was somebody else's is neither shown nor sent. */
  function show(next: string | null): void {
    if (owner !== null) tools.replace([], "");
    owner = next;
    remember({ owner: next });
    const kept = recall().contact;
    if (next === null) return tools.packWith((memory) => memory);
    if (kept?.owner === next) {
      const { conversation = null, read = 0, log = null, left = null, dismissed = [], pending = [], draft = "" } = kept;
      const begun = recall();
      remember({ conversation, read, log, left, dismissed });
      tools.replace([...pending, ...begun.pending], begun.draft || draft);
    }
    tools.packWith((memory) => pack(memory, next));
    remember({});
  }

  function pack(memory: Memory, next: string): Memory {
    const { token: _token, owner: _owner, contact: _contact, open, locale, ...mine } = memory;
    const contact = { ...mine, owner: next, device };
    // In RAM, too: it must not be older than what is written when somebody else comes.
    (memory as { contact: Memory["contact"] }).contact = contact;
    return { token: MARK, open, locale, contact } as Memory;
  }

  return { be, claim, welcomed };
}

/** A token of the page; null, and a word to its developers, where it gives none. The chat goes on in any case. */
async function tokenOf(proof: Proof): Promise<string | null> {
  try {
    const token: unknown = typeof proof === "function" ? await Promise.race([proof(), after(ANSWER_MS)]) : proof;
    if (typeof token === "string" && token && token.length <= LONGEST) return token;
    throw new Error(`It must be a text of at most ${LONGEST} characters.`);
  } catch (error) {
    console.error("Handrail: identify() got no token from this page.", error);
    return null;
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
