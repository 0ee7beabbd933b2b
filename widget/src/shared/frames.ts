/** Every frame of the two sockets, as docs/protocol.md says them; those of the agent socket alone are beside. */
export * from "./agent-frames.ts";

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
/** A file that a message carries; sizes in bytes and pixels, none for a PDF. */
export interface Attached {
  id: string;
  name: string;
  type: string;
  size: number;
  width: number | null;
  height: number | null;
}
/** What one message may carry: `most` files of `max_bytes` at most. */
export interface AttachmentLimits {
  max_bytes: number;
  most: number;
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
  /** Of a `customer.said`: the customer's own site vouched for who wrote it. */
  verified?: boolean;
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
  /** Of a `conversation.resolved`: why, with a note for colleagues. */
  why?: EndReason | null;
  note?: string;
  /** Of a `conversation.transferred`: the team it went to. */
  team?: { id: string; name: string };
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
  "customer.said": { text: string; client_id: string; attachments?: Attached[] };
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
  "agent.said": { text: string; client_id: string; agent: Agent; attachments?: Attached[] };
  /** One message to all who wait because of one incident: this conversation's copy. */
  "group.said": { text: string; language: string; text_language: string; incident: string; agent: Agent };
  "conversation.transferred": { from: Agent | null; to: Agent | null; taken_over?: boolean };
  "conversation.requeued": { reason: string; text: string; language: string };
  "conversation.returned": { agent: Agent };
  "conversation.resolved": { by: Agent | null; reason: "resolved" | "customer" | "idle" | "merged" };
  "customer.identified": { contact: string; name: string; merged: { conversation: string; said: string[] }[] };
  "conversation.reopened": Record<string, never>;
  "conversation.rated": { score: number; comment: string };
  "answer.rated": { position: number; helpful: boolean; comment: string };
  "incident.told": { incident: string; update: string; title: string; text: string; status: string; language: string; correction?: boolean; options?: Option[] };
  "incident.muted": { incident: string; title: string; text: string; language: string };
  "task.completed": { page: string | null };
  /** `whisper_to`: a supervisor wrote it for the agent who had the conversation. */
  "note.written": { text: string; client_id: string | null; agent: Agent; whisper_to?: Agent };
  "handover.judged": { position: number; needed: boolean; agent: Agent };
  /** Its agent put it off: until then, or with null until the customer writes. */
  "conversation.snoozed": { agent: Agent; until: string | null; note: string };
  "conversation.woken": { why: WokenBy; note: string };
  private: Record<string, never>;
}

export type WokenBy = "time" | "customer" | "agent";
/** Why an agent ended a conversation. */
export type EndReason = "solved" | "no_answer" | "duplicate" | "not_support" | "elsewhere";

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
export type Common = EventsFrame | TypingFrame | ErrorFrame | IncidentsFrame | GoingAwayFrame | PongFrame;

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
  /** Only of a customer whom the page's own site vouches for. */
  contact?: { id: string; name: string | null };
  /** Why nobody was believed to be anybody, for the developers of the page. */
  identity?: { code: string; message: string };
  /** Null where nothing can be attached. */
  attachments: AttachmentLimits | null;
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
  page_title?: string;
  /** A token that the page's own site has signed, and a secret of this browser that it is bound to. */
  identity?: string;
  device?: string;
}
/** Sent again with the same id until acknowledged. */
export type CustomerPost =
  | { type: "say"; id: string; text: string; page?: string | null; page_title?: string; attachments?: string[] }
  | { type: "person"; id: string; page?: string | null; page_title?: string }
  | { type: "start_over"; id: string }
  | { type: "mute"; id: string; incident: string }
  | { type: "completed"; id: string; page: string | null }
  | { type: "rate"; id: string; score: number; comment: string }
  | { type: "rate_answer"; id: string; position: number; helpful: boolean; comment: string };
/** Sent once, when connected. */
export type CustomerSend = { type: "typing"; on: boolean } | { type: "language"; locale: string } | { type: "forget" };
