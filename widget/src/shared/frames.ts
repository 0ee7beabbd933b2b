/** Every frame of the two sockets, as docs/protocol.md says them. */

export interface Agent {
  id: string;
  name: string;
}
export interface Citation {
  article: string;
  locale: string;
  title: string;
  heading: string | null;
  url: string;
  text: string;
  passage: string;
}
export interface Option {
  label: string;
  text: string;
}
/** A `…_language` names the language a text was written in: another than the reader's where there is no translation. */
export interface Incident {
  id: string;
  title: string;
  title_language: string | null;
  severity: string;
  status: string;
  components: string[];
  as_of: string;
  next_update_at: string | null;
  expected_at: string | null;
  /** From here on nobody could check the status; null while somebody can. */
  unconfirmed_since: string | null;
  workaround: string | null;
  workaround_language: string | null;
  text: string | null;
  text_language: string | null;
  corrected: boolean;
  url: string | null;
}

export type Decision = "answer" | "clarify" | "unsure" | "incident";
export type CallReason = "asked_for_person" | "frustrated" | "stuck" | "unsure" | "rule" | "urgent" | "failed";

/** What only staff see about a `bot.answered` or a `person.called`. */
export interface StaffNotes {
  query?: string;
  passages?: unknown[];
  signals?: Record<string, unknown>;
  ms?: number | Record<string, number>;
  generation?: number | string;
  evidence?: unknown;
  summary?: string;
  tried?: unknown[];
  incident?: string | null;
  language?: string;
}

/** What is offered beside `offer_person`: a person now, a place in the queue, or a message that will be answered. */
export interface PersonOffer {
  kind: "now" | "queue" | "message";
  place: number;
  minutes: [number, number] | null;
  opens_at: string | null;
}

export interface EventData {
  "conversation.started": { channel: string; locale: string; page: string | null };
  "customer.said": { text: string; client_id: string };
  "bot.answered": {
    text: string;
    decision: Decision;
    language: string;
    confidence: number;
    citations: Citation[];
    options: Option[];
    incident: string | null;
    offer_person: boolean;
    person?: PersonOffer | null;
    degraded: string | null;
    answers: number[];
    missing_language: boolean;
  };
  "person.called": { reason: CallReason; text: string; language: string; answers: number[]; urgent: boolean };
  "agent.joined": { agent: Agent };
  "agent.said": { text: string; client_id: string; agent: Agent };
  /** One message to all who wait because of one incident: this conversation's copy. */
  "group.said": { text: string; language: string; text_language: string; incident: string; agent: Agent };
  "conversation.transferred": { from: Agent | null; to: Agent | null };
  "conversation.requeued": { reason: string; text: string; language: string };
  "conversation.returned": { agent: Agent };
  "conversation.resolved": { by: Agent | null; reason: "resolved" | "customer" | "idle" };
  "conversation.reopened": Record<string, never>;
  "conversation.rated": { score: number; comment: string };
  "answer.rated": { position: number; helpful: boolean; comment: string };
  "incident.told": { incident: string; update: string; title: string; text: string; status: string; language: string; correction?: boolean; options?: Option[] };
  "incident.muted": { incident: string; title: string; text: string; language: string };
  "task.completed": { page: string | null };
  "note.written": { text: string; client_id: string; agent: Agent };
  "handover.judged": { position: number; needed: boolean; agent: Agent };
  private: Record<string, never>;
}

export type EventKind = keyof EventData;
export type EventOf<K extends EventKind> = {
  [P in K]: { position: number; kind: P; at: string; epoch: number; data: EventData[P]; staff?: StaffNotes };
}[K];
/** One event of the log; `switch (event.kind)` narrows `data`. A kind this client does not know may come: ignore it. */
export type LogEvent = EventOf<EventKind>;

