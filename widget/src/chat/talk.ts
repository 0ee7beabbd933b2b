/** The conversation with the server: what comes in goes to the state, what the customer does goes out. */
import { locale, setLocale, t, type Locale } from "../shared/i18n.ts";
import type { Attached } from "../shared/frames.ts";
import {
  FrameError,
  Socket,
  newId,
  type CustomerFrame,
  type CustomerHello,
  type CustomerPost,
  type CustomerSend,
  type CustomerWelcome,
  type EventsFrame,
  type LogEvent,
} from "../shared/socket.ts";
import { allowed, staged } from "./attached.ts";
import { loadLater } from "./later.ts";
import type { Proof } from "./host.ts";
import type { Identity } from "./identity.ts";
import { firstUse, forget, packWith, recall, remember, type Pending } from "./memory.ts";
import * as state from "./state.ts";
import { setWords } from "./writing.ts";

const TYPING_ENDS_MS = 6000;
const THINKING_MS = 20_000;

let socket: Socket<CustomerFrame, CustomerPost, CustomerSend> | null = null;
/** Where the customer is: elsewhere later, where pages change without being loaded. */
let place: () => Pick<CustomerHello, "page" | "page_title"> = () => ({ page: null });
let identity: Identity | null = null;
let silence: ReturnType<typeof setTimeout> | undefined;
/** The last position when the welcome came: up to there the events are history. */
let history = 0;
let asked = 0;

/** Connect, once; later calls do nothing. */
export function connect(server: string, from: typeof place): void {
  if (socket) return;
  place = from;
  socket = new Socket({
    url: `${server.replace(/^http/, "ws")}/ws/customer`,
    hello,
    onFrame: take,
    onState: (next) => {
      state.link.value = next;
      if (next.at === "stopped") failAll("stopped");
    },
    onRefused: () => {
      if (recall().token === null) return false;
      remember({ token: null, log: null, left: null });
      state.reset(null);
      return true;
    },
  });
  resend();
  socket.connect();
}

/** What is not sent yet stays in what is kept, and goes out after the next `connect`. */
export function disconnect(): void {
  socket?.close();
  socket = null;
}

function resend(): void {
  for (const entry of recall().pending) if (entry.state === "sending") transmit(entry);
}

/** Loaded where the page says who its customer is, or has said so before. */
async function identified(): Promise<Identity> {
  const { begin } = await import("./identity.ts");
  return (identity ??= begin({ recall, remember, packWith, newId, replace, restart: () => socket?.restart() }));
}

/** The page says who its customer is; nobody: they have signed out, and nothing of them is shown or sent from here. */
export function identify(proof?: Proof): void {
  if (proof) return void identified().then((who) => (who.be(proof), socket?.restart()), () => undefined);
  socket?.send({ type: "forget" });
  identity = null;
  forget();
  replace([], "");
  staged.value = [];
  state.reset(null);
  socket?.restart();
}

function replace(pending: Pending[], draft: string): void {
  socket?.outbox.stop();
  state.setPending(pending);
  setWords(draft);
  resend();
}

async function hello(): Promise<CustomerHello> {
  const claim = identity || recall().contact ? await (await identified()).claim() : {};
  const { token, log } = recall();
  const open = state.conversation.value;
  const chosen = locale.value;
  return { type: "hello", protocol: 1, token, conversation: open, position: state.position(), log, locale: chosen, ...place(), ...claim };
}

function take(frame: CustomerFrame): void {
  switch (frame.type) {
    case "welcome":
      return welcome(frame);
    case "events":
      return receive(frame);
    case "ack":
    case "error":
    case "going_away":
    case "pong":
      return;
    case "incidents":
      state.incidents.value = frame.items;
      return;
  }
  if (frame.conversation !== state.conversation.value) return;
  if (frame.type === "place") showPlace(frame);
  else if (frame.type === "typing") showTyping(frame.on ? frame.who : null, TYPING_ENDS_MS);
  else if (frame.type === "draft") state.draft.value = frame;
  else state.draft.value = null;
}

function welcome(frame: CustomerWelcome): void {
  if (identity?.welcomed(frame)) return;
  if (frame.token) remember({ token: frame.token });
  state.company.value = frame.company;
  state.incidents.value = frame.incidents;
  allowed.value = frame.attachments;
  state.adopt(frame.conversation, frame.log);
  history = state.conversation.value ? (frame.conversation?.head ?? 0) : 0;
  state.settled.value = history <= state.position();
}

function receive(frame: EventsFrame): void {
  if (frame.conversation === recall().left) return;
  if (frame.conversation !== state.conversation.value) {
    state.reset(frame.conversation);
    history = 0;
  }
  const { fresh, gap } = state.receive(frame);
  if (gap) askAgain();
  if (state.position() >= history) state.settled.value = true;
  const said = fresh.filter((event) => event.position > history);
  if (said.length) announce(said).catch(() => undefined);
}

/** Something is missing: come back from the last position seen, but never in a hurry. */
function askAgain(): void {
  if (Date.now() - asked < 5000) return;
  asked = Date.now();
  socket?.restart();
}

