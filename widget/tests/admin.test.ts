/** What the admin pages work out by themselves. */
import { describe, expect, it } from "vitest";
import { stateOf } from "../src/admin/articles.tsx";
import { asked as askedOfTrail, shown } from "../src/admin/audit.tsx";
import { contrast, SURFACES } from "../src/admin/contrast.ts";
import { asked } from "../src/admin/figures.tsx";
import { snippet } from "../src/admin/snippet.tsx";
import { shares } from "../src/admin/stacked.tsx";
import { idFrom } from "../src/admin/start-article.tsx";

describe("the snippet", () => {
  it("names only what was chosen", () => {
    expect(snippet("https://help.example", { locale: "", theme: "", accent: " " })).toBe('<script src="https://help.example/widget.js" async></script>');
    expect(snippet("https://help.example", { locale: "ms", theme: "dark", accent: "#7c3aed" })).toBe('<script src="https://help.example/widget.js" data-locale="ms" data-theme="dark" data-accent="#7c3aed" async></script>');
  });
  it("cannot be left by what stands in an attribute", () => {
    const made = snippet("https://help.example", { locale: "", theme: "", accent: '"><img src=x>' });
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
  const version = (at: string, published = true) => ({ title: "t", version: 1, published, updated_at: at });
  const row = { id: "a", category: "c", subcategory: null, components: [], collection: "main", audience: "public" };
  it("say which language is missing, a draft, or older than another", () => {
    const locales = { en: version("2026-11-20T12:00:00Z"), ms: version("2026-11-20T11:30:00Z"), "zh-Hans": version("2026-11-19T12:00:00Z"), "zh-Hant": version("2026-11-20T12:00:00Z", false) };
    const states = ["en", "ms", "zh-Hans", "zh-Hant"].map((code) => stateOf({ ...row, locales }, code));
    expect(states).toEqual(["published", "published", "stale", "draft"]);
    expect(stateOf({ ...row, locales: {} }, "en")).toBe("missing");
  });
  it("get an id from a question's words", () => {
    expect(idFrom("Can I bring a CAT, please?")).toBe("can-i-bring-a-cat-please");
    expect(idFrom("Où est mon reçu -- vite")).toBe("ou-est-mon-recu-vite");
    expect(idFrom("可以帶貓嗎")).toBe("");
  });
});
