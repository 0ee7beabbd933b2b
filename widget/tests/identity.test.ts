import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { begin, PATIENCE_MS, type Identity, type Tools } from "../src/chat/identity.ts";
import type { Memory, Pending } from "../src/chat/memory.ts";
import type { CustomerWelcome } from "../src/shared/frames.ts";

const EMPTY: Memory = { token: null, conversation: null, read: 0, log: null, open: false, locale: null, left: null, dismissed: [], draft: "", pending: [], contact: null };
const said = (text: string): Pending => ({ id: text, kind: "say", text, at: "", state: "sending" });

/** One page of a browser: what it keeps is all that the next page gets. */
class Page implements Tools {
  memory: Memory;
  sent: string[] = [];
  restarts = 0;
  who: Identity;
  private pack = (kept: Memory): Memory => kept;
  constructor(stored: string | null) {
    this.memory = { ...EMPTY, ...(stored ? JSON.parse(stored) : {}) };
    this.who = begin(this);
  }
  recall = () => this.memory;
  remember = (change: Partial<Memory>) => void (this.memory = { ...this.memory, ...change });
  packWith = (pack: (kept: Memory) => Memory) => void (this.pack = pack);
  newId = () => "device-1";
  replace = (pending: Pending[], draft: string) => {
    this.remember({ pending, draft });
    this.sent.push(...pending.map((p) => p.text));
  };
  restart = () => void (this.restarts += 1);
  stored = () => JSON.stringify(this.pack(this.memory));

  /** The server's welcome, as the panel takes it. */
  welcome(rest: Partial<CustomerWelcome>): boolean {
    const ignored = this.who.welcomed({ type: "welcome", ...rest } as CustomerWelcome);
    if (!ignored && rest.token) this.remember({ token: rest.token });
    return ignored;
  }
}
const ann = { contact: { id: "a1", name: "Ann" }, token: "c.secret-of-ann" };
const ben = { contact: { id: "b1", name: "Ben" }, token: "c.secret-of-ben" };
let wrong: string[] = [];

beforeEach(() => {
  wrong = [];
  vi.spyOn(console, "error").mockImplementation((text: string) => void wrong.push(text));
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("what was begun anonymously goes on, and the token goes with the proof", async () => {
  const page = new Page(JSON.stringify({ token: "anonymous", pending: [said("hello")], draft: "and" }));
  page.who.be("signed");
  expect(await page.who.claim()).toEqual({ token: "anonymous", identity: "signed", device: "device-1" });
  page.welcome(ann);
  expect(page.memory.pending.map((p) => p.text)).toEqual(["hello"]);
  expect(page.memory.draft).toBe("and");
  expect(await page.who.claim()).toEqual({});
});

test("what is stored proves nobody and is shown to nobody else", async () => {
  const first = new Page(null);
  first.who.be("signed by ann");
  first.welcome(ann);
  first.remember({ pending: [said("my secret")], draft: "half a secret", conversation: "k", read: 4 });
  const stored = first.stored();
  expect(stored).not.toContain("secret-of-ann");
  const next = new Page(stored);
  expect([next.memory.pending, next.memory.draft, next.memory.conversation]).toEqual([[], "", null]);
  next.who.be("signed by ben");
  expect(await next.who.claim()).toMatchObject({ token: null, identity: "signed by ben" });
  next.welcome(ben);
  expect([next.memory.pending, next.sent]).toEqual([[], []]);
  expect(next.stored()).not.toContain("secret");
  const again = new Page(stored);
  again.who.be("signed by ann");
  again.welcome(ann);
  expect([again.sent, again.memory.draft, again.memory.read]).toEqual([["my secret"], "half a secret", 4]);
});

test("somebody else on the same page sees and sends nothing of the first", () => {
  const page = new Page(null);
  page.who.be("signed by ann");
  page.welcome(ann);
  page.remember({ pending: [said("my secret")], draft: "half a secret" });
  page.who.be("signed by ben");
  page.sent = [];
  page.welcome(ben);
  expect([page.memory.pending, page.memory.draft, page.sent]).toEqual([[], "", []]);
  expect(page.stored()).not.toContain("secret");
  expect([page.memory.owner, JSON.parse(page.stored()).owner]).toEqual(["b1", undefined]);
});

test("a page that identified before is waited for, and the chat goes on without it", async () => {
  const first = new Page(null);
  first.who.be("signed");
  first.welcome(ann);
  const late = new Page(first.stored());
  const claim = late.who.claim();
  await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1);
  late.who.be("signed in time");
  expect(await claim).toMatchObject({ identity: "signed in time" });
  const never = new Page(first.stored());
  const nobody = never.who.claim();
  await vi.advanceTimersByTimeAsync(PATIENCE_MS);
  expect(await nobody).toEqual({ token: null });
});

test("a function is asked again when the session or the token has expired, once", async () => {
  const page = new Page(null);
  const sign = vi.fn(() => Promise.resolve("signed"));
  page.who.be(sign);
  await page.who.claim();
  page.welcome(ann);
  const expired = { identity: { code: "identity_expired", message: "Too old." } };
  expect(page.welcome(expired)).toBe(true);
  expect(await page.who.claim()).toMatchObject({ identity: "signed" });
  expect([page.welcome(expired), page.restarts, sign.mock.calls.length, wrong.length]).toEqual([true, 2, 2, 0]);
  expect(page.welcome(expired)).toBe(false);
  expect(wrong).toEqual(["Handrail: identify() was refused. Too old."]);
});

test("what is refused is told to the developers once, and the customer is nobody", () => {
  const page = new Page(null);
  page.who.be("signed");
  page.welcome(ann);
  page.who.be("forged");
  page.remember({ pending: [said("my secret")] });
  const refused = { identity: { code: "identity_refused", message: "Wrong aud." } };
  expect([page.welcome(refused), page.welcome(refused)]).toEqual([false, false]);
  expect([wrong.length, page.memory.pending]).toEqual([1, []]);
});

test("a page whose function fails leaves the chat as it is", async () => {
  const page = new Page(JSON.stringify({ token: "anonymous" }));
  for (const bad of [() => Promise.reject(new Error("no")), () => "", () => undefined as unknown as string, () => "x".repeat(8193)]) {
    page.who.be(bad);
    expect(await page.who.claim()).toEqual({ token: "anonymous" });
  }
  expect(wrong.length).toBe(4);
});
