/** What the admin pages work out by themselves. */
import { describe, expect, it } from "vitest";
import { gapsOf, stateOf } from "../src/admin/articles.tsx";
import { asked as askedOfTrail, shown } from "../src/admin/audit.tsx";
import { contrast, SURFACES } from "../src/admin/contrast.ts";
import { fold } from "../src/admin/difference.tsx";
import { asked } from "../src/admin/figures.tsx";
import { snippet } from "../src/admin/snippet.tsx";
import { shares } from "../src/admin/stacked.tsx";
import { idFrom } from "../src/admin/start-article.tsx";
import { setTexts } from "../src/shared/i18n.ts";
import { date } from "../src/shared/time.ts";
import { staffTexts } from "./texts.ts";

describe("the snippet", () => {
  it("names only what was chosen", () => {
    expect(snippet("https://help.example", { locale: "", theme: "", position: "", accent: " " })).toBe('<script src="https://help.example/widget.js" async></script>');
    expect(snippet("https://help.example", { locale: "ms", theme: "dark", position: "left", accent: "#7c3aed" })).toBe('<script src="https://help.example/widget.js" data-locale="ms" data-theme="dark" data-position="left" data-accent="#7c3aed" async></script>');
  });
  it("cannot be left by what stands in an attribute", () => {
    const made = snippet("https://help.example", { locale: "", theme: "", position: "", accent: '"><img src=x>' });
    const page = new DOMParser().parseFromString(made, "text/html");
    expect(page.querySelectorAll("img")).toHaveLength(0);
    expect(page.querySelector("script")?.dataset["accent"]).toBe('"><img src=x>');
  });
});

describe("contrast", () => {
  it("is that of WCAG", () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
    expect(contrast([255, 255, 255], [255, 255, 255])).toBe(1);
    expect(contrast([118, 118, 118], SURFACES.light)).toBeCloseTo(4.54, 2);
  });
});

describe("the figures", () => {
  it("put every conversation into one share", () => {
    const part = { conversations: 20, answered: 12, confirmed: 4, came_back: 3, handed_over: 5, resolved: 9 };
    const found = shares(part);
    expect(found).toEqual({ confirmed: 4, unknown: 5, came_back: 3, handed_over: 5, neither: 3 });
    expect(Object.values(found).reduce((sum, n) => sum + n, 0)).toBe(part.conversations);
  });
  it("are asked for by days, or by two dates in order", () => {
    const period = { days: "7", since: "2026-01-01", until: "2026-01-02", language: "ms" };
    expect(asked(period)).toEqual({ days: "7", language: "ms" });
    expect(asked({ ...period, days: "" })).toEqual({ since: "2026-01-01", until: "2026-01-02", language: "ms" });
    expect(asked({ ...period, days: "", since: "" })).toBeNull();
    expect(asked({ ...period, days: "", since: "2026-02-01" })).toBeNull();
  });
});

describe("the trail", () => {
  it("is asked for whole days, the last one included", () => {
    const wanted = askedOfTrail({ action: "", name: "", subject: " pets ", since: "2026-11-20", until: "2026-11-20" });
    expect(wanted["subject"]).toBe("pets");
    expect(Date.parse(wanted["until"] ?? "") - Date.parse(wanted["since"] ?? "")).toBe(86_400_000);
  });
  it("shows values in a line", () => {
    expect([shown(["a", "b"]), shown([]), shown(null), shown(false), shown(3)]).toEqual(["a, b", "–", "–", "false", "3"]);
  });
});

describe("articles", () => {
  const row = { id: "a", category: "c", subcategory: null, components: [], collection: "main", audience: "public", locales: {} };
  const since = "2026-11-20T12:00:00Z";
  const gaps = { "zh-Hans": { state: "missing" as const, since, than: null }, "zh-Hant": { state: "missing" as const, since, than: null }, ms: { state: "stale" as const, since, than: "en" } };
  it("say which language is missing, a draft, or older than another, and since when", () => {
    expect(["en", "zh-Hans", "ms"].map((code) => stateOf({ ...row, gaps }, code))).toEqual(["published", "missing", "stale"]);
    setTexts("en", staffTexts("en"));
    const day = date(since);
    expect(gapsOf({ ...row, gaps })).toEqual([`简, 繁: missing since ${day}`, `MS: behind EN since ${day}`]);
    expect(gapsOf({ ...row, gaps: {} })).toEqual([]);
  });
  it("fold what stayed between two changes, and nothing where that would hide little", () => {
    const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `line ${from + n}`).join("\n");
    expect(fold(lines(0, 20), false, false)).toEqual({ head: lines(0, 3), hidden: lines(3, 17), tail: lines(17, 20) });
    expect(fold(lines(0, 20), true, false)).toEqual({ head: "", hidden: lines(0, 17), tail: lines(17, 20) });
    expect(fold(lines(0, 20), false, true)).toEqual({ head: lines(0, 3), hidden: lines(3, 20), tail: "" });
    expect(fold(lines(0, 9), false, false)).toEqual({ head: lines(0, 9), hidden: "", tail: "" });
  });
  it("get an id from a question's words", () => {
    expect(idFrom("Can I bring a CAT, please?")).toBe("can-i-bring-a-cat-please");
    expect(idFrom("Où est mon reçu -- vite")).toBe("ou-est-mon-recu-vite");
    expect(idFrom("可以帶貓嗎")).toBe("");
  });
});
