/** What the console knows: a fold of the frames of the agent socket. Pure; `desk.ts` owns the socket. */
import type { Agent, AttachmentLimits, Attached, AgentFrame, AgentState, AgentWelcome, DossierFrame, ErrorFrame, EventOf, EventsFrame, Incident, LateUpdate, LogEvent, Proposed, QueueFrame, Row, Team, TypingFrame } from "../shared/frames.ts";

export type Me = AgentWelcome["agent"];
export type Presence = AgentWelcome["presence"];
/** Something this agent wrote that is not in the log yet. */
export interface Pending {
  id: string;
  kind: "say" | "note";
  text: string;
  files?: readonly Attached[];
  /** null while it is on its way. */
  failed: string | null;
}
export interface Room {
  dossier: DossierFrame | null;
  events: LogEvent[];
  pending: Pending[];
  /** Who is typing, and until when (ms) that may be believed. */
  typing: { who: TypingFrame["who"]; until: number } | null;
  /** Set when the server will not show this conversation. */
  refused: string | null;
}
export interface State {
  me: Me | null;
  presence: Presence;
  /** What a reply may carry; null where nothing can be attached. */
  attachments: AttachmentLimits | null;
  log: string | null;
  queue: QueueFrame | null;
  incidents: Incident[];
  /** Incidents that wait for a public update for too long. */
  late: LateUpdate[];
  /** What may be an incident and waits for an admin. */
  proposed: Proposed[];
  rooms: Readonly<Record<string, Room>>;
}

export const START: State = { me: null, presence: { status: "away", capacity: 4 }, attachments: null, log: null, queue: null, incidents: [], late: [], proposed: [], rooms: {} };
export const EMPTY_ROOM: Room = { dossier: null, events: [], pending: [], typing: null, refused: null };
const TYPING_MS = 6000;

export function roomOf(state: State, conversation: string): Room {
  return state.rooms[conversation] ?? EMPTY_ROOM;
}

/** The last position seen: what `follow` says. */
export function positionOf(room: Room): number {
  return room.events.at(-1)?.position ?? 0;
}

export function reduce(state: State, frame: AgentFrame, now: number): State {
  switch (frame.type) {
    case "welcome":
      return welcomed(state, frame);
    case "queue":
      return { ...state, queue: isNewer(frame, state.queue) ? frame : state.queue };
    case "dossier":
      return change(state, frame.conversation, (room) => ({ ...room, dossier: frame, refused: null }));
    case "events":
      return change(state, frame.conversation, (room) => append(room, frame));
    case "typing":
      return change(state, frame.conversation, (room) => ({ ...room, typing: frame.on ? { who: frame.who, until: now + TYPING_MS } : null }));
    case "incidents":
      return { ...state, incidents: frame.items };
    case "incident_reminders":
      return { ...state, late: frame.items };
    case "proposals":
      return { ...state, proposed: frame.items };
    default:
      return state;
  }
}

/** A snapshot replaces what is known, unless it is older. Versions begin again with a new connection. */
function isNewer(frame: QueueFrame, known: QueueFrame | null): boolean {
  return known === null || frame.version >= known.version;
}

function welcomed(state: State, frame: AgentWelcome): State {
  const same = state.log === null || state.log === frame.log;
  const queue = state.queue && { ...state.queue, version: -1 };
  // Reminders follow a welcome only where there are some: those from before are over until then.
  return { ...state, me: frame.agent, presence: frame.presence, attachments: frame.attachments ?? null, log: frame.log, queue, late: [], proposed: [], rooms: same ? state.rooms : {} };
}

export function change(state: State, conversation: string, by: (room: Room) => Room): State {
  return { ...state, rooms: { ...state.rooms, [conversation]: by(roomOf(state, conversation)) } };
}

/** Whether events are missing between what is known and this frame: then follow again from what is known. */
export function hasGap(room: Room, frame: EventsFrame): boolean {
  const first = frame.items.find((event) => event.position > positionOf(room));
  return first !== undefined && first.position > positionOf(room) + 1;
}

function append(room: Room, frame: EventsFrame): Room {
  if (hasGap(room, frame)) return room;
  const fresh = frame.items.filter((event) => event.position > positionOf(room));
  const written = new Set(fresh.map(clientId));
  const spoke = fresh.some((event) => event.kind === "customer.said" && room.typing?.who.kind === "customer");
  return {
    ...room,
    events: [...room.events, ...fresh],
    pending: room.pending.filter((pending) => !written.has(pending.id)),
    typing: spoke ? null : room.typing,
    dossier: fresh.reduce(dossierAfter, room.dossier),
  };
}

function clientId(event: LogEvent): string | null {
  return event.kind === "agent.said" || event.kind === "note.written" ? event.data.client_id : null;
}

