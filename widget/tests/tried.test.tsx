/** What an agent reads of what the bot tried: how sure it was, not how its search reckons. */
import { render } from "preact";
import { afterEach, describe, expect, it } from "vitest";
import { Confidence, Passages } from "../src/console/bot-entry.tsx";
import { setTexts } from "../src/shared/i18n.ts";
import { attemptsOf } from "../src/staff/read-loose.ts";
import { staffTexts } from "./texts.ts";

const box = document.body.appendChild(document.createElement("div"));
const [tried] = attemptsOf([{ query: "fees?", confidence: 0.62, passages: [{ passage: "fees.en.cards", title: "Fees", heading: "Cards", url: "/help/en/fees#cards", score: 18.6414 }] }]);

afterEach(() => render(null, box));

describe("an attempt of the bot", () => {
  it("names its passages and its confidence, and no bare score of a ranking", () => {
    setTexts("en", staffTexts("en"));
    render(<><Confidence value={tried?.confidence ?? null} /><Passages list={tried?.passages ?? []} /></>, box);
    expect(box.querySelector("a")?.textContent).toBe("Fees › Cards");
    expect(box.textContent).toContain("62");
    expect(box.textContent).not.toContain("18");
  });
});
