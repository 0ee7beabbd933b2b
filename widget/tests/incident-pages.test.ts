import { beforeAll, describe, expect, it } from "vitest";
import { changesOf, draftOf, textChangeOf } from "../src/admin/incident-changes.ts";
import type { Incident, IncidentUpdate } from "../src/admin/incident-types.ts";
import { fromField, toField, zoneName } from "../src/admin/instants.ts";
import { chanceWords, countWords, rateWords } from "../src/admin/sensor-words.ts";
import { disagreementWords } from "../src/admin/status-pages.tsx";
import { foreign } from "../src/chat/foreign.ts";
import { setTexts } from "../src/shared/i18n.ts";
import { staffTexts } from "./texts.ts";

beforeAll(() => setTexts("en", staffTexts("en")));

const update: IncidentUpdate = { id: "u1", at: "2026-11-22T03:00:00Z", status: "investigating", text: { en: "Cards fail." }, corrected_at: null, from_status_page: false };
const incident: Incident = {
  id: "i1", title: { en: "Cards fail" }, components: ["payments"], severity: "major", status: "investigating", active: true, started_at: "2026-11-22T03:00:00Z", resolved_at: null,
  workaround: {}, expected_at: "2026-11-22T05:00:30Z", next_update_at: null, cadence_minutes: 30, update_due_at: null, update_late: false, source: "manual", language: null, url: null,
  left_feed_at: null, unconfirmed_since: null, missing_languages: [], unsaid: [], updates: [update], followers: 0,
};

describe("an instant in a field", () => {
  it("is the same minute when it comes back", () => {
    for (const at of ["2026-11-22T05:00:00.000Z", "2026-02-28T23:59:00.000Z"]) expect(fromField(toField(at))).toBe(at);
  });
  it("is nothing while it is empty or unfinished", () => {
    expect([toField(null), fromField(""), fromField("2026-11-")]).toEqual(["", null, null]);
  });
  it("has its zone beside it", () => {
    expect(zoneName()).toContain(Intl.DateTimeFormat().resolvedOptions().timeZone.replace(/_/g, " "));
  });
});

describe("what is sent about an incident", () => {
  it("is nothing where nothing was changed, whatever the seconds of its times", () => {
    expect(changesOf(incident, draftOf(incident))).toEqual({});
  });
  it("is only what was changed", () => {
    const draft = { ...draftOf(incident), title: { en: "Cards fail", ms: "Kad gagal", "zh-Hans": " " }, cadence: "15" };
    expect(changesOf(incident, draft)).toEqual({ title: { en: "Cards fail", ms: "Kad gagal" }, cadence_minutes: 15 });
  });
  it("takes away what was emptied", () => {
    const before = { ...incident, workaround: { en: "Use FPX." } };
    const draft = { ...draftOf(before), workaround: { en: "" }, expected: "", cadence: "" };
    expect(changesOf(before, draft)).toEqual({ workaround: {}, expected_at: null, cadence_minutes: null });
  });
  it("does not care for the order of components", () => {
    const before = { ...incident, components: ["a", "b"] };
    expect(changesOf(before, { ...draftOf(before), components: ["b", "a"] })).toEqual({});
  });
});

describe("what is written into an update", () => {
  it("is a translation where there was no text", () => {
    expect(textChangeOf(update, { en: "Cards fail.", ms: "Kad gagal." })).toEqual({ text: { ms: "Kad gagal." }, added: ["ms"], corrected: [] });
  });
  it("is a correction where other words stood", () => {
    expect(textChangeOf(update, { en: "Visa cards fail." })).toEqual({ text: { en: "Visa cards fail." }, added: [], corrected: ["en"] });
  });
  it("is no correction where a comma or a capital moved", () => {
    expect(textChangeOf(update, { en: "cards, fail" }).corrected).toEqual([]);
  });
  it("never empties a language", () => {
    expect(textChangeOf(update, { en: " " }).text).toEqual({});
  });
});

describe("the sensor's figures in words", () => {
  it("round a chance to one digit and never look more exact than they are", () => {
    expect(chanceWords(4.6e-6)).toContain("1 in 200,000.");
    expect(chanceWords(2.1e-8)).toContain("1 in 50 million.");
    for (const none of [1e-15, 0, Number.NaN]) expect(chanceWords(none)).toContain("less than 1 in 1 billion.");
    expect(chanceWords(3)).toContain("1 in 1.");
  });
  it("say a rate in as many digits as it has", () => {
    expect([0, 0.04, 0.42, 7.25, 31.4].map(rateWords)).toEqual(["0", "less than 0.1", "0.4", "7.3", "31"]);
  });
  it("count in the reader's language", () => {
    const evidence = { minutes: 15, questions: 12, expected: 0.42, times: 28, chance: 1e-7, usual_per_hour: 1.7, plot: [] };
    expect(countWords(evidence)).toBe("12 customers asked in 15 minutes. Usual at this hour: about 0.4.");
    setTexts("zh-Hans", staffTexts("zh-Hans"));
    expect(countWords(evidence)).toBe("15 分钟内有 12 位客户询问，此时段平常约 0.4 位。");
    setTexts("en", staffTexts("en"));
  });
});

describe("a disagreement of a status page", () => {
  it("names what it is about", () => {
    expect(disagreementWords({ code: "component_broken_without_incident", incident: null, component: "Checkout" })).toContain("“Checkout”");
  });
  it("is shown by its code where we have no words for it", () => {
    expect(disagreementWords({ code: "new_kind", incident: "Slow", component: null })).toBe("new kind: Slow");
  });
});

describe("a text in another language", () => {
  it("gives the server's mark as a label", () => {
    setTexts("ms", {});
    expect(foreign("(teks asal dalam Inggeris) Cards fail (Visa)", "en")).toEqual({ label: "teks asal dalam Inggeris", language: "en", text: "Cards fail (Visa)" });
    setTexts("zh-Hans", {});
    expect(foreign("（英语原文）Cards fail", "en")).toEqual({ label: "英语原文", language: "en", text: "Cards fail" });
  });
  it("is named even without a mark, and the reader's own is not", () => {
    setTexts("ms", {});
    expect(foreign("Cards fail", "en")?.label).toBe("English");
    expect(foreign("(Visa) Kad gagal", "ms")).toBeNull();
    expect(foreign("Kad gagal", null)).toBeNull();
    setTexts("en", staffTexts("en"));
  });
});
