/** Ready replies: found by every word, filled with what is known, in the conversation's language. */
import { describe, expect, it } from "vitest";
import { fill, search, textIn, valuesOf, type Canned } from "../src/console/canned.ts";
import { teamsFor } from "../src/console/state.ts";
import { untilOf } from "../src/console/snooze.tsx";
import { commandFor } from "../src/staff/keys.ts";
import type { DossierFrame } from "../src/shared/frames.ts";

const reply = (name: string, texts: Canned["texts"], category = "Refunds"): Canned => ({ id: name, category, name, texts });
const REPLIES = [reply("Refund started", { en: "Your refund for {booking} has started." }), reply("Started late", { en: "Sorry, {customer}.", ms: "Maaf, {customer}." }, "Delays")];

describe("looking for one", () => {
  it("needs every word, and puts first what begins so", () => {
    expect(search(REPLIES, "started").map((one) => one.name)).toEqual(["Started late", "Refund started"]);
    expect(search(REPLIES, "refund BOOKING").map((one) => one.name)).toEqual(["Refund started"]);
    expect(search(REPLIES, "")).toHaveLength(2);
    expect(search(REPLIES, "nothing of it")).toEqual([]);
  });
  it("is in the conversation's language, else in the agent's, else in any", () => {
    const both = reply("x", { en: "Hello", ms: "Helo" });
    expect(textIn(both, "ms", "en").text).toBe("Helo");
    expect(textIn(both, "zh-Hans", "ms").text).toBe("Helo");
    expect(textIn(reply("y", { "zh-Hant": "您好" }), "en", "ms")).toEqual({ language: "zh-Hant", text: "您好" });
  });
});

describe("filling it in", () => {
  const dossier = { incident: null, do_not_ask: [{ kind: "booking", value: "AB-1" }, { kind: "booking", value: "AB-2" }, { kind: "name", value: "Mei" }] } as unknown as DossierFrame;
  it("takes what the customer said last, and leaves what nobody knows to be written", () => {
    const values = valuesOf(dossier, "Aina", "Sky", []);
    expect(fill("{customer}: {booking}, {incident}. {agent}, {company}", values)).toEqual({ text: "Mei: AB-2, {incident}. Aina, Sky", missing: ["incident"] });
  });
  it("never takes what every object has for a value", () => {
    expect(fill("{constructor} {flight}", {}).missing).toEqual(["constructor", "flight"]);
  });
});

describe("putting off", () => {
  const friday = new Date(2026, 10, 20, 16, 30);
  it("until a morning at nine, next week on Monday", () => {
    expect(untilOf("tomorrow", "", friday)).toEqual(new Date(2026, 10, 21, 9));
    expect(untilOf("week", "", friday)).toEqual(new Date(2026, 10, 23, 9));
    expect(untilOf("week", "", new Date(2026, 10, 23, 8))).toEqual(new Date(2026, 10, 30, 9));
    expect(untilOf("later", "", friday)).toEqual(new Date(2026, 10, 20, 19, 30));
    expect(untilOf("customer", "", friday)).toBeNull();
  });
});

it("teams that write the customer's language stand first", () => {
  const team = (name: string, ...languages: string[]) => ({ id: name, name, languages, members: [] });
  expect(teamsFor([team("A", "en"), team("B", "ms"), team("C", "ms")], "ms").map((one) => one.name)).toEqual(["B", "C", "A"]);
});

it("undo leaves the box's own undo alone", () => {
  const press = { key: "z", ctrlKey: true, metaKey: false, altKey: false };
  expect(commandFor(press, { typing: true, single: true })).toBeNull();
  expect(commandFor(press, { typing: false, single: false })).toBe("undo");
});
