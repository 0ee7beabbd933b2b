import { beforeEach, describe, expect, test } from "vitest";
import { recall, remember } from "../src/chat/memory.ts";
import { rowsOf } from "../src/chat/rows.ts";
import * as state from "../src/chat/state.ts";
import type { ConversationState, EventData, EventKind, LogEvent } from "../src/shared/socket.ts";

const mei = { id: "a", name: "Mei" };
const ben = { id: "b", name: "Ben" };
let at = 0;
function event<K extends EventKind>(kind: K, data: Partial<EventData[K]> = {}): LogEvent {
  at += 1;
  return { position: at, kind, at: "2026-11-22T03:00:00Z", epoch: 0, data } as unknown as LogEvent;
}
const come = (...items: LogEvent[]) => state.receive({ type: "events", conversation: "c", items, head: at });
const found = (id: string, head = 0): ConversationState => ({ id, head, holder: "bot", status: "open", agent: null, rated: false });

beforeEach(() => {
  at = 0;
  remember({ left: null, log: null, conversation: null, read: 0 });
  state.reset("c");
  state.opened.value = false;
});

test("another conversation begins with nothing left to be read out", () => {
  state.announcement.value = "You are number 2";
  state.reset(null);
  expect(state.announcement.value).toBe("");
});

describe("who has the conversation", () => {
  test("follows the log", () => {
    const holders: string[] = [];
    const steps = [
      event("conversation.started"),
      event("person.called"),
      event("agent.joined", { agent: mei }),
      event("conversation.transferred", { from: mei, to: ben }),
      event("conversation.requeued"),
      event("agent.joined", { agent: ben }),
      event("conversation.returned", { agent: ben }),
      event("conversation.resolved", { by: null, reason: "idle" }),
      event("conversation.reopened"),
    ];
    for (const step of steps) {
      come(step);
      const { holder, agent, over } = state.standing.value;
      holders.push(`${holder}${agent ? ` ${agent.name}` : ""}${over ? " over" : ""}`);
    }
    expect(holders).toEqual(["bot", "queue", "agent Mei", "agent Ben", "queue", "agent Ben", "bot", "bot over", "bot"]);
  });

  test("options work only until something else is said", () => {
    come(event("customer.said"), event("bot.answered"));
    expect(state.current.value).toBe(2);
    come(event("customer.said"));
    expect(state.current.value).toBe(0);
  });
});

test("a message is pending until its event comes", () => {
  state.setPending([{ id: "x", kind: "say", text: "a", at: "", state: "sending" }]);
  come(event("customer.said", { text: "a", client_id: "x" }));
  expect(state.pending.value).toEqual([]);
});

test("unread is what others said since the panel was closed", () => {
  come(event("customer.said"), event("bot.answered"), event("private"), event("agent.said", { agent: mei }));
  expect(state.unread.value).toBe(2);
  state.markRead();
  expect(state.unread.value).toBe(0);
});

describe("coming back", () => {
  test("another database forgets all positions", () => {
    state.adopt(found("c"), "log-1");
    come(event("customer.said"));
    state.adopt(found("c", 1), "log-1");
    expect(state.position()).toBe(1);
    state.adopt(found("c", 1), "log-2");
    expect(state.position()).toBe(0);
  });

  test("a restored log with fewer events than were seen is shown as it is", () => {
    state.adopt(found("c"), "log-1");
    come(event("customer.said"), event("bot.answered"), event("customer.said"));
    state.adopt(found("c", 1), "log-2");
    expect(recall().log).toBe("log-2");
    at = 0;
    come(event("customer.said", { text: "as it was then" }));
    expect(state.events.value.map((one) => [one.position, one.data])).toEqual([[1, { text: "as it was then" }]]);
  });

  test("a conversation left by starting over is not shown again", () => {
    remember({ left: "old" });
    state.adopt(found("old", 4), "log-1");
    expect(state.conversation.value).toBeNull();
  });

  test("nothing is stored before the first use", () => {
    expect(recall().log).toBeNull();
    remember({ log: "x" });
    expect(localStorage.length).toBe(0);
  });
});

test("the log is read in groups, and private events are not in it", () => {
  const rows = rowsOf([event("customer.said"), event("private"), event("bot.answered"), event("person.called"), event("agent.joined")], []);
  expect(rows.map((row) => (row.kind === "said" ? `${row.speaker}${row.first ? " first" : ""}${row.last ? " last" : ""}` : row.kind))).toEqual([
    "day",
    "customer first last",
    "bot first",
    "bot last",
    "line",
  ]);
});
