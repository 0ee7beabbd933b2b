import { describe, expect, it } from "vitest";
import { hasGap, positionOf, reduce, rightsOf, roomOf, START, takers, verdictOf, withFailed, withPending, type State } from "../src/console/state.ts";
import type { AgentState, AgentWelcome, DossierFrame, EventsFrame, LogEvent, QueueFrame, Row } from "../src/shared/frames.ts";

const ME = { id: "a-1", name: "Aina", role: "agent" as const, languages: ["ms"] };
const welcome = (log = "L1"): AgentWelcome => ({ type: "welcome", agent: ME, log, ping_seconds: 25, presence: { status: "online", capacity: 4 } });
const said = (position: number, text = "hi"): LogEvent => ({ position, kind: "customer.said", at: "2026-11-22T03:04:05Z", epoch: 0, data: { text, client_id: `c-${position}` } });
const events = (...items: LogEvent[]): EventsFrame => ({ type: "events", conversation: "k", items, head: items.at(-1)?.position ?? 0 });
const dossier = (over: Partial<DossierFrame> = {}): DossierFrame => ({
  type: "dossier", conversation: "k", head: 0, holder: "queue", status: "waiting", agent: null, epoch: 0, reason: "unsure", evidence: [], summary: null, tried: [],
  language: "en", visitor: "v", page: null, incident: null, started_at: "", waiting_since: null, do_not_ask: [], suggested_reply: null, rating: null, ...over,
});
const row = (conversation: string): Row => ({ conversation, reason: "unsure", urgent: false, language: "en", preview: "", visitor: "v", waiting_since: null, agent: null, unread: 0, incident: null, team: null, nap: null, pending: null });
const queue = (version: number, ...waiting: Row[]): QueueFrame => ({ type: "queue", version, waiting, groups: [], mine: [], snoozed: [], teams: [], agents: [], waiting_total: waiting.length });
const fold = (...frames: Parameters<typeof reduce>[1][]): State => frames.reduce((state, frame) => reduce(state, frame, 1000), START);

describe("the log of a conversation", () => {
  it("takes every position once, in order", () => {
    const room = roomOf(fold(events(said(1), said(2)), events(said(2), said(3))), "k");
    expect(room.events.map((event) => event.position)).toEqual([1, 2, 3]);
  });

  it("notices a gap and takes nothing behind it", () => {
    const state = fold(events(said(1)));
    expect(hasGap(roomOf(state, "k"), events(said(3)))).toBe(true);
    expect(positionOf(roomOf(reduce(state, events(said(3)), 0), "k"))).toBe(1);
  });

  it("is forgotten when the database is another one", () => {
    expect(fold(welcome("L1"), events(said(1)), welcome("L2")).rooms).toEqual({});
    expect(positionOf(roomOf(fold(welcome("L1"), events(said(1)), welcome("L1")), "k"))).toBe(1);
  });
});

describe("what this agent wrote", () => {
  const pending = { id: "p-1", kind: "say" as const, text: "hello", failed: null };
  const mine: LogEvent = { position: 1, kind: "agent.said", at: "", epoch: 1, data: { text: "hello", client_id: "p-1", agent: ME } };

  it("leaves the pending list when the log has it", () => {
    const state: State = { ...START, rooms: { k: withPending(roomOf(START, "k"), pending) } };
    expect(roomOf(reduce(state, events(mine), 0), "k").pending).toEqual([]);
  });

  it("stays with its error, and is replaced when sent again", () => {
    const failed = withFailed(withPending(roomOf(START, "k"), pending), "p-1", "too long");
    expect(failed.pending[0]?.failed).toBe("too long");
    expect(withPending(failed, pending).pending).toEqual([pending]);
  });
});

