/** The address that a customer leaves while nobody is there. */
import { render } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { firstUse, recall, remember } from "../src/chat/memory.ts";
import { place, receive, reset, setPending, pending } from "../src/chat/state.ts";
import { Waiting } from "../src/chat/view/Waiting.tsx";
import { setWords, words } from "../src/chat/writing.ts";
import { setTexts } from "../src/shared/i18n.ts";
import type { EventsFrame } from "../src/shared/socket.ts";
import english from "../locales/en.json";

const box = document.body.appendChild(document.createElement("div"));
const queue = (staffed: boolean) => (place.value = { type: "place", conversation: "c", place: 1, waiting: 1, minutes: null, staffed });
const press = async () => (await vi.waitFor(() => box.querySelector<HTMLButtonElement>("button.reach") ?? expect.fail())).click();

async function leave(address: string): Promise<void> {
  await press();
  const input = await vi.waitFor(() => box.querySelector("input") ?? expect.fail());
  input.value = address;
  box.querySelector("form")?.requestSubmit();
}
const said = (text: string) => {
  const event = { position: 1, kind: "customer.said", at: "2026-11-22T03:00:00Z", epoch: 0, data: { text, client_id: "i" } };
  receive({ type: "events", conversation: "c", items: [event], head: 1 } as EventsFrame);
};

beforeEach(() => {
  setTexts("en", english);
  reset("c");
  setPending([]);
  queue(false);
  render(<Waiting />, box);
});
afterEach(() => render(null, box));

describe("while nobody is there", () => {
  it("an address is sent as a message", async () => {
    await leave(" mei.tan+sampan@post.example ");
    expect(pending.value.map((entry) => entry.text)).toEqual(["You can reach me at mei.tan+sampan@post.example."]);
    await vi.waitFor(() => expect(box.textContent).toContain("The team has your address: mei.tan+sampan@post.example"));
    expect(box.querySelector(".reach")).toBeNull();
  });
  it.each(["", "mei", "mei@tan", "a b@post.example", "a@b@post.example", "梅@post.example", `${"m".repeat(250)}@post.example`])("%j is refused with a reason", async (wrong) => {
    await leave(wrong);
    await vi.waitFor(() => expect(box.querySelector("[role=alert]")?.textContent).toContain("name@example.com"));
    expect(pending.value).toEqual([]);
  });
  it("nobody is asked for an address that is in the conversation", async () => {
    said("Write to mei@post.example, please");
    await vi.waitFor(() => expect(box.textContent).toContain("The team has your address: mei@post.example"));
  });
});

it("nobody is asked while somebody is there", async () => {
  queue(true);
  await vi.waitFor(() => expect(box.textContent).toContain("You are next"));
  expect(box.querySelector(".reach")).toBeNull();
});

it("what is written and not sent is kept, but nothing before the first use", () => {
  localStorage.clear();
  setWords("not yet");
  firstUse();
  setWords("one more thing");
  expect(recall().draft).toBe("one more thing");
  expect(JSON.parse(localStorage.getItem("handrail") ?? "{}")).toMatchObject({ draft: "one more thing" });
  words.value = "";
  remember({ draft: "" });
});
