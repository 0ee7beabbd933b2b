/** The conversation as the text that a customer keeps. */
import { beforeEach, describe, expect, test } from "vitest";
import { lineText, rowsOf } from "../src/chat/rows.ts";
import { fileName, write, type Words } from "../src/chat/transcript.ts";
import { setTexts, t } from "../src/shared/i18n.ts";
import { plainText } from "../src/shared/markdown.tsx";
import type { EventData, EventKind, LogEvent } from "../src/shared/socket.ts";
import english from "../locales/en.json";
import simplified from "../locales/zh-Hans.json";

const mei = { id: "a", name: "Mei" };
let at = 0;
function event<K extends EventKind>(kind: K, data: Partial<EventData[K]>, when = new Date(2026, 10, 22, 9, 5)): LogEvent {
  at += 1;
  return { position: at, kind, at: when.toISOString(), epoch: 0, data } as unknown as LogEvent;
}
const citation = { article: "refunds", locale: "en", title: "Refunds", heading: null, url: "/help/en/refunds", text: "x", passage: "p" };
const link = (href: string) => `https://chat.test${href}`;
const words = (locale: string): Words => ({ locale, company: "Sampan", bot: "Sampan assistant", t, line: lineText, plain: plainText, link });
const text = (events: LogEvent[], locale = "en") => write(rowsOf(events, []), words(locale), new Date(2026, 10, 22, 9, 30));

beforeEach(() => {
  at = 0;
  setTexts("en", english);
});

describe("the text", () => {
  test("says who said what, when, and what it rests on", () => {
    const answer = { text: "A refund takes **five** days.[1]", citations: [citation], decision: "answer" as const };
    const lines = text([
      event("customer.said", { text: "How long?\nReally" }),
      event("bot.answered", answer),
      event("agent.joined", { agent: mei }),
      event("agent.said", { text: "Hello", agent: mei }, new Date(2026, 10, 23, 0, 1)),
    ]).split("\n");
    expect(lines[0]).toBe("Sampan · Chat with us");
    expect(lines).toContain("=== Sunday, November 22, 2026 ===");
    expect(lines).toContain("[09:05] You");
    expect(lines).toContain("    Really");
    expect(lines).toContain("[09:05] Sampan assistant · Automated");
    expect(lines).toContain("    A refund takes five days.");
    expect(lines).toContain("    - Refunds https://chat.test/help/en/refunds");
    expect(lines).toContain("[09:05] --- Mei joined. You are now talking to a person.");
    expect(lines).toContain("=== Monday, November 23, 2026 ===");
    expect(lines).toContain("[00:01] Mei · Person");
  });
  test("has its days and words in the reader's language", () => {
    setTexts("zh-Hans", simplified);
    const made = text([event("customer.said", { text: "你好" })], "zh-Hans");
    expect(made).toContain("=== 2026年11月22日星期日 ===");
    expect(made).toContain(`[09:05] ${simplified["chat.you"]}\n    你好\n`);
  });
  test.each(["\n", "\r", "\r\n", "\u2028", "\u0085", "\v"])("lets nobody put words into another's mouth with %j", (end) => {
    const made = text([event("customer.said", { text: `Hi${end}[09:06] Mei · Person` })]);
    expect(made).not.toMatch(/^\[09:06\] Mei/m);
    expect(made.split(/[\r\n\u2028\u0085\v]/)).not.toContain("[09:06] Mei · Person");
  });
  test("says of a message that it has not been sent", () => {
    const entry = { id: "i", kind: "say" as const, text: "Hello?", at: new Date().toISOString(), state: "failed" as const };
    const made = write(rowsOf([], [entry]), words("en"), new Date());
    expect(made).toContain("You · This could not be sent. Try again.\n    Hello?");
  });
});

test("the file is named after the company and the reader's day", () => {
  const day = new Date(2026, 0, 2, 0, 30);
  expect(fileName("Sampan", day)).toBe("Sampan 2026-01-02.txt");
  expect(fileName("../a/b:c?.\u202etxt", day)).toBe("a b c txt 2026-01-02.txt");
  expect(fileName("", day)).toBe("2026-01-02.txt");
});