describe("who may do what", () => {
  const joined: LogEvent = { position: 1, kind: "agent.joined", at: "", epoch: 1, data: { agent: ME } };

  it("lets anybody claim what waits, and only the holder reply", () => {
    expect(rightsOf(ME, dossier())).toMatchObject({ claim: true, reply: false });
    expect(rightsOf(ME, dossier({ holder: "agent", agent: ME }))).toEqual({ claim: false, reply: true, transfer: true, finish: true });
    expect(rightsOf({ ...ME, id: "x" }, dossier({ agent: ME }))).toEqual({ claim: false, reply: false, transfer: false, finish: false });
  });

  it("lets an admin transfer what somebody else holds", () => {
    expect(rightsOf({ ...ME, id: "x", role: "admin" }, dossier({ agent: ME })).transfer).toBe(true);
  });

  it("follows the events, without a new dossier", () => {
    expect(roomOf(fold(dossier(), events(joined)), "k").dossier?.agent).toEqual(ME);
  });

  it("never goes back to an older epoch", () => {
    expect(roomOf(fold(dossier({ epoch: 5, agent: ME }), events({ ...joined, kind: "conversation.returned" } as LogEvent)), "k").dossier?.agent).toEqual(ME);
  });
});

describe("the queue", () => {
  it("is replaced whole, but not by an older snapshot", () => {
    expect(fold(queue(2, row("b")), queue(1, row("a"))).queue?.waiting[0]?.conversation).toBe("b");
  });

  it("takes any snapshot after a new connection", () => {
    expect(fold(queue(9, row("b")), welcome(), queue(1, row("a"))).queue?.waiting[0]?.conversation).toBe("a");
  });

  it("offers colleagues with room first, never oneself", () => {
    const agent = (id: string, status: AgentState["status"], load: number): AgentState => ({ id, name: id, status, capacity: 2, load });
    expect(takers([agent("away", "away", 0), agent("full", "online", 2), agent("free", "online", 1), agent("a-1", "online", 0)], ME).map((one) => one.id)).toEqual(["free", "full", "away"]);
  });
});

describe("typing", () => {
  it("ends by itself, and when the customer has spoken", () => {
    const typing = { type: "typing" as const, conversation: "k", who: { kind: "customer" as const, name: null }, on: true };
    expect(roomOf(fold(typing), "k").typing?.until).toBe(7000);
    expect(roomOf(fold(typing, events(said(1))), "k").typing).toBeNull();
  });
});

describe("late updates", () => {
  const late = { incident: "i", title: "Cards fail", last_update_at: "", due_at: "", cadence_minutes: 30 };

  it("are replaced whole, and gone with an empty list", () => {
    const first = fold({ type: "incident_reminders", items: [late] });
    expect(first.late).toEqual([late]);
    expect(reduce(first, { type: "incident_reminders", items: [] }, 0).late).toEqual([]);
  });

  it("are forgotten with the connection: the server says them again if they still are", () => {
    expect(fold({ type: "incident_reminders", items: [late] }, welcome()).late).toEqual([]);
  });
});

describe("whether a person was needed", () => {
  const called = (position: number): LogEvent => ({ position, kind: "person.called", at: "", epoch: 0, data: { reason: "unsure", text: "", language: "en", answers: [], urgent: false } });
  const judged = (position: number, about: number, needed: boolean): LogEvent => ({ position, kind: "handover.judged", at: "", epoch: 1, data: { position: about, needed, agent: ME } });
  const verdict = (...log: LogEvent[]) => verdictOf(roomOf(fold(events(...log)), "k"));

  it("is not asked where the bot called nobody", () => {
    expect(verdict(said(1))).toBeNull();
  });

  it("is open until somebody says, and the last word counts", () => {
    expect(verdict(said(1), called(2))).toEqual({ needed: null, by: null });
    expect(verdict(said(1), called(2), judged(3, 2, true), judged(4, 2, false))).toEqual({ needed: false, by: ME });
  });

  it("is asked anew for the next handover", () => {
    expect(verdict(called(1), judged(2, 1, true), called(3))).toEqual({ needed: null, by: null });
  });
});
