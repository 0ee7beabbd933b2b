/** The frames of the agent socket, as docs/protocol.md says them. */
import type { Agent, AttachmentLimits, CallReason, Common, EndReason, WokenBy } from "./frames.ts";

export interface Row {
  conversation: string;
  reason: CallReason | null;
  urgent: boolean;
  language: string;
  preview: string;
  visitor: string;
  waiting_since: string | null;
  agent: Agent | null;
  unread: number;
  incident: string | null;
  /** The team it was handed to. */
  team: string | null;
  /** Until when and why it is put off, or why it came back. */
  nap: { asleep: boolean; until: string | null; why: WokenBy | null; note: string } | null;
  /** What its agent decided and may still take back, or `failed`: why that could not be done. */
  pending: { act: DecisionKind; due_at: string; failed: string | null } | null;
}
export type DecisionKind = "resolve" | "give_back" | "transfer" | "snooze";
/** Agents to whom a conversation is handed together; `members` are their ids. */
export interface Team {
  id: string;
  name: string;
  languages: string[];
  members: string[];
}
/** Customers who wait because of one incident and need nothing else; `rows` are those who wait longest. */
export interface Group {
  incident: string;
  title: Partial<Record<string, string>>;
  count: number;
  /** Of them: those that no message to the group has reached yet. */
  unanswered: number;
  languages: Record<string, number>;
  waiting_since: string | null;
  rows: Row[];
}
export interface AgentState extends Agent {
  status: "online" | "away" | "offline";
  capacity: number;
  load: number;
}
export interface AgentWelcome {
  type: "welcome";
  agent: Agent & { role: "agent" | "admin"; languages: string[] };
  log: string;
  ping_seconds: number;
  presence: { status: "online" | "away"; capacity: number };
  attachments?: AttachmentLimits | null;
}
export interface QueueFrame {
  type: "queue";
  version: number;
  /** Those who wait for a person of their own; `groups` holds the others. */
  waiting: Row[];
  groups: Group[];
  mine: Row[];
  /** Mine too, put off for now. */
  snoozed: Row[];
  agents: AgentState[];
  teams: Team[];
  waiting_total: number;
}
/** Whom the customer's own site vouches for. */
export interface ContactSeen {
  id: string;
  name: string | null;
  email: string | null;
  attributes: Record<string, string | number | boolean>;
  first_seen_at: string;
  last_seen_at: string;
  /** The newest of their other conversations. */
  earlier: { conversation: string; started_at: string; status: string; preview: string; agent: string | null; rating: number | null }[];
}
export interface DossierFrame {
  type: "dossier";
  conversation: string;
  head: number;
  holder: string;
  status: string;
  agent: Agent | null;
  epoch: number;
  reason: CallReason | null;
  /** The team that a rule called. */
  team?: { id: string; name: string } | null;
  evidence: unknown;
  summary: string | null;
  tried: unknown[];
  language: string;
  visitor: unknown;
  contact?: ContactSeen | null;
  page: string | null;
  page_title?: string | null;
  incident: unknown;
  started_at: string;
  waiting_since: string | null;
  do_not_ask: unknown[];
  suggested_reply: unknown;
  rating: { score: number; comment: string } | number | null;
}
/** An incident without a public update for longer than its cadence. */
export interface LateUpdate {
  incident: string;
  title: string;
  last_update_at: string;
  due_at: string;
  cadence_minutes: number;
}
export interface RemindersFrame {
  type: "incident_reminders";
  items: LateUpdate[];
}
/** What may be an incident and waits for an admin. */
export interface Proposed {
  proposal: string;
  components: string[];
  origin: "sensor" | "staff";
  opened_at: string;
  notes: number;
}
export interface ProposalsFrame {
  type: "proposals";
  items: Proposed[];
}
/** One live conversation as supervisors see it. */
export interface LiveRow {
  conversation: string;
  holder: "bot" | "queue" | "agent";
  agent: Agent | null;
  language: string;
  urgent: boolean;
  reason: CallReason | null;
  preview: string;
  visitor: string;
  waiting_since: string | null;
  updated_at: string;
  incident: string | null;
  unanswered: number;
  epoch: number;
  /** null until it is read. */
  mood: { word: "calm" | "uneasy" | "annoyed" | "angry"; value: number } | null;
}
export interface LiveAgent extends AgentState {
  languages: string[];
  /** Since when the status is so; null where nobody knows. */
  since: string | null;
}
/** What changed since the frame before; `anew` begins a snapshot. */
export interface OverviewFrame {
  type: "overview";
  version: number;
  anew: boolean;
  rows: LiveRow[];
  gone: string[];
  agents: LiveAgent[];
  totals: { queue: number; agent: number; bot: number };
}
/** A colleague has the conversation open, or no longer. */
export interface LookingFrame {
  type: "looking";
  conversation: string;
  who: Agent & { role: "agent" | "admin" };
  on: boolean;
}
/** A supervisor did something with a conversation of this agent's. */
export interface ToldFrame {
  type: "told";
  what: "whispered" | "taken_over";
  conversation: string;
  by: Agent;
}
export interface OkFrame {
  type: "ok";
  id: string;
  conversation: string | null;
  position: number | null;
}
export type AgentFrame = Common | AgentWelcome | QueueFrame | DossierFrame | RemindersFrame | ProposalsFrame | OverviewFrame | LookingFrame | ToldFrame | OkFrame;

export interface AgentHello {
  type: "hello";
  protocol: 1;
  token: string;
  locale: string;
  /** A page that only wants the news: nobody is at the desk because of it. */
  looking?: boolean;
}
export type AgentPost =
  | { type: "claim" | "wake" | "undo"; id: string; conversation: string }
  | { type: "give_back"; id: string; conversation: string; note: string; undo: boolean }
  | { type: "resolve"; id: string; conversation: string; why: EndReason | null; note: string; undo: boolean }
  | { type: "snooze"; id: string; conversation: string; until: string | null; note: string; undo: boolean }
  | { type: "say" | "note"; id: string; conversation: string; text: string; attachments?: string[] }
  | { type: "transfer"; id: string; conversation: string; to: string | null; team: string | null; note: string; undo: boolean }
  | { type: "whisper"; id: string; conversation: string; text: string }
  | { type: "take_over"; id: string; conversation: string; epoch: number }
  | { type: "presence"; id: string; status: "online" | "away"; capacity: number };
export type AgentSend =
  | { type: "supervise"; on: boolean }
  | { type: "follow"; conversation: string; position: number }
  | { type: "unfollow"; conversation: string }
  | { type: "typing"; conversation: string; on: boolean };
