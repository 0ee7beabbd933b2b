/** One event of the log as the agent sees it. */
import type { ComponentChildren } from "preact";
import type { EventOf, LogEvent } from "../shared/frames.ts";
import { locale, t } from "../shared/i18n.ts";
import { Markdown } from "../shared/markdown.tsx";
import { clock, full } from "../shared/time.ts";
import { icon, type IconName } from "../staff/icons.tsx";
import { linksIn } from "../staff/links.ts";
import { languageName } from "../staff/parts.tsx";
import { words } from "../staff/texts.ts";
import { Files } from "./attach.tsx";
import { BotEntry } from "./bot-entry.tsx";
import { Identified } from "./identified.tsx";
import type { Pending } from "./state.ts";
import { discard, writeAgain } from "./desk.ts";

export type Side = "customer" | "bot" | "agent" | "note";

interface BubbleProps {
  side: Side;
  name: string;
  mark?: ComponentChildren;
  at?: string;
  children: ComponentChildren;
  foot?: ComponentChildren;
}

const FACES: Record<Side, IconName> = { customer: "user", bot: "bot", agent: "users", note: "lock" };

/** Who spoke is said by name, by the shape of the face and by the side; colour only helps. */
export function Bubble({ side, name, mark, at, children, foot }: BubbleProps) {
  return (
    <div class={`entry entry-${side}`}>
      <span class={`face face-${side}`} aria-hidden="true">
        {side === "agent" ? initials(name) : icon(FACES[side], 16)}
      </span>
      <div class="entry-body">
        <p class="entry-head">
          <b>{name}</b>
          {mark}
          <span class="entry-kind">{t(`console.side.${side}`)}</span>
          {at && <time dateTime={at} title={full(at)}>{clock(at)}</time>}
        </p>
        {children && <div class="bubble" dir="auto">{children}</div>}
        {foot}
      </div>
    </div>
  );
}

export function initials(name: string): string {
  const parts = name.trim().split(/\s+/);
  return parts.slice(0, 2).map((part) => [...part][0] ?? "").join("").toUpperCase();
}

export function Entry({ event, visitor }: { event: LogEvent; visitor: string }) {
  switch (event.kind) {
    case "customer.said":
      return <Bubble side="customer" name={visitor} mark={event.staff?.verified && <Identified />} at={event.at} foot={<Files files={event.data.attachments} />}>{event.data.text && <p class="plain">{event.data.text}</p>}</Bubble>;
    case "bot.answered":
      return <BotEntry event={event} />;
    case "agent.said":
      return <Bubble side="agent" name={event.data.agent.name} at={event.at} foot={<Files files={event.data.attachments} />}>{event.data.text && <Markdown text={event.data.text} top={4} link={linksIn(locale.value)} />}</Bubble>;
    case "group.said":
      return <Bubble side="agent" name={event.data.agent.name} at={event.at} foot={<p class="send-state">{t("console.group.copy")}</p>}><Markdown text={event.data.text} top={4} link={linksIn(locale.value)} /></Bubble>;
    case "note.written":
      return <Bubble side="note" name={event.data.agent.name} at={event.at} foot={event.data.whisper_to && <p class="send-state">{t("console.whisper.to", { name: event.data.whisper_to.name })}</p>}><p class="plain">{event.data.text}</p></Bubble>;
    case "person.called":
      return <Called event={event} />;
    default:
      return <Line event={event} />;
  }
}

function Called({ event }: { event: EventOf<"person.called"> }) {
  return (
    <div class={event.data.urgent ? "line line-called line-urgent" : "line line-called"}>
      {icon(event.data.urgent ? "alert" : "inbox", 14)}
      <span>{t("console.line.called", { reason: words("console.reason", event.data.reason) })}</span>
      <time dateTime={event.at} title={full(event.at)}>{clock(event.at)}</time>
    </div>
  );
}

function Line({ event }: { event: LogEvent }) {
  const text = lineText(event);
  if (!text) return null;
  return (
    <div class="line">
      <span>{text}</span>
      <time dateTime={event.at} title={full(event.at)}>{clock(event.at)}</time>
    </div>
  );
}

/** The quiet lines between messages; null for what needs none. */
export function lineText(event: LogEvent): string | null {
  switch (event.kind) {
    case "customer.identified":
      return [t("console.line.identified", { name: event.data.name }), ...event.data.merged.flatMap(({ said }) => said).map((text) => t("console.line.merged", { text }))].join(" · ");
    case "conversation.started":
      return t("console.line.started", { language: languageName(event.data.locale) });
    case "agent.joined":
      return t("console.line.joined", { name: event.data.agent.name });
    case "conversation.transferred":
      if (event.data.taken_over) return t("console.line.taken_over", { to: event.data.to?.name ?? "–", from: event.data.from?.name ?? "–" });
      if (event.staff?.team) return t("console.line.transferred", { from: event.data.from?.name ?? "–", to: event.staff.team.name });
      return event.data.to ? t("console.line.transferred", { from: event.data.from?.name ?? "–", to: event.data.to.name }) : t("console.line.to_queue", { from: event.data.from?.name ?? "–" });
    case "conversation.requeued":
      return t("console.line.requeued");
    case "conversation.returned":
      return t("console.line.returned", { name: event.data.agent.name });
    case "conversation.resolved":
      if (event.data.by && event.staff?.why) return t("console.line.resolved_why", { name: event.data.by.name, why: words("console.end", event.staff.why) }) + quoted(event.staff.note ?? "");
      return event.data.by ? t("console.line.resolved_by", { name: event.data.by.name }) : t(`console.line.resolved_${event.data.reason}`);
    case "conversation.reopened":
      return t("console.line.reopened");
    case "conversation.rated":
      return t("console.line.rated", { score: event.data.score }) + quoted(event.data.comment);
    case "answer.rated":
      return t(event.data.helpful ? "console.line.helpful" : "console.line.unhelpful") + quoted(event.data.comment);
    case "task.completed":
      return t("console.line.completed");
    case "incident.told":
      return t(event.data.correction ? "console.line.incident_corrected" : "console.line.incident", { title: event.data.title });
    case "conversation.snoozed":
      return (event.data.until ? t("console.line.snoozed", { name: event.data.agent.name, when: full(event.data.until) }) : t("console.line.snoozed_open", { name: event.data.agent.name })) + quoted(event.data.note);
    case "conversation.woken":
      return t(`console.line.woken_${event.data.why}`) + quoted(event.data.note);
    case "handover.judged":
      return t(event.data.needed ? "console.line.needed" : "console.line.not_needed", { name: event.data.agent.name });
    default:
      return null;
  }
}

function quoted(comment: string): string {
  return comment ? t("console.line.comment", { comment }) : "";
}

/** Written here and not in the log yet. */
export function PendingEntry({ pending, name }: { pending: Pending; name: string }) {
  const foot = pending.failed ? (
    <p class="send-failed" role="alert">
      {icon("alert", 14)} {pending.failed}
      <button type="button" class="link" onClick={() => writeAgain(pending)}>{t("console.send.again")}</button>
      <button type="button" class="link" onClick={() => discard(pending)}>{t("console.send.discard")}</button>
    </p>
  ) : (
    <p class="send-state">{t("console.send.sending")}</p>
  );
  return (
    <Bubble side={pending.kind === "note" ? "note" : "agent"} name={name} foot={<><Files files={pending.files} />{foot}</>}>
      {pending.text && <p class="plain">{pending.text}</p>}
    </Bubble>
  );
}
