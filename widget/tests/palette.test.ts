/** How the palette is searched, and which note stands first for the next agent. */
import { describe, expect, it, vi } from "vitest";
import { search, type Item } from "../src/console/palette-items.ts";
import { handedNote } from "../src/console/state.ts";
import type { LogEvent } from "../src/shared/frames.ts";

function item(label: string, more: Partial<Item> = {}): Item {
  return { id: label, label, group: "Desk", run: vi.fn(), ...more };
}

describe("the palette's search", () => {
  const all = [item("Language: Bahasa Melayu"), item("Mei Lan: my refund", { also: "01JABC stuck" }), item("Refund rules")];
  const found = (typed: string) => search(all, typed).map((one) => one.label);

  it("offers everything while nothing is typed, in its order", () => {
    expect(found(" ")).toEqual(all.map((one) => one.label));
  });
  it("wants every word, in any order and case, and puts what begins so first", () => {
    expect(found("REFUND")).toEqual(["Refund rules", "Mei Lan: my refund"]);
    expect(found("refund mei")).toEqual(["Mei Lan: my refund"]);
    expect(found("refund bahasa")).toEqual([]);
  });
  it("finds by what is not shown, after what is", () => {
    expect(found("stuck")).toEqual(["Mei Lan: my refund"]);
  });
  it("opens a conversation whose whole id is pasted, and nothing shorter", () => {
    expect(found("01k9z3v7q2m4x8w5t6r1")).toEqual(["01k9z3v7q2m4x8w5t6r1"]);
    expect(found("01k9z3")).toEqual([]);
  });
});

describe("the note of who had it before", () => {
  const agent = { id: "a", name: "Aina" };
  const event = (kind: string, data: object) => ({ kind, data, position: 1, at: "2026-01-01T00:00:00Z", epoch: 1, sender: "agent:a" }) as unknown as LogEvent;
  const moved = event("conversation.transferred", { from: agent, to: null });
  const taken = event("conversation.transferred", { from: agent, to: agent, taken_over: true });
  const back = event("conversation.returned", { agent });
  const note = event("note.written", { text: "Ask for the receipt", client_id: null, agent });
  const other = event("note.written", { text: "by the way", client_id: "c1", agent });
  const over = event("conversation.resolved", { by: agent, reason: "resolved" });
  const joined = event("agent.joined", { agent });

  it("is the one that came with the last handing over", () => {
    expect(handedNote([moved, note, joined, other])).toBe(note);
    expect(handedNote([back, note])).toBe(note);
    expect(handedNote([moved, note, joined, taken])).toBe(note);
  });
  it("is none where nothing was said with it, or the matter is over", () => {
    expect(handedNote([])).toBeNull();
    expect(handedNote([moved, note, joined, back])).toBeNull();
    expect(handedNote([moved, other])).toBeNull();
    expect(handedNote([moved, note, joined, over])).toBeNull();
  });
});
