/** Articles that are found while the customer writes: when they are looked for, and what is done with what comes. */
import { options, render } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PanelHost } from "../src/chat/host.ts";
import type { Article } from "../src/chat/search.ts";
import * as search from "../src/chat/search.ts";
import { announcement, company, source } from "../src/chat/state.ts";
import { Welcome } from "../src/chat/view/Welcome.tsx";
import { composing, search as loaded, words } from "../src/chat/writing.ts";
import { setTexts } from "../src/shared/i18n.ts";
import english from "../locales/en.json";

const box = document.body.appendChild(document.createElement("div"));
const asked: { q: string; signal: AbortSignal; answer: (found: Article[]) => void }[] = [];
const article = (id: string): Article => ({ article: id, locale: "en", title: `How to ${id}`, heading: null, url: `/help/en/${id}`, passage: `${id}.en.1` });
const shown = () => [...box.querySelectorAll(".found button")].map((button) => button.textContent);

async function write(text: string): Promise<void> {
  words.value = text;
  await vi.advanceTimersByTimeAsync(0);
}
const rest = (ms = 150) => vi.advanceTimersByTimeAsync(ms);
async function answer(n: number, ...ids: string[]): Promise<void> {
  asked[n]?.answer(ids.map(article));
  await vi.advanceTimersByTimeAsync(0);
}

/** Effects run with the drawing, not with a frame that nobody draws here. */
options.requestAnimationFrame = (callback) => queueMicrotask(callback);

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.stubGlobal("fetch", (address: string, { signal }: { signal: AbortSignal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
      const found = (articles: Article[]) => resolve({ ok: true, json: () => Promise.resolve(articles) });
      asked.push({ q: new URL(address).searchParams.get("q") ?? "", signal, answer: found });
    }));
  asked.length = 0;
  setTexts("en", english);
  loaded.value = search;
  announcement.value = words.value = "";
  composing.value = false;
  source.value = null;
  company.value = { name: "Sampan", greeting: "Hello", suggestions: ["Where is my ticket?"] };
  render(<Welcome host={{ server: "https://chat.test" } as PanelHost} />, box);
  await vi.advanceTimersByTimeAsync(50);
});
afterEach(() => {
  render(null, box);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("what is being written", () => {
  it("is looked for once it has rested", async () => {
    await write("re");
    await rest(100);
    await write("refund");
    await rest(100);
    expect(asked).toEqual([]);
    await rest(50);
    expect(asked.map((one) => one.q)).toEqual(["refund"]);
  });
  it("is not looked for while a keyboard makes a word of it", async () => {
    composing.value = true;
    await write("tui kuan");
    await rest(1000);
    expect(asked).toEqual([]);
    composing.value = false;
    await write("退款");
    await rest();
    expect(asked.map((one) => one.q)).toEqual(["退款"]);
  });
  it("is asked for by its end when it is long", async () => {
    await write(`${"x".repeat(300)} refund`);
    await rest();
    expect(asked[0]?.q).toMatch(/^x{193} refund$/);
  });
});

describe("what was found", () => {
  it("stands in place of the common questions, three at most", async () => {
    expect(box.textContent).toContain("Where is my ticket?");
    await write("refund");
    await rest();
    await answer(0, "refund", "change", "cancel", "pay");
    expect(shown()).toEqual(["How to refund", "How to change", "How to cancel"]);
    expect(box.textContent).not.toContain("Where is my ticket?");
    await write("");
    expect(shown()).toEqual([]);
    expect(box.textContent).toContain("Where is my ticket?");
  });
  it("is dropped when something else stands there by then", async () => {
    await write("refund");
    await rest();
    await write("change");
    await rest();
    expect(asked[0]?.signal.aborted).toBe(true);
    await answer(1, "change");
    await answer(0, "refund");
    expect(shown()).toEqual(["How to change"]);
  });
  it("is said once, not at every letter", async () => {
    await write("refund");
    await rest();
    await answer(0, "refund", "cancel");
    expect(announcement.value).toBe("2 articles may answer this. Press the up arrow to read them.");
    announcement.value = "";
    await write("refunds");
    await rest();
    await answer(1, "refund");
    expect(announcement.value).toBe("");
    expect(shown()).toEqual(["How to refund"]);
  });
  it("opens like the source of an answer", async () => {
    await write("refund");
    await rest();
    await answer(0, "refund");
    box.querySelector<HTMLButtonElement>(".found button")?.click();
    expect(source.value).toMatchObject({ number: 1, citation: { passage: "refund.en.1", text: "" } });
  });
});