/** One announcement for what has just come, however many pieces it came in. */
async function announce(fresh: LogEvent[]): Promise<void> {
  const [{ plainText }, { spoken }] = await Promise.all([loadLater(), import("./spoken.ts")]);
  const text = spoken(fresh, { t, plainText, bot: botName() });
  // The same words again must change something, or they are not read out.
  if (text) state.announcement.value = text === state.announcement.value ? `${text}\u00a0` : text;
}

export function botName(): string {
  return t("chat.bot.name", { company: state.company.value.name });
}

function showPlace(frame: Extract<CustomerFrame, { type: "place" }>): void {
  const before = state.place.value;
  state.place.value = frame;
  if (before?.place !== frame.place) state.announcement.value = t("chat.queue.place", { n: frame.place });
}

function showTyping(who: { kind: string; name: string | null } | null, ms: number): void {
  clearTimeout(silence);
  state.typist.value = who;
  if (who) silence = setTimeout(() => (state.typist.value = null), ms);
}

/** Say something. It is shown at once and sent until the server has it. */
export function say(text: string, files: Attached[] = []): void {
  const words = text.trim();
  if (words || files.length) add({ id: newId(), kind: "say", text: words, at: new Date().toISOString(), state: "sending", files });
}

/** Ask for a person. */
export function callPerson(): void {
  if (state.pending.value.some((p) => p.kind === "person" && p.state !== "failed")) return;
  add({ id: newId(), kind: "person", text: t("chat.person.ask"), at: new Date().toISOString(), state: "sending" });
}

function add(entry: Pending): void {
  firstUse();
  state.setPending([...state.pending.value, entry]);
  transmit(entry);
}

/** Try again what was refused: with the same id, so that it is never stored twice. */
export function retry(entry: Pending): void {
  change(entry.id, { state: "sending" });
  transmit(entry);
  socket?.connect();
}

export function discard(entry: Pending): void {
  state.setPending(state.pending.value.filter((p) => p.id !== entry.id));
}

function transmit(entry: Pending): void {
  const { id, text, files = [] } = entry;
  const said = { id, ...place() };
  const frame: CustomerPost = entry.kind === "say" ? { type: "say", ...said, text, attachments: files.map((file) => file.id) } : { type: "person", ...said };
  void post(frame).then(
    (answer) => {
      change(id, { state: "sent" });
      if (state.conversation.value === null && answer.conversation) remember({ conversation: answer.conversation });
      const unanswered = state.position() <= (answer.position ?? 0);
      if (unanswered && state.standing.value.holder === "bot") showTyping({ kind: "bot", name: null }, THINKING_MS);
    },
    (error: unknown) => change(id, { state: "failed", code: error instanceof FrameError ? error.code : "stopped" }),
  );
}

function post(frame: CustomerPost): ReturnType<NonNullable<typeof socket>["post"]> {
  return socket ? socket.post(frame) : Promise.reject(new Error("not connected"));
}

function change(id: string, next: Partial<Pending>): void {
  state.setPending(state.pending.value.map((p) => (p.id === id ? { ...p, ...next } : p)));
}

function failAll(code: string): void {
  const fail = (p: Pending): Pending => (p.state === "sending" ? { ...p, state: "failed", code } : p);
  state.setPending(state.pending.value.map(fail));
}

/** Leave this conversation; the next message starts a new one. */
export async function startOver(): Promise<void> {
  if (state.conversation.value === null) return;
  const left = state.conversation.value;
  await post({ type: "start_over", id: newId() });
  remember({ left });
  state.setPending([]);
  state.reset(null);
}

export async function rate(score: number, comment: string): Promise<void> {
  await post({ type: "rate", id: newId(), score, comment });
}

/** No more news of this incident; the server says so in the conversation. */
export async function mute(incident: string): Promise<void> {
  await post({ type: "mute", id: newId(), incident });
}

/** The page says that the customer has finished; for somebody without a conversation it means nothing. */
export function completed(finished: string | null): void {
  if (recall().token !== null) post({ type: "completed", id: newId(), page: finished }).catch(() => undefined);
}

export async function judge(position: number, helpful: boolean, comment: string): Promise<void> {
  await post({ type: "rate_answer", id: newId(), position, helpful, comment });
}

let typedAt = 0;

/** The customer types (or stopped): told to a person, at most every three seconds. */
export function typing(on: boolean): void {
  const now = Date.now();
  const dull = on ? state.standing.value.holder === "bot" || now - typedAt < 3000 : typedAt === 0;
  if (dull) return;
  typedAt = on ? now : 0;
  socket?.send({ type: "typing", on });
}

/** `chosen`: by the customer, who is asked no more. Coming back brings the greeting and the incidents in that language. */
export async function switchLanguage(next: Locale, chosen: boolean): Promise<void> {
  await setLocale(next);
  if (chosen) remember({ locale: next });
  if (socket?.send({ type: "language", locale: next })) socket.restart();
}

export function dismiss(key: string): void {
  state.dismissed.value = [...state.dismissed.value.slice(-20), key];
  remember({ dismissed: state.dismissed.value });
}
