/** What stands beside a conversation, and a supervisor's page: folds, order, pages, and what is drawn of them. */
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listed, ALL, PAGE, pageOf } from "../src/console/live-list.ts";
import { MoodPart, points, type MoodAt } from "../src/console/mood.tsx";
import { Overview } from "../src/console/overview.tsx";
import { suggestionsOf, type Solved } from "../src/console/suggestions.ts";
import { fold, live } from "../src/console/watch.ts";
import type { LiveRow, OverviewFrame } from "../src/shared/frames.ts";
import { setTexts } from "../src/shared/i18n.ts";
import { staffTexts } from "./texts.ts";

const box = document.body.appendChild(document.createElement("div"));
beforeEach(() => setTexts("en", staffTexts("en")));
afterEach(() => {
  live.value = null;
  render(null, box);
});

function row(n: number, more: Partial<LiveRow> = {}): LiveRow {
  const conversation = `c${String(n).padStart(4, "0")}`;
  return { conversation, holder: "queue", agent: null, language: "en", urgent: false, reason: null, preview: `message ${n}`, visitor: "v", waiting_since: null, updated_at: "2026-01-01T00:00:00.000Z", incident: null, unanswered: 1, epoch: 1, mood: null, ...more };
}

function frame(more: Partial<OverviewFrame>): OverviewFrame {
  return { type: "overview", version: 1, anew: true, rows: [], gone: [], agents: [], totals: { queue: 0, agent: 0, bot: 0 }, ...more };
}

describe("the overview", () => {
  it("folds a snapshot in parts, then changes; a change without its beginning says nothing", () => {
    let known = fold(null, frame({ version: 4, anew: false, rows: [row(9)] }));
    expect(known).toBeNull();
    known = fold(known, frame({ rows: [row(1), row(2)] }));
    known = fold(known, frame({ version: 2, anew: false, rows: [row(3)] }));
    expect([...(known?.rows.keys() ?? [])]).toEqual(["c0001", "c0002", "c0003"]);
    const late = fold(known, frame({ version: 5, anew: false, gone: ["c0001"] }));
    expect(late?.rows.has("c0001")).toBe(true);
    known = fold(known, frame({ version: 3, anew: false, rows: [row(2, { urgent: true })], gone: ["c0001"] }));
    expect([...(known?.rows.values() ?? [])].map((one) => one.urgent)).toEqual([true, false]);
    known = fold(known, frame({ rows: [row(7)] }));
    expect(known?.rows.size).toBe(1);
  });

  it("orders by urgency and wait, by mood, by the latest change", () => {
    const rows = [
      row(1, { waiting_since: "2026-01-01T00:05:00.000Z" }),
      row(2, { urgent: true, waiting_since: "2026-01-01T00:09:00.000Z" }),
      row(3, { waiting_since: "2026-01-01T00:01:00.000Z", mood: { word: "angry", value: 0.9 } }),
      row(4, { updated_at: "2026-01-02T00:00:00.000Z", mood: { word: "uneasy", value: 0.3 } }),
    ];
    const names = (order: "urgent" | "wait" | "mood" | "latest") => listed(rows, { ...ALL, order }).map((one) => one.conversation.at(-1));
    expect(names("urgent")).toEqual(["2", "3", "1", "4"]);
    expect(names("wait")).toEqual(["3", "1", "2", "4"]);
    expect(names("mood")).toEqual(["3", "4", "1", "2"]);
    expect(names("latest")[0]).toBe("4");
    expect(listed(rows, { ...ALL, mood: "annoyed" })).toHaveLength(1);
    expect(listed(rows, { ...ALL, holder: "bot" })).toHaveLength(0);
  });

  it("draws one page of five hundred, and keeps to a page that exists", async () => {
    const rows = Array.from({ length: 500 }, (_, n) => row(n));
    live.value = fold(null, frame({ rows }));
    await act(() => render(<Overview />, box));
    expect(box.querySelectorAll("[data-live]")).toHaveLength(PAGE);
    expect(box.textContent).toContain("Page 1 of 10");
    expect(pageOf(rows, 99)).toMatchObject({ page: 9, pages: 10 });
    expect(pageOf([], 3)).toMatchObject({ page: 0, pages: 1 });
  });
});

describe("suggestions", () => {
  const solved = (answer: string): Solved => ({ conversation: answer, question: "q", answer, language: "en", agent: "Aina", solved_at: "2026-01-01T00:00:00.000Z", score: 0.5, same_component: false, own: false });

  it("put the help centre first, say where each is from, and offer none twice", () => {
    const list = suggestionsOf("From an article", [solved("A"), solved("A"), solved("From an article"), solved("B"), solved("C")]);
    expect(list).toEqual([{ from: "help", text: "From an article" }, { from: "earlier", text: "A" }, { from: "earlier", text: "B" }]);
    expect(suggestionsOf("", [])).toEqual([]);
  });
});

describe("the mood", () => {
  const marks: MoodAt[] = [
    { position: 2, at: "2026-01-01T00:00:00.000Z", value: 0, word: "calm", evidence: [] },
    { position: 5, at: "2026-01-01T00:01:00.000Z", value: 1, word: "angry", evidence: ["useless"] },
  ];

  it("is drawn from calm at the bottom to angry at the top, and told as a table", () => {
    const [first, last] = points(marks);
    expect(first!.y).toBeGreaterThan(last!.y);
    expect(first!.x).toBeLessThan(last!.x);
    render(<MoodPart marks={marks} />, box);
    expect(box.querySelector("svg")?.getAttribute("aria-label")).toBe("Mood after each message, from calm to angry. First calm, now angry.");
    expect(box.querySelectorAll("tbody tr")).toHaveLength(2);
    expect(box.querySelector("tbody tr:last-child")?.textContent).toContain("useless");
    render(<MoodPart marks={marks.slice(0, 1)} />, box);
    expect(box.querySelector("svg")).toBeNull();
    expect(box.textContent).toContain("Now: calm");
  });
});
