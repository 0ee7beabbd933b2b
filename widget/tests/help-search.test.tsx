/** What an agent may put into a reply from the help centre: what customers may read, and after a question the rest. */
import { render } from "preact";
import { afterEach, describe, expect, it, vi } from "vitest";
import { open, state } from "../src/console/desk.ts";
import { draft, setDraft } from "../src/console/drafts.ts";
import { Result, type Found } from "../src/console/help-search.tsx";
import { reduce, START } from "../src/console/state.ts";
import type { AgentWelcome, DossierFrame } from "../src/shared/frames.ts";
import { setTexts } from "../src/shared/i18n.ts";
import { Asker } from "../src/staff/dialog.tsx";
import { staffTexts } from "./texts.ts";

const ME = { id: "a-1", name: "Aina", role: "agent" as const, languages: ["en"] };
const WELCOME: AgentWelcome = { type: "welcome", agent: ME, log: "L", ping_seconds: 25, presence: { status: "online", capacity: 4 } };
const HELD: DossierFrame = {
  type: "dossier", conversation: "k", head: 0, holder: "agent", status: "open", agent: ME, epoch: 1, reason: null, evidence: [], summary: null, tried: [],
  language: "en", visitor: "v", page: null, incident: null, started_at: "", waiting_since: null, do_not_ask: [], suggested_reply: null, rating: null,
};
const found = (audience: string): Found => ({
  passage: "p.en.overview", article: "p", locale: "en", title: "Goodwill", heading: null, text: "Give RM 20.\nOnce only.", url: "/help/en/p#overview", audience, score: 1,
});
const box = document.body.appendChild(document.createElement("div"));

/** Draws a passage for an agent who holds the conversation that is open. */
function draw(audience: string, sought = "en"): void {
  setTexts("en", staffTexts("en"));
  state.value = reduce(reduce(START, WELCOME, 0), HELD, 0);
  open.value = "k";
  setDraft("");
  render(<><Result item={found(audience)} sought={sought} /><Asker /></>, box);
}

/** Presses the button with this text, as soon as it is there. */
async function press(text: string, within: string): Promise<void> {
  const button = await vi.waitFor(() => {
    const there = [...box.querySelectorAll<HTMLButtonElement>(`${within} button`)].find((one) => one.textContent?.trim() === text);
    if (!there || there.disabled) throw new Error(`no button ${text}`);
    return there;
  });
  button.click();
}
const closed = () => vi.waitFor(() => expect(box.querySelector("dialog")).toBeNull());

afterEach(() => render(null, box));

describe("a passage for everybody", () => {
  it("is quoted with its address, without a question", async () => {
    draw("public");
    await press("Quote in reply", ".found-foot");
    expect(draft.value).toBe(`> Give RM 20.\n> Once only.\n\n${location.origin}/help/en/p#overview`);
    expect(box.querySelector(".badge")).toBeNull();
  });
  it("can be linked", async () => {
    draw("public");
    await press("Insert link", ".found-foot");
    expect(draft.value).toBe(`${location.origin}/help/en/p#overview`);
  });
});

describe.each([["staff", "Staff only"], ["signed_in", "Signed-in customers"], ["partners", "partners"]])("a passage for %s", (audience, label) => {
  it("says so, and leads nowhere", () => {
    draw(audience);
    expect(box.querySelector(".badge")?.textContent).toBe(label);
    expect(box.querySelector(".found-title a")).toBeNull();
    expect(box.textContent).not.toContain("Insert link");
  });
  it("is quoted only if the agent means it, without its address", async () => {
    draw(audience);
    await press("Quote in reply", ".found-foot");
    await vi.waitFor(() => expect(box.querySelector("dialog")?.textContent).toContain(label));
    await press("Cancel", ".dialog-foot");
    await closed();
    expect(draft.value).toBe("");

    await press("Quote in reply", ".found-foot");
    await press("Quote in reply", ".dialog-foot");
    await vi.waitFor(() => expect(draft.value).toBe("> Give RM 20.\n> Once only."));
  });
});

describe("a passage in another language", () => {
  it("says which, because none is in the one that was searched", () => {
    draw("public", "ms");
    expect(box.querySelector(".badge")?.textContent).toBe("English");
    draw("public", "en");
    expect(box.querySelector(".badge")).toBeNull();
  });
});
