import { describe, expect, test, vi } from "vitest";
import { locale, nearestLocale, setLocale, setTexts, t, tryT, useTexts } from "../src/shared/i18n.ts";
import { clock, day, elapsed, relative } from "../src/shared/time.ts";

describe("texts", () => {
  test("values are filled in, numbers as the language writes them", () => {
    setTexts("en", { hello: "Hello {name}, {n} of {total}" });
    expect(t("hello", { name: "Mei", n: 1234, total: "x" })).toBe("Hello Mei, 1,234 of x");
  });

  test("plural forms follow the language", () => {
    setTexts("en", { wait: { one: "{n} minute", other: "{n} minutes" } });
    expect([t("wait", { n: 1 }), t("wait", { n: 2 })]).toEqual(["1 minute", "2 minutes"]);
    setTexts("zh-Hans", { wait: { other: "{n} 分钟" } });
    expect(t("wait", { n: 1 })).toBe("1 分钟");
  });

  test("a missing key shows itself, a missing value stays", () => {
    setTexts("en", { a: "{b}" });
    expect([t("none"), tryT("none"), t("a")]).toEqual(["none", null, "{b}"]);
  });

  test("the last language asked for wins, however slow the first one is", async () => {
    let slow: (value: { default: Record<string, string> }) => void = () => undefined;
    const wait = new Promise<{ default: Record<string, string> }>((resolve) => (slow = resolve));
    const now = (text: string) => () => Promise.resolve({ default: { a: text } });
    useTexts({ en: () => wait, ms: now("ms"), "zh-Hans": now("s"), "zh-Hant": now("t") });
    const first = setLocale("en");
    await setLocale("ms");
    slow({ default: { a: "en" } });
    await first;
    expect([locale.value, t("a")]).toEqual(["ms", "ms"]);
  });
});

test.each([
  [["zh-TW"], "zh-Hant"],
  [["zh-HK"], "zh-Hant"],
  [["zh-Hant-MY"], "zh-Hant"],
  [["zh_CN"], "zh-Hans"],
  [["zh"], "zh-Hans"],
  [["zh-SG"], "zh-Hans"],
  [["en-GB"], "en"],
  [["ms-MY"], "ms"],
  [["fr", "ms"], "ms"],
  [["fr", null, undefined, ""], null],
])("the nearest language to %j is %s", (tags, expected) => expect(nearestLocale(tags)).toBe(expected));

describe("times", () => {
  const now = new Date(2026, 10, 22, 15, 0);
  test("are short when they are near", () => {
    setTexts("en", {});
    expect(clock(new Date(2026, 10, 22, 14, 5), now)).toBe("14:05");
    expect(day(now, now)).toBe("Today");
    expect(day(new Date(2026, 10, 21, 23, 59), now)).toBe("Yesterday");
    expect(relative(new Date(2026, 10, 22, 14, 57), now)).toBe("3 minutes ago");
    expect(elapsed(new Date(2026, 10, 22, 13, 57, 55), now)).toBe("1:02:05");
  });

  test.each([
    ["en", ["ms-MY", "en-GB", "en-US"], "3 Nov, 14:05"],
    ["en", ["en-US", "en-GB"], "Nov 3, 14:05"],
    ["en", ["ms-MY"], "Nov 3, 14:05"],
    ["zh-Hant", ["en-GB", "zh-TW"], "11月3日 14:05"],
    ["ms", ["en-GB"], "3 Nov, 14:05"],
  ] as const)("in %s with %j are written as %s", (language, tags, expected) => {
    vi.spyOn(navigator, "languages", "get").mockReturnValue(tags);
    setTexts(language, {});
    expect(clock(new Date(2026, 10, 3, 14, 5), now)).toBe(expected);
    vi.restoreAllMocks();
  });

  test("tell the weekday for some days back", () => {
    setTexts("en", {});
    expect(clock(new Date(2026, 10, 17, 14, 5), now)).toBe("Tue 14:05");
    expect(clock(new Date(2026, 10, 16, 14, 5), now)).toMatch(/16/);
  });
});