// Both sockets, server → client
export interface EventsFrame {
  type: "events";
  conversation: string;
  items: LogEvent[];
  head: number;
}
export interface TypingFrame {
  type: "typing";
  conversation: string;
  who: { kind: "agent" | "bot" | "customer"; name: string | null };
  on: boolean;
}
export interface ErrorFrame {
  type: "error";
  code: string;
  message: string;
  id: string | null;
  retry_after: number | null;
  data?: { agent?: Agent } & Record<string, unknown>;
}
export interface IncidentsFrame {
  type: "incidents";
  items: Incident[];
}
export interface GoingAwayFrame {
  type: "going_away";
  reconnect_in: number;
}
export interface PongFrame {
  type: "pong";
  n: number;
}
type Common = EventsFrame | TypingFrame | ErrorFrame | IncidentsFrame | GoingAwayFrame | PongFrame;

// Customer socket
export interface ConversationState {
  id: string;
  head: number;
  holder: string;
  status: string;
  agent: Agent | null;
  rated: boolean;
}
export interface CustomerWelcome {
  type: "welcome";
  protocol: number;
  visitor: string;
  token?: string | null;
  conversation: ConversationState | null;
  company: { name: string; greeting: string; suggestions: string[] };
  languages: string[];
  locale: string;
  incidents: Incident[];
  log: string;
  ping_seconds: number;
}
export interface AckFrame {
  type: "ack";
  id: string;
  conversation: string;
  position: number | null;
}
export interface PlaceFrame {
  type: "place";
  conversation: string;
  place: number;
  waiting: number;
  minutes: [number, number] | null;
  staffed: boolean;
}
export interface DraftFrame {
  type: "draft";
  conversation: string;
  after: number;
  text: string;
}
export interface DraftDroppedFrame {
  type: "draft_dropped";
  conversation: string;
  after: number;
}
export type CustomerFrame = Common | CustomerWelcome | AckFrame | PlaceFrame | DraftFrame | DraftDroppedFrame;

export interface CustomerHello {
  type: "hello";
  protocol: 1;
  token: string | null;
  conversation: string | null;
  position: number;
  /** The log that `position` was seen in: where it is another one, everything is sent again. */
  log: string | null;
  locale: string | null;
  page: string | null;
}
/** Sent again with the same id until acknowledged. */
export type CustomerPost =
  | { type: "say"; id: string; text: string }
  | { type: "person"; id: string }
  | { type: "start_over"; id: string }
  | { type: "mute"; id: string; incident: string }
  | { type: "completed"; id: string; page: string | null }
  | { type: "rate"; id: string; score: number; comment: string }
  | { type: "rate_answer"; id: string; position: number; helpful: boolean; comment: string };
/** Sent once, when connected. */
export type CustomerSend = { type: "typing"; on: boolean } | { type: "language"; locale: string };

// Agent socket
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
}
export interface QueueFrame {
  type: "queue";
  version: number;
  /** Those who wait for a person of their own; `groups` holds the others. */
  waiting: Row[];
  groups: Group[];
  mine: Row[];
  agents: AgentState[];
  waiting_total: number;
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
  evidence: unknown;
  summary: string | null;
  tried: unknown[];
  language: string;
  visitor: unknown;
  page: string | null;
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
export interface OkFrame {
  type: "ok";
  id: string;
  conversation: string | null;
  position: number | null;
}
export type AgentFrame = Common | AgentWelcome | QueueFrame | DossierFrame | RemindersFrame | ProposalsFrame | OkFrame;

export interface AgentHello {
  type: "hello";
  protocol: 1;
  token: string;
  locale: string;
  /** A page that only wants the news: nobody is at the desk because of it. */
  looking?: boolean;
}
export type AgentPost =
  | { type: "claim" | "give_back" | "resolve"; id: string; conversation: string }
  | { type: "say" | "note"; id: string; conversation: string; text: string }
  | { type: "transfer"; id: string; conversation: string; to: string | null; note: string }
  | { type: "presence"; id: string; status: "online" | "away"; capacity: number };
export type AgentSend =
  | { type: "follow"; conversation: string; position: number }
  | { type: "unfollow"; conversation: string }
  | { type: "typing"; conversation: string; on: boolean };
