/** What supervisors see of everybody's work, and who looks at the open conversation: folds of the agent socket's frames. */
import { computed, effect, signal } from "@preact/signals";
import type { AgentFrame, LiveAgent, LiveRow, LookingFrame, OverviewFrame } from "../shared/frames.ts";
import { t } from "../shared/i18n.ts";
import { newId } from "../shared/socket.ts";
import { propose } from "../staff/toast.tsx";
import { onFrame, open, openConversation, room, state, tell, transmit } from "./desk.ts";
import { now } from "./ticking.ts";

export interface Live {
  version: number;
  rows: ReadonlyMap<string, LiveRow>;
  agents: readonly LiveAgent[];
  totals: OverviewFrame["totals"];
}
interface Looker {
  who: LookingFrame["who"];
  until: number;
}

/** Consoles say it again every 15 seconds; who has not for so long is gone. */
const LOOKS_MS = 40_000;
const OFFER_MS = 12_000;

export const view = signal<"desk" | "overview">("desk");
export const live = signal<Live | null>(null);
/** How J and K step while another list than the queue is on the screen. */
export const stepper = signal<((by: 1 | -1) => boolean) | null>(null);
const lookers = signal<Readonly<Record<string, readonly Looker[]>>>({});

export const isSupervisor = computed(() => state.value.me?.role === "admin");
/** Colleagues who have the open conversation on their screen. */
export const others = computed(() => (lookers.value[open.value ?? ""] ?? []).filter((one) => one.until > now.value).map((one) => one.who));
/** The open conversation is another agent's, so a supervisor listens in. */
export const listensIn = computed(() => isSupervisor.value && Boolean(room.value?.dossier?.agent) && room.value?.dossier?.agent?.id !== state.value.me?.id);

export function watch(): void {
  onFrame((frame) => take(frame));
  let on = false;
  effect(() => {
    const wanted = view.value === "overview";
    if (wanted === on) return;
    on = wanted;
    if (!on) live.value = null;
    transmit({ type: "supervise", on });
  });
}

function take(frame: AgentFrame): void {
  if (frame.type === "overview") live.value = fold(live.value, frame);
  else if (frame.type === "looking") lookers.value = looked(lookers.value, frame, Date.now());
  else if (frame.type === "told") {
    const offer = { label: t("console.told.open"), act: () => openConversation(frame.conversation) };
    propose(t(`console.told.${frame.what}`, { name: frame.by.name }), offer, OFFER_MS);
  } else if (frame.type === "welcome") {
    lookers.value = {};
    if (view.value === "overview") transmit({ type: "supervise", on: true });
  }
}

/** What is known after one more frame; without its beginning a change says nothing. */
export function fold(known: Live | null, frame: OverviewFrame): Live | null {
  if (!frame.anew && frame.version !== (known?.version ?? 0) + 1) return known;
  const rows = new Map(frame.anew ? [] : known?.rows);
  for (const gone of frame.gone) rows.delete(gone);
  for (const row of frame.rows) rows.set(row.conversation, row);
  return { version: frame.version, rows, agents: frame.agents, totals: frame.totals };
}

function looked(known: typeof lookers.value, frame: LookingFrame, at: number): typeof lookers.value {
  const rest = (known[frame.conversation] ?? []).filter((one) => one.who.id !== frame.who.id);
  const here = frame.on ? [...rest, { who: frame.who, until: at + LOOKS_MS }] : rest;
  return { ...known, [frame.conversation]: here };
}

/** Show everything that is live, or the desk again; agents have no such page. */
export function toggleOverview(): boolean {
  if (!isSupervisor.value) return false;
  view.value = view.value === "overview" ? "desk" : "overview";
  return true;
}

/** Read along: customers are shown nothing of it. */
export function listenIn(conversation: string): void {
  view.value = "desk";
  openConversation(conversation);
}

export function whisper(conversation: string, text: string): Promise<boolean> {
  return tell({ type: "whisper", id: newId(), conversation, text }, t("console.done.whispered"));
}

/** Take the open conversation from the agent who has it, as this console sees it now. */
export function takeOver(): boolean {
  const dossier = room.value?.dossier;
  if (!dossier || !listensIn.value) return false;
  void tell({ type: "take_over", id: newId(), conversation: dossier.conversation, epoch: dossier.epoch }, t("console.done.taken_over"));
  return true;
}
