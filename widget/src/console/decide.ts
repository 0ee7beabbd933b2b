/** What an agent decides about a conversation: done ten seconds later, unless it is taken back. */
import { effect, signal } from "@preact/signals";
import type { AgentState, DecisionKind, EndReason, Team } from "../shared/frames.ts";
import { t } from "../shared/i18n.ts";
import { newId, type AgentPost } from "../shared/socket.ts";
import { words } from "../staff/texts.ts";
import { propose, say } from "../staff/toast.tsx";
import { row, state, tell } from "./desk.ts";
import { ownRow } from "./state.ts";

const PATIENCE_MS = 10_000;

interface Decided {
  conversation: string;
  /** The server has shown that it waits. */
  seen: boolean;
  until: number;
  hide: () => void;
}
const decided = signal<Decided | null>(null);

export function resolve(id: string, why: EndReason, note: string): Promise<boolean> {
  return decide({ type: "resolve", id: newId(), conversation: id, why, note, undo: true }, t("console.done.resolved"));
}

/** The note is for whoever has the conversation next; the bot reads none. */
export function giveBack(id: string, note: string): Promise<boolean> {
  return decide({ type: "give_back", id: newId(), conversation: id, note, undo: true }, t("console.done.given_back"));
}

/** To the agent, else to the team, else to whoever takes it. */
export function transfer(id: string, to: { agent: AgentState | null; team: Team | null }, note: string): Promise<boolean> {
  const name = (to.agent ?? to.team)?.name;
  const done = name ? t("console.done.transferred", { name }) : t("console.done.requeued");
  return decide({ type: "transfer", id: newId(), conversation: id, to: to.agent?.id ?? null, team: to.agent ? null : (to.team?.id ?? null), note, undo: true }, done);
}

export function snooze(id: string, until: Date | null, note: string): Promise<boolean> {
  return decide({ type: "snooze", id: newId(), conversation: id, until: until?.toISOString() ?? null, note, undo: true }, t("console.done.snoozed"));
}

export function wake(id: string): Promise<boolean> {
  return tell({ type: "wake", id: newId(), conversation: id }, t("console.done.woken"));
}

type Decision = Extract<AgentPost, { type: DecisionKind }>;

/** An admin who hands over what a colleague has does it at once: there is no row of theirs to take back. */
async function decide(frame: Decision, done: string): Promise<boolean> {
  const own = ownRow(state.value.queue, frame.conversation) !== null;
  if (!(await tell(frame, own ? null : done))) return false;
  if (!own) return true;
  decided.value?.hide();
  const hide = propose(done, { label: t("console.undo"), act: () => void takeBack(frame.conversation) }, PATIENCE_MS);
  decided.value = { conversation: frame.conversation, seen: false, until: Date.now() + PATIENCE_MS, hide };
  return true;
}

/** What can be taken back: about the open conversation, else what was decided last. */
export function undoable(): string | null {
  const one = decided.value;
  const done = one?.seen && !ownRow(state.value.queue, one.conversation); // somebody else has it, or nobody
  const last = one && !done && Date.now() < one.until ? one.conversation : null;
  return row.value?.pending ? row.value.conversation : last;
}

/** Take it back; says whether there was something. */
export function undo(): boolean {
  const id = undoable();
  if (!id) return false;
  void takeBack(id);
  return true;
}

export async function takeBack(id: string): Promise<void> {
  if (decided.value?.conversation === id) forget();
  await tell({ type: "undo", id: newId(), conversation: id }, t("console.done.undone"));
}

function forget(): void {
  decided.value?.hide();
  decided.value = null;
}

/** Say when something else took it back: the customer wrote, or it could not be done. */
export function watchDecided(): void {
  effect(() => {
    const last = decided.peek();
    const found = last && ownRow(state.value.queue, last.conversation);
    if (!last || !found) return;
    if (found.pending?.failed) {
      forget();
      say(t("console.undo.failed", { reason: words("staff.error", found.pending.failed) }), "error");
    } else if (found.pending) {
      last.seen = true;
    } else if (last.seen && Date.now() < last.until) {
      forget();
      say(t("console.undo.customer"), "info");
    }
  });
}
