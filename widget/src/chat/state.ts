/** What the panel shows, as signals, and how the events of the log change it. */
import { batch, computed, signal } from "@preact/signals";
import type {
  Agent,
  Citation,
  ConversationState,
  EventOf,
  EventsFrame,
  Incident,
  LogEvent,
  PlaceFrame,
  SocketState,
} from "../shared/socket.ts";
import { EventLog } from "../shared/log.ts";
import { recall, remember, type Pending } from "./memory.ts";

export const opened = signal(false);
export const menu = signal(false);
export const link = signal<SocketState>({ at: "idle" });
export const company = signal({ name: "", greeting: "", suggestions: [] as string[] });
export const incidents = signal<Incident[]>([]);
export const dismissed = signal<string[]>(recall().dismissed);
export const conversation = signal<string | null>(null);
export const events = signal<LogEvent[]>([]);
export const pending = signal<Pending[]>(recall().pending);
export const typist = signal<{ kind: string; name: string | null } | null>(null);
export const draft = signal<{ after: number; text: string } | null>(null);
export const place = signal<PlaceFrame | null>(null);
export const source = signal<{ citation: Citation; number: number } | null>(null);
/** The history has been read: what comes from here on is new. */
export const settled = signal(false);
/** What a screen reader should say next. */
export const announcement = signal("");
export const seen = signal(recall().read);

export type Holder = "bot" | "queue" | "agent";
export interface Standing {
  holder: Holder;
  agent: Agent | null;
  over: boolean;
  rated: boolean;
}

/** Who has the conversation, told by the log alone. */
export const standing = computed<Standing>(() =>
  events.value.reduce(step, { holder: "bot", agent: null, over: false, rated: false }),
);

function step(now: Standing, event: LogEvent): Standing {
  switch (event.kind) {
    case "person.called":
    case "conversation.requeued":
      return { ...now, holder: "queue", agent: null, over: false };
    case "agent.joined":
      return { ...now, holder: "agent", agent: event.data.agent, over: false };
    case "agent.said":
      return { ...now, holder: "agent", agent: event.data.agent };
    case "conversation.transferred":
      return { ...now, holder: event.data.to ? "agent" : "queue", agent: event.data.to };
    case "conversation.returned":
      return { ...now, holder: "bot", agent: null };
    case "conversation.resolved":
      return { ...now, holder: "bot", agent: null, over: true };
    case "conversation.reopened":
      return { ...now, holder: "bot", agent: null, over: false, rated: false };
    case "conversation.rated":
      return { ...now, rated: true };
    default:
      return now;
  }
}

/** The customer's judgement of each answer: position → helpful. */
export const judged = computed(
  () => new Map(events.value.filter((e) => e.kind === "answer.rated").map((e) => [e.data.position, e.data.helpful])),
);

const SPOKEN = new Set(["bot.answered", "agent.said", "group.said", "person.called", "incident.told", "incident.muted", "conversation.requeued"]);
export type Spoken = EventOf<"bot.answered" | "agent.said" | "group.said" | "person.called" | "incident.told" | "incident.muted" | "conversation.requeued">;

export function isSpoken(event: LogEvent): event is Spoken {
  return SPOKEN.has(event.kind);
}

export const unread = computed(() =>
  opened.value ? 0 : events.value.filter((e) => isSpoken(e) && e.position > seen.value).length,
);

/** The last answer of the bot, if nothing was said after it: only its buttons still work. */
export const current = computed(() => {
  if (pending.value.some((p) => p.state !== "failed")) return 0;
  const last = events.value.findLast((e) => e.kind === "customer.said" || isSpoken(e));
  return last?.kind === "bot.answered" ? last.position : 0;
});

const log = new EventLog();

/** Take in events. Says what is new, and whether something before it is missing. */
export function receive(frame: EventsFrame): { fresh: LogEvent[]; gap: boolean } {
  const result = log.apply(frame);
  if (result.fresh.length) {
    batch(() => {
      events.value = [...log.items];
      for (const event of result.fresh) settle(event);
      if (opened.value && document.visibilityState === "visible") markRead();
    });
  }
  return result;
}

/** What a new event makes obsolete. */
function settle(event: LogEvent): void {
  if (event.kind === "customer.said") {
    setPending(pending.value.filter((p) => p.id !== event.data.client_id));
    return;
  }
  if (isSpoken(event)) {
    typist.value = null;
    draft.value = null;
  }
  if (event.kind !== "incident.told" && standing.value.holder !== "queue") place.value = null;
}

export function position(): number {
  return log.position;
}

export function markRead(): void {
  if (log.position <= seen.value) return;
  seen.value = log.position;
  remember({ read: log.position });
}

export function setPending(next: Pending[]): void {
  pending.value = next;
  remember({ pending: next });
}

/** Another conversation, or another database: nothing of what is shown holds. */
export function reset(to: string | null): void {
  log.clear();
  batch(() => {
    conversation.value = to;
    events.value = [];
    typist.value = draft.value = place.value = source.value = null;
    announcement.value = "";
    seen.value = 0;
  });
  remember({ conversation: to, read: 0 });
}

/** The conversation that the server says is ours; null for none worth showing. */
export function adopt(found: ConversationState | null, logEpoch: string): void {
  const kept = recall();
  const sameLog = kept.log === null || kept.log === logEpoch;
  const id = found && found.id !== kept.left ? found.id : null;
  if (!sameLog || id !== conversation.value) {
    const read = sameLog && id === kept.conversation ? kept.read : 0;
    reset(id);
    seen.value = read;
    remember({ read });
  }
  remember({ log: logEpoch, conversation: id });
}