/** Who holds a conversation follows from its events, so a dossier need not be sent again after each. */
function dossierAfter(dossier: DossierFrame | null, event: LogEvent): DossierFrame | null {
  if (!dossier || event.epoch < dossier.epoch) return dossier;
  const at = { ...dossier, epoch: event.epoch };
  switch (event.kind) {
    case "person.called":
      return { ...at, holder: "queue", status: "waiting", agent: null, reason: event.data.reason, waiting_since: event.at };
    case "agent.joined":
      return { ...at, holder: "agent", status: "open", agent: event.data.agent };
    case "conversation.transferred":
      return event.data.to ? { ...at, holder: "agent", status: "open", agent: event.data.to } : { ...at, holder: "queue", status: "waiting", agent: null };
    case "conversation.requeued":
      return { ...at, holder: "queue", status: "waiting", agent: null };
    case "conversation.returned":
    case "conversation.reopened":
      return { ...at, holder: "bot", status: "open", agent: null };
    case "conversation.resolved":
      return { ...at, holder: "nobody", status: "resolved", agent: null };
    case "conversation.rated":
      return { ...dossier, rating: event.data };
    default:
      return dossier;
  }
}

export function withPending(room: Room, pending: Pending): Room {
  return { ...room, pending: [...room.pending.filter((old) => old.id !== pending.id), pending] };
}

export function withoutPending(room: Room, id: string): Room {
  return { ...room, pending: room.pending.filter((pending) => pending.id !== id) };
}

export function withFailed(room: Room, id: string, failed: string | null): Room {
  return { ...room, pending: room.pending.map((pending) => (pending.id === id ? { ...pending, failed } : pending)) };
}

/** What this agent may do with a conversation now. */
export interface Rights {
  claim: boolean;
  reply: boolean;
  transfer: boolean;
  /** Give back to the bot, resolve. */
  finish: boolean;
}

export function rightsOf(me: Me | null, dossier: DossierFrame | null, decided = false): Rights {
  if (!me || !dossier || decided) return { claim: false, reply: false, transfer: false, finish: false };
  const mine = dossier.agent?.id === me.id;
  const held = dossier.agent !== null;
  return { claim: isWaiting(dossier), reply: mine, transfer: mine || (me.role === "admin" && held), finish: mine };
}

/** What was said of the last handover: null where the bot called nobody, `needed` null where nobody has judged it. */
export function verdictOf(room: Room): { needed: boolean | null; by: Agent | null } | null {
  const called = room.events.findLast((event) => event.kind === "person.called");
  if (!called) return null;
  const said = room.events.findLast((event) => event.kind === "handover.judged");
  const fits = said?.kind === "handover.judged" && said.data.position === called.position;
  return fits ? { needed: said.data.needed, by: said.data.agent } : { needed: null, by: null };
}

/** The note that was left with the last handing over, while the matter is not over; null without one. */
export function handedNote(events: readonly LogEvent[]): EventOf<"note.written"> | null {
  const at = events.findLastIndex(isHanding);
  const note = events[at + 1];
  const left = at >= 0 && note?.kind === "note.written" && note.data.client_id === null;
  return left && events.findLastIndex((event) => event.kind === "conversation.resolved") < at ? note : null;
}

/** A supervisor who takes over leaves no note, so that what was said before still holds. */
function isHanding(event: LogEvent): boolean {
  return event.kind === "conversation.returned" || (event.kind === "conversation.transferred" && !event.data.taken_over);
}

export function isWaiting(dossier: DossierFrame): boolean {
  return dossier.agent === null && (dossier.holder === "queue" || dossier.status === "waiting");
}

/** What this agent works on: without what they are done with and may still take back. */
export function mineOf(queue: QueueFrame): Row[] {
  return queue.mine.filter((row) => !isDecided(row));
}

export function isDecided(row: Row): boolean {
  return row.pending !== null && row.pending.failed === null;
}

/** This agent's row of a conversation, put off or not. */
export function ownRow(queue: QueueFrame | null, conversation: string | null): Row | null {
  return [...(queue?.mine ?? []), ...(queue?.snoozed ?? [])].find((row) => row.conversation === conversation) ?? null;
}

/** Teams, those who write the language of the conversation first. */
export function teamsFor(teams: readonly Team[], language: string): Team[] {
  const rank = (team: Team) => (team.languages.includes(language) ? 0 : 1);
  return [...teams].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

/** Whom a conversation can go to: others, those online and with room first. */
export function takers(agents: readonly AgentState[], me: Me | null): AgentState[] {
  const rank = (agent: AgentState) => (isFree(agent) ? 0 : agent.status === "online" ? 1 : 2);
  return agents.filter((agent) => agent.id !== me?.id).sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

export function isFree(agent: AgentState): boolean {
  return agent.status === "online" && agent.load < agent.capacity;
}

/** Who was faster, from an `already_claimed` error. */
export function takenBy(error: ErrorFrame): string | null {
  return error.data?.agent?.name ?? null;
}
