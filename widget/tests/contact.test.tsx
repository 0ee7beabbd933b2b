/** Whom the customer's own site vouches for, as agents and admins see it. */
import { render } from "preact";
import { afterEach, expect, test } from "vitest";
import { cleaned, newRule } from "../src/admin/rule-list.ts";
import { Contact } from "../src/console/contact.tsx";
import { Entry } from "../src/console/entry.tsx";
import type { LogEvent } from "../src/shared/frames.ts";
import { setTexts } from "../src/shared/i18n.ts";
import { staffTexts } from "./texts.ts";

const box = document.body.appendChild(document.createElement("div"));
const at = "2026-03-04T05:06:07Z";
const event = (kind: string, data: object, staff?: object) => ({ position: 1, kind, at, epoch: 0, data, staff }) as unknown as LogEvent;

afterEach(() => render(null, box));

test("agents read what the site says, and nothing where it says nothing", () => {
  setTexts("en", staffTexts("en"));
  const earlier = [{ conversation: "k", started_at: at, status: "resolved", preview: "my refund", agent: "Aina", rating: 5 }];
  render(<Contact contact={{ id: "u-7", name: "Eve", email: null, attributes: { plan: "gold", beta: true }, first_seen_at: at, last_seen_at: at, earlier }} />, box);
  expect([...box.querySelectorAll("dl > div")].map((row) => row.textContent).slice(0, 4)).toEqual(["NameEve", "Customer numberu-7", "plangold", "betayes"]);
  expect(box.querySelector("button")?.textContent).toBe("my refund");
  render(<Contact contact={null} />, box);
  expect(box.textContent).toBe("");
});

test("each message says whether the site vouched for who wrote it", () => {
  setTexts("en", staffTexts("en"));
  const said = { text: "hello", client_id: "i" };
  render(<><Entry event={event("customer.said", said)} visitor="Eve" /><Entry event={event("customer.said", said, { verified: true })} visitor="Eve" /></>, box);
  expect([...box.querySelectorAll(".entry")].map((entry) => entry.textContent.includes("Identified"))).toEqual([false, true]);
  render(<Entry event={event("customer.identified", { contact: "c", name: "Eve", merged: [{ conversation: "k", said: ["my refund"] }] })} visitor="Eve" />, box);
  expect(box.textContent).toContain("The site has identified the customer: Eve · Before that, in another conversation and not answered: my refund");
});

test("a rule compares numbers, true and false as such, and asks for nothing half written", () => {
  const written = [["plan", "gold"], [" orders ", " 12 "], ["spent", "-3.5"], ["beta", "true"], ["code", "007x"], ["", "gold"], ["plan", " "]] as const;
  const attributes = written.map(([name, value]) => ({ name, value, comparison: "equals" as const }));
  const { when } = cleaned({ ...newRule([]), when: { attributes } });
  expect(when.attributes?.map(({ name, value }) => [name, value])).toEqual([["plan", "gold"], ["orders", 12], ["spent", -3.5], ["beta", true], ["code", "007x"]]);
  expect(cleaned({ ...newRule([]), when: { attributes: [] } }).when).toEqual({});
});
