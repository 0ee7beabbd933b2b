/** What an agent reads of the facts the customer told: their kind, the fact, and on hover the customer's words. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { render } from "preact";
import { afterEach, describe, expect, it } from "vitest";
import { KnownItem } from "../src/console/about.tsx";
import { setTexts } from "../src/shared/i18n.ts";
import { knownOf } from "../src/staff/read-loose.ts";
import { staffTexts } from "./texts.ts";

const box = document.body.appendChild(document.createElement("ul"));
const show = (item: unknown) => {
  setTexts("en", staffTexts("en"));
  const [known] = knownOf([item]);
  if (known) render(<KnownItem known={known} />, box);
  return box.querySelector("li");
};

afterEach(() => render(null, box));

describe("a fact that is known already", () => {
  it("has its kind, what it is and the customer's words", () => {
    const shown = show({ kind: "people", value: "4", text: "4 people (“us four”)", said: "us four" });
    expect(shown?.textContent?.trim()).toBe("Group size 4 people (“us four”)");
    expect(shown?.title).toBe("The customer wrote: “us four”");
  });
  it("says nothing twice", () => {
    expect(show({ kind: "flight", value: "MH603", text: "MH603", said: "MH603" })?.hasAttribute("title")).toBe(false);
  });
  it("takes words that look like a page as words", () => {
    const shown = show({ kind: "name", value: "<b>", text: "<img src=x onerror=alert(1)>", said: "\"><b>" });
    expect(shown?.querySelector("img, b")).toBeNull();
  });
});

describe("every kind of fact the server can find", () => {
  const source = readFileSync(join(import.meta.dirname, "../../handoff/facts/reading.py"), "utf8");
  const kinds = [...(/^Kind = Literal\[([^\]]*)\]/m.exec(source)?.[1] ?? "").matchAll(/"(\w+)"/g)].map((match) => match[1] ?? "");
  it.each(["en", "zh-Hans", "zh-Hant", "ms"])("has a name in %s", (locale) => {
    const texts = staffTexts(locale);
    expect(kinds.length).toBeGreaterThan(15);
    expect(kinds.filter((kind) => !texts[`console.known.${kind}`])).toEqual([]);
  });
});
