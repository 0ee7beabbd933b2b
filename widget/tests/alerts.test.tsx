/** Notifications and sound: off until chosen, for news only; and J and K through the rows on the screen. */
import { afterEach, describe, expect, it } from "vitest";
import { newsOf, read } from "../src/console/alerts.ts";
import { next, stops } from "../src/console/walk.ts";
import type { QueueFrame, Row } from "../src/shared/frames.ts";

function row(conversation: string, unread = 0): Row {
  return { conversation, unread } as Row;
}
function queue(waiting: Row[], mine: Row[] = [], grouped: Row[] = []): QueueFrame {
  return { waiting, mine, groups: [{ rows: grouped }] } as unknown as QueueFrame;
}
const ids = (rows: Row[]) => rows.map((one) => one.conversation);

describe("what is chosen", () => {
  it("is nothing until somebody chose it, or when it cannot be read", () => {
    for (const text of [null, "", "null", "{", "[]", '{"notify":"yes","sound":1,"volume":7}']) {
      expect(read(text), String(text)).toEqual({ notify: false, sound: false, volume: 0.5 });
    }
    expect(read('{"notify":true,"sound":true,"volume":0}')).toEqual({ notify: true, sound: true, volume: 0 });
  });
});

describe("news", () => {
  it("is who waits and did not, in a group too; not what this agent gave back", () => {
    const before = queue([row("a")], [row("mine")]);
    expect(ids(newsOf(before, queue([row("a"), row("b"), row("mine")], [], [row("g")])).waiting)).toEqual(["b", "g"]);
    expect(newsOf(before, before)).toEqual({ waiting: [], messages: [] });
  });

  it("is a customer of mine who wrote; not one who just became mine, nor one that was read", () => {
    const before = queue([], [row("a", 1), row("b", 2)]);
    expect(ids(newsOf(before, queue([], [row("a", 2), row("b", 0), row("c", 3)])).messages)).toEqual(["a"]);
  });
});

describe("J and K", () => {
  afterEach(() => document.body.replaceChildren());

  it("walk over groups, and over a group's rows while it is open; the ends hold", () => {
    document.body.innerHTML = `<div id="list">
      <details id="one"><summary data-group="x">x</summary><button data-conversation="g1">g1</button></details>
      <button data-conversation="w1">w1</button>
      <details><summary>ended</summary><button data-conversation="e1">e1</button></details></div>`;
    const list = () => stops(document.getElementById("list"), "[data-conversation], [data-group]");
    const name = (one: HTMLElement | null) => one?.dataset["conversation"] ?? one?.dataset["group"];
    expect(list().map(name)).toEqual(["x", "w1"]);
    document.getElementById("one")!.setAttribute("open", "");
    expect(list().map(name)).toEqual(["x", "g1", "w1"]);
    expect(name(next(list(), () => false, 1))).toBe("x");
    expect(name(next(list(), (one) => name(one) === "g1", 1))).toBe("w1");
    list()[1]!.focus();
    expect(name(next(list(), () => false, -1))).toBe("x");
    list()[2]!.focus();
    expect(name(next(list(), () => false, 1))).toBe("w1");
    expect(next([], () => true, 1)).toBeNull();
  });
});
