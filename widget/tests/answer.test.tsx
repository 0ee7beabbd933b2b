import { render } from "preact";
import { beforeAll, describe, expect, test } from "vitest";
import type { PanelHost } from "../src/chat/host.ts";
import { Answer } from "../src/chat/view/Answer.tsx";
import type { Decision, EventOf } from "../src/shared/socket.ts";
import { setLocale } from "../src/shared/i18n.ts";
import en from "../locales/en.json" with { type: "json" };
import "../src/chat/texts.ts";

const citation = { title: "Paying by card", heading: "", text: "Cards are taken.", locale: "en" };

function notes(decision: Decision, confidence: number): string[] {
  const data = { text: "Cards are taken [1].", decision, confidence, citations: [citation], options: [], answers: [] };
  const event = { position: 3, kind: "bot.answered", at: "2026-11-22T03:00:00Z", data } as unknown as EventOf<"bot.answered">;
  const box = document.createElement("div");
  render(<Answer.Text event={event} host={{ server: "https://chat.example" } as PanelHost} />, box);
  return [...box.querySelectorAll(".note")].map((note) => `${note.className}: ${note.textContent}`);
}

beforeAll(() => setLocale("en"));

describe("where an answer comes from", () => {
  test.each<[string, Decision, number, string[]]>([
    ["an article that fits", "answer", 0.9, [`note: ${en["chat.note.quoted"]}`]],
    ["an article that may fit", "unsure", 0.3, [`note unsure: ${en["chat.note.unsure"]}`]],
    ["an incident, whatever the search made of its articles", "incident", 0.3, []],
  ])("%s", (_name, decision, confidence, expected) => expect(notes(decision, confidence)).toEqual(expected));
});
