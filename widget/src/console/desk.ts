/** The console's link to the server: one socket, the conversation that is open, and what the agent does. */
import { computed, signal } from "@preact/signals";
import type { Attached, AgentHello } from "../shared/frames.ts";
import { locale, t } from "../shared/i18n.ts";
import { FrameError, newId, Socket, type AgentFrame, type AgentPost, type AgentSend, type SocketState } from "../shared/socket.ts";
import { ApiError, errorText, post } from "../staff/api.ts";
import { toSignIn } from "../staff/session.ts";
import { words } from "../staff/texts.ts";
import { say } from "../staff/toast.tsx";
import { change, hasGap, isDecided, ownRow, positionOf, reduce, rightsOf, roomOf, START, takenBy, verdictOf, withFailed, withoutPending, withPending, type Pending } from "./state.ts";

export const state = signal(START);
export const link = signal<SocketState>({ at: "idle" });
/** The conversation on the screen. */
export const open = signal<string | null>(null);
/** The row J and K stand on. */
export const cursor = signal<string | null>(null);
/** Which of the three columns a phone shows. */
export const pane = signal<"list" | "talk" | "about">("list");

export const room = computed(() => (open.value ? roomOf(state.value, open.value) : null));
/** The open conversation's row among this agent's own. */
export const row = computed(() => ownRow(state.value.queue, open.value));
export const rights = computed(() => rightsOf(state.value.me, room.value?.dossier ?? null, row.value !== null && isDecided(row.value)));
export const verdict = computed(() => (room.value ? verdictOf(room.value) : null));

const socket = new Socket<AgentFrame, AgentPost, AgentSend>({
  url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/agent`,
  hello,
  onFrame: take,
  onState: (next) => (link.value = next),
  onRefused: () => true, // the ticket was too old: `hello` fetches a new one
});

export function connect(): void {
  socket.connect();
  let spoken = locale.value;
  locale.subscribe((now) => {
    if (now === spoken) return;
    spoken = now;
    socket.restart(); // summary and reason come in the language that `hello` names
  });
}

export function reconnect(): void {
  socket.restart();
}

async function hello(): Promise<AgentHello> {
  try {
    const ticket = await post<{ token: string }>("/api/session/ticket");
    return { type: "hello", protocol: 1, token: ticket.token, locale: locale.value };
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) toSignIn();
    throw error;
  }
}

const hearers: ((frame: AgentFrame) => void)[] = [];

/** Hear every frame once the state holds it. */
export function onFrame(hear: (frame: AgentFrame) => void): void {
  hearers.push(hear);
}

export function transmit(frame: AgentSend): void {
  socket.send(frame);
}

function take(frame: AgentFrame): void {
  if (frame.type === "error") return complain(frame.code, frame.message);
  const gap = frame.type === "events" && hasGap(roomOf(state.value, frame.conversation), frame);
  state.value = reduce(state.value, frame, Date.now());
  for (const hear of hearers) hear(frame);
  if (gap || frame.type === "welcome") follow();
}

/** Errors that answer no post of ours: the conversation we follow is not there. */
function complain(code: string, message: string): void {
  const id = open.value;
  if (code === "not_found" && id) state.value = change(state.value, id, (old) => ({ ...old, refused: code }));
  else say(words("staff.error", code) || message, "error");
}

function follow(): void {
  const id = open.value;
  if (id) socket.send({ type: "follow", conversation: id, position: positionOf(roomOf(state.value, id)) });
}

export function openConversation(id: string | null): void {
  const before = open.value;
  pane.value = id ? "talk" : "list";
  if (id === before) return;
  if (before) {
    stopTyping();
    socket.send({ type: "unfollow", conversation: before });
  }
  open.value = id;
  if (id) cursor.value = id;
  history.replaceState(null, "", id ? `#${encodeURIComponent(id)}` : location.pathname);
  follow();
}

/** Take over: the open conversation, or the row under the cursor when none is open. */
export async function claim(id: string | null = open.value ?? cursor.value): Promise<void> {
  if (!id) return;
  const done = await tell({ type: "claim", id: newId(), conversation: id }, t("console.done.claimed"));
  if (done) openConversation(id);
}

/** Say of the last handover whether a person was needed; the log brings the verdict to everybody's screen. */
export async function judge(needed: boolean): Promise<void> {
  const id = open.value;
  if (!id || verdict.value?.needed === needed) return;
  try {
    await post(`/api/console/conversations/${encodeURIComponent(id)}/handover`, { needed });
    say(t(needed ? "console.verdict.done.yes" : "console.verdict.done.no"));
  } catch (error) {
    say(errorText(error), "error");
  }
}

export async function setPresence(status: "online" | "away", capacity: number): Promise<void> {
  const before = state.value.presence;
  state.value = { ...state.value, presence: { status, capacity } };
  const done = await tell({ type: "presence", id: newId(), status, capacity }, null);
  if (!done) state.value = { ...state.value, presence: before };
}

/** Send a frame until it is answered; say what came of it. */
export async function tell(frame: AgentPost, done: string | null): Promise<boolean> {
  try {
    await socket.post(frame);
    if (done) say(done);
    return true;
  } catch (error) {
    say(refusal(error), error instanceof FrameError && error.code === "already_claimed" ? "info" : "error");
    return false;
  }
}

function refusal(error: unknown): string {
  if (!(error instanceof FrameError)) return t("staff.error.unexpected");
  const name = takenBy(error.frame);
  if (error.code === "already_claimed") return name ? t("console.taken_by", { name }) : t("console.taken");
  return words("staff.error", error.code) || error.message;
}

/** Write a reply or a note; it stands in the log at once and is marked until the server has it. */
export function write(kind: Pending["kind"], text: string, files: Attached[] = []): void {
  const conversation = open.value;
  if (conversation) void send(conversation, { id: newId(), kind, text, files, failed: null });
}

export function writeAgain(pending: Pending): void {
  const conversation = open.value;
  if (conversation) void send(conversation, { ...pending, failed: null });
}

export function discard(pending: Pending): void {
  const conversation = open.value;
  if (conversation) state.value = change(state.value, conversation, (old) => withoutPending(old, pending.id));
}

async function send(conversation: string, pending: Pending): Promise<void> {
  state.value = change(state.value, conversation, (old) => withPending(old, pending));
  try {
    await socket.post({ type: pending.kind, id: pending.id, conversation, text: pending.text, attachments: (pending.files ?? []).map((file) => file.id) });
  } catch (error) {
    state.value = change(state.value, conversation, (old) => withFailed(old, pending.id, refusal(error)));
  }
}

let typed = 0;

/** Tell the customer that somebody writes, at most every three seconds. */
export function typing(): void {
  const conversation = open.value;
  if (!conversation || !rights.value.reply || Date.now() - typed < 3000) return;
  typed = Date.now();
  socket.send({ type: "typing", conversation, on: true });
}

export function stopTyping(): void {
  if (!typed || !open.value) return;
  typed = 0;
  socket.send({ type: "typing", conversation: open.value, on: false });
}
