/** Files above the field while the page says who its customer is: whose they are, and who sees them. */
import { signal } from "@preact/signals";
import { beforeEach, expect, test, vi } from "vitest";
import { Tray } from "../src/chat/attach/tray.ts";
import { speaker } from "../src/chat/attach/texts.ts";
import type { Attached, Surroundings } from "../src/chat/attach/types.ts";

vi.setConfig({ testTimeout: 30_000 });
const until = (met: () => void) => vi.waitFor(met, 10_000);
const LIMITS = { max_bytes: 1000, most: 3 };

/** An upload on its way: who sent it, until the server answers. */
class Call {
  static all: Call[] = [];
  authorization = "";
  stopped = false;
  status = 0;
  response: unknown;
  upload = {};
  onload = () => undefined as void;
  onabort = () => undefined as void;
  constructor() {
    Call.all.push(this);
  }
  open = () => undefined;
  send = () => undefined;
  setRequestHeader = (name: string, value: string) => void (name === "Authorization" && (this.authorization = value));
  abort = () => ((this.stopped = true), this.onabort());
  answer(status: number, response: unknown): void {
    Object.assign(this, { status, response });
    this.onload();
  }
}

const kept = (id: string): Attached => ({ id, name: "plan.pdf", type: "application/pdf", size: 4, width: null, height: null });
const plan = () => new File(["plan"], "plan.pdf", { type: "application/pdf" });

function chat() {
  let here: { token: string | null; owner?: string | null } = { token: "anonymous" };
  const root = document.createElement("div").attachShadow({ mode: "open" });
  root.innerHTML = '<div class="bottom"><div class="composer"></div></div>';
  const staged = signal<Attached[] | null>([]);
  const around: Surroundings = { root, server: "", recall: () => here, locale: signal("en"), allowed: signal(LIMITS), staged, announcement: signal("") };
  const tray = new Tray(around, speaker(around));
  const welcome = (next: typeof here) => {
    here = next;
    around.allowed.value = { ...LIMITS };
  };
  const rows = () => [...root.querySelectorAll(".tray li")].map((row) => row.textContent);
  return { tray, staged, welcome, rows, root };
}
const ids = (staged: { value: Attached[] | null }) => staged.value?.map((one) => one.id);
const sent = () => Call.all.map((one) => one.authorization);

beforeEach(() => {
  Call.all = [];
  vi.stubGlobal("XMLHttpRequest", Call);
});

test("what somebody uploads before the page says who they are is uploaded again as theirs", async () => {
  const { tray, staged, welcome, rows } = chat();
  await tray.add([plan(), plan()]);
  Call.all[0]?.answer(200, kept("old"));
  await until(() => expect(rows()[0]).not.toContain("Uploading"));
  welcome({ token: "c.1", owner: "ann" });
  expect(sent()).toEqual(["Bearer anonymous", "Bearer anonymous", "Bearer c.1", "Bearer c.1"]);
  expect([staged.value, Call.all[1]?.stopped]).toEqual([null, true]);
  Call.all[2]?.answer(200, kept("new"));
  Call.all[3]?.answer(200, kept("other"));
  await until(() => expect(ids(staged)).toEqual(["new", "other"]));
  welcome({ token: "c.2", owner: "ann" });
  expect([ids(staged), Call.all.length]).toEqual([["new", "other"], 4]);
});

test.each([
  ["somebody else", { token: "c.2", owner: "ben" }],
  ["nobody known", { token: "anonymous", owner: null }],
])("of what a contact chose nothing is left for %s", async (_who, next) => {
  const { tray, staged, welcome, rows } = chat();
  welcome({ token: "c.1", owner: "ann" });
  await tray.add([plan(), plan(), new File(["x".repeat(1001)], "large.pdf")]);
  Call.all[0]?.answer(200, kept("anns"));
  await until(() => expect(rows()).toHaveLength(3));
  welcome(next);
  await until(() => expect(rows()).toEqual([]));
  expect([staged.value, Call.all.length, Call.all[1]?.stopped]).toEqual([[], 2, true]);
});

test("a message that came back brings its files to whoever is here now", async () => {
  const { tray, staged, welcome, rows } = chat();
  await tray.add([plan()]);
  Call.all[0]?.answer(200, kept("old"));
  await until(() => expect(ids(staged)).toEqual(["old"]));
  staged.value = []; // sent, and refused: meanwhile the sender was identified
  welcome({ token: "c.1", owner: "ann" });
  tray.restore([kept("old")]);
  expect(sent()).toEqual(["Bearer anonymous", "Bearer c.1"]);
  Call.all[1]?.answer(200, kept("new"));
  await until(() => expect(ids(staged)).toEqual(["new"]));
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(null, { status: 404 })));
  tray.restore([{ ...kept("gone"), name: "gone.pdf" }]);
  await until(() => expect(rows()[1]).toContain("The file is no longer here."));
  expect(ids(staged)).toEqual(["new"]);
});
