/** One message: whose it is, what it says, when, and whether it went out. */
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Attached } from "../../shared/frames.ts";
import { locale, t, tryT } from "../../shared/i18n.ts";
import { Markdown } from "../../shared/markdown.tsx";
import { clock, full } from "../../shared/time.ts";
import type { PanelHost } from "../host.ts";
import { foreign } from "../foreign.ts";
import { attach } from "../attached.ts";
import { byAgent, type Row, type Saying } from "../rows.ts";
import { events, link, pending } from "../state.ts";
import { botName, discard, retry } from "../talk.ts";
import { linkTo } from "../links.ts";
import { Answer } from "./Answer.tsx";
import { BotAvatar, PersonAvatar } from "./Avatar.tsx";
import { putBack } from "./Composer.tsx";
import { IncidentNews } from "./Incidents.tsx";

type SaidRow = Extract<Row, { kind: "said" }>;
type PendingRow = Extract<Row, { kind: "pending" }>;

export function Said({ row, host }: { row: SaidRow; host: PanelHost }): VNode {
  const { event, speaker, first, last } = row;
  if (event.kind === "incident.told") return <IncidentNews event={event} />;
  const side = `message ${speaker}${first ? " first" : ""}${last ? " last" : ""}`;
  return (
    <div class={side}>
      {last && avatar(event)}
      {first ? <p class="name">{nameOf(event)}</p> : <span class="quiet">{nameOf(event)}</span>}
      <Words files={filesOf(event)} host={host}>{content(event, host)}</Words>
      {event.kind === "bot.answered" && <Answer event={event} />}
      {last && (
        <p class="meta">
          <time dateTime={event.at} title={full(event.at)}>{clock(event.at)}</time>
          {isLastOwn(event) && <span>{t("chat.state.sent")}</span>}
        </p>
      )}
    </div>
  );
}

function nameOf(event: Saying): ComponentChildren {
  if (event.kind === "customer.said") return <span class="quiet">{t("chat.you")}</span>;
  if (byAgent(event)) return [event.data.agent.name, " · ", t("chat.person.tag")];
  return [botName(), " · ", t("chat.bot.tag")];
}

function avatar(event: Saying): ComponentChildren {
  if (event.kind === "customer.said") return null;
  return byAgent(event) ? <PersonAvatar name={event.data.agent.name} /> : <BotAvatar />;
}

function content(event: Saying, host: PanelHost): ComponentChildren {
  if (event.kind === "customer.said") return event.data.text;
  if (event.kind === "bot.answered") return <Answer.Text event={event} host={host} />;
  const other = event.kind === "group.said" ? foreign(event.data.text, event.data.text_language) : null;
  const text = <Markdown text={other?.text ?? event.data.text} link={linkTo(host.server)} />;
  return other ? <><div lang={other.language}>{text}</div><small class="foreign">{other.label}</small></> : text;
}

/** "Sent" stands under the customer's last message only, until somebody answers. */
function isLastOwn(event: Saying): boolean {
  if (event.kind !== "customer.said" || pending.value.length) return false;
  return events.value.at(-1)?.position === event.position;
}

function filesOf(event: Saying): Attached[] | undefined {
  return event.kind === "customer.said" || event.kind === "agent.said" ? event.data.attachments : undefined;
}

/** What was said, and the files that came with it: their names until they are drawn. */
function Words({ files = [], host, children }: { files?: Attached[] | undefined; host: PanelHost; children: ComponentChildren }): VNode {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (files.length) attach(host).then((it) => it.show(box.current!, files)).catch(() => undefined);
  }, [locale.value]);
  return (
    <>
      {children && <div class="bubble" dir="auto">{children}</div>}
      {files.length > 0 && <div class="files" ref={box}>{files.map((file) => file.name).join(", ")}</div>}
    </>
  );
}

export function PendingMessage({ row, host }: { row: PendingRow; host: PanelHost }): VNode {
  const { entry, first } = row;
  const failed = entry.state === "failed";
  return (
    <div class={`message customer last ${first ? "first" : ""} ${entry.state}`}>
      <span class="quiet">{t("chat.you")}</span>
      <Words files={entry.files} host={host}>{entry.text}</Words>
      <p class={failed ? "meta error" : "meta"} role={failed ? "alert" : undefined}>{sendState(entry.state, entry.code)}</p>
      {failed && (
        <p class="repair">
          <button type="button" class="text" onClick={() => retry(entry)}>{t("chat.retry")}</button>
          <button type="button" class="text" onClick={() => edit(row, host)}>{t("chat.edit")}</button>
        </p>
      )}
    </div>
  );
}

function sendState(state: string, code: string | undefined): string {
  if (state === "failed") return tryT(`chat.failed.${code ?? "general"}`) ?? t("chat.failed.general");
  if (state === "sent") return t("chat.state.sent");
  return link.value.at === "online" ? t("chat.state.sending") : t("chat.state.waiting");
}

function edit({ entry }: PendingRow, host: PanelHost): void {
  discard(entry);
  if (entry.files?.length) attach(host).then((it) => it.restore(entry.files!), () => undefined);
  if (entry.kind === "say") putBack(entry.text);
}
