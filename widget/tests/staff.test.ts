import { describe, expect, it } from "vitest";
import { scaleEnd } from "../src/admin/bars.tsx";
import { cleaned, newRule, phraseCount } from "../src/admin/rule-list.ts";
import { handoffOf, millisecondsOf } from "../src/admin/try.tsx";
import { errorOf, query } from "../src/staff/api.ts";
import { BINDINGS, commandFor } from "../src/staff/keys.ts";
import { attemptsOf, evidenceOf, knownOf, linesOf, passagesOf, safeUrl } from "../src/staff/read-loose.ts";
import { linksIn } from "../src/staff/links.ts";
import { link, partsOf } from "../src/staff/router.ts";
import { staffTexts } from "./texts.ts";

const press = (key: string, over = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...over });
const free = { typing: false, single: true };

describe("the keyboard", () => {
  it("knows every command by its key, in either case", () => {
    expect(commandFor(press("j"), free)).toBe("next");
    expect(commandFor(press("J"), free)).toBe("next");
    expect(commandFor(press("?"), free)).toBe("help");
  });
  it("keeps single keys out of text, but sends from it", () => {
    expect(commandFor(press("r"), { typing: true, single: true })).toBeNull();
    expect(commandFor(press("Enter", { metaKey: true }), { typing: true, single: true })).toBe("send");
  });
  it("can be turned off, except for Enter and those with Mod", () => {
    const live = BINDINGS.filter((b) => commandFor(press(b.key, { ctrlKey: b.mod === true }), { typing: false, single: false }));
    expect(live.map((b) => b.command)).toEqual(["open", "palette", "resolve", "undo", "send"]);
  });
  it("leaves the browser's own keys and unfinished Chinese input alone", () => {
    expect(commandFor(press("r", { ctrlKey: true }), free)).toBeNull();
    expect(commandFor(press("Enter", { ctrlKey: true, isComposing: true }), free)).toBeNull();
  });
});

describe("addresses", () => {
  it("go there and back", () => {
    expect(partsOf(link("try", "zh-Hant", "退款/要等多久?"))).toEqual(["try", "zh-Hant", "退款/要等多久?"]);
    expect(partsOf("#/%E0%A4%A")).toEqual(["%E0%A4%A"]);
  });
  it("leave out what is not set", () => {
    expect(query({ q: "a b", locale: null, limit: 3 })).toBe("?q=a+b&limit=3");
  });
  it("of articles lead to the help centre, in the language of the text", () => {
    expect(linksIn("ms")("article:refunds-timeline")).toBe(`${location.origin}/help/ms/refunds-timeline`);
    expect(linksIn("ms")("https://example.com/")).toBe("https://example.com/");
  });
  it("are links only when they lead to the web", () => {
    expect(safeUrl("javascript:alert(1)")).toBeNull();
    expect(safeUrl("/help/en/x")).toMatch(/^http/);
  });
});

describe("errors", () => {
  it("have a code whatever came back", () => {
    expect(errorOf(409, { error: { code: "version_conflict", message: "m" } })).toMatchObject({ code: "version_conflict", status: 409 });
    expect(errorOf(502, null).code).toBe("server");
    expect(errorOf(418, "tea").code).toBe("unexpected");
  });
});

describe("what the server says loosely", () => {
  it("tells measures from the customer's words", () => {
    expect(evidenceOf(["confidence=0.42", "give me a human"])).toEqual([{ name: "confidence", value: "0.42" }, { name: null, value: "give me a human" }]);
  });
  it("reads what was tried, known and found", () => {
    expect(attemptsOf([{ query: "q", confidence: 0.5, passages: [{ passage: "p", title: "T", score: 0.1 }] }])[0]).toMatchObject({ query: "q", confidence: 0.5, passages: [{ id: "p", title: "T" }] });
    expect(knownOf([{ kind: "booking", value: "SP-1", text: "SP-1", said: "sp 1" }, { kind: "time", value: "09:00", text: "09:00", said: "09:00" }, "plain", { kind: "time" }])).toEqual([
      { kind: "booking", text: "SP-1", said: "sp 1" }, { kind: "time", text: "09:00", said: "" }, { kind: null, text: "plain", said: "" },
    ]);
    expect(passagesOf([null, 3, { title: "T" }])).toHaveLength(1);
    expect(linesOf({ lexical: 0.5 })).toEqual(["lexical: 0.5"]);
  });
  it("reads times and reasons in any of their shapes", () => {
    expect([millisecondsOf(12), millisecondsOf({ total: 9, find: 3 }), millisecondsOf({ a: 1, b: 2 }), millisecondsOf(null)]).toEqual([12, 9, 3, null]);
    expect([handoffOf({ reason: "unsure" }), handoffOf({ escalation: { reason: "rule" } }), handoffOf({})]).toEqual(["unsure", "rule", ""]);
  });
});

describe("rules", () => {
  it("are sent without empty and doubled phrases", () => {
    const rule = { id: "r", name: " x ", when: { words: { en: ["a", " a ", ""], ms: [""] }, components: [] }, then: {} };
    expect(cleaned(rule)).toEqual({ id: "r", name: "x", when: { words: { en: ["a"] } }, then: {} });
    expect(phraseCount(rule)).toBe(2);
  });
  it("get an id nobody has", () => {
    expect(newRule([{ ...newRule([]), id: "rule-2" }]).id).toBe("rule-3");
  });
});

describe("the scale of a plot", () => {
  it("ends at 1, 2 or 5 times a power of ten", () => {
    expect([scaleEnd([]), scaleEnd([7]), scaleEnd([88]), scaleEnd([101])]).toEqual([5, 10, 100, 200]);
  });
});

describe("the texts", () => {
  const read = staffTexts;
  const marks = (text: string | Record<string, string>) => [...new Set(JSON.stringify(text).match(/\{\w+\}/g))].sort();
  it.each(["zh-Hans", "zh-Hant", "ms"])("are complete in %s, with the same values to fill in", (locale) => {
    const [en, other] = [read("en"), read(locale)];
    expect(Object.keys(other).sort()).toEqual(Object.keys(en).sort());
    for (const key of Object.keys(en)) expect([key, marks(other[key] ?? "")]).toEqual([key, marks(en[key] ?? "")]);
  });
});
