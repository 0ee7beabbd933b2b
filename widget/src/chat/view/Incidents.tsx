/** Incidents that are on: between the header and the log, and as news in it. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { Icon } from "../../shared/icons.ts";
import { isLocale, LANGUAGE_NAMES, locale, t, tryT } from "../../shared/i18n.ts";
import { Markdown } from "../../shared/markdown.tsx";
import * as shapes from "../../shared/shapes.ts";
import * as said from "../../shared/shapes-said.ts";
import type { EventOf, Incident } from "../../shared/socket.ts";
import { clock, full } from "../../shared/time.ts";
import { foreign } from "../foreign.ts";
import { dismissed, events, incidents } from "../state.ts";
import { dismiss, mute, say } from "../talk.ts";

/** Dismissed is one update of an incident: the next one, or its correction, is shown again. */
function keyOf(incident: Incident): string {
  return [incident.id, incident.status, incident.text ?? incident.as_of].join("|").slice(0, 160);
}

export function Incidents(): VNode | null {
  const shown = incidents.value.filter((i) => !dismissed.value.includes(keyOf(i)));
  if (!shown.length) return null;
  return (
    <div class="incidents" role="alert">
      {shown.slice(0, 2).map((incident) => <Banner key={keyOf(incident)} incident={incident} />)}
    </div>
  );
}

function Banner({ incident }: { incident: Incident }): VNode {
  const wide = useSignal(false);
  const red = /critical|outage/.test(incident.severity);
  const more = Boolean(incident.text ?? incident.workaround ?? incident.expected_at);
  return (
    <div class={red ? "incident red" : "incident"}>
      <Icon shape={said.alert} />
      <div class="what">
        <strong><Words text={incident.title} language={incident.title_language} /></strong>
        <p class="when">
          {tryT(`chat.incident.status.${incident.status}`) ?? incident.status} · {t("chat.incident.as_of", { time: clock(incident.as_of) })}
        </p>
        <Unconfirmed since={incident.unconfirmed_since} />
        {wide.value && <Details incident={incident} />}
        {more && (
          <button type="button" class="text" aria-expanded={wide.value} onClick={() => (wide.value = !wide.value)}>
            {t(wide.value ? "chat.less" : "chat.more")}
          </button>
        )}
      </div>
      <button type="button" class="tool" aria-label={t("chat.incident.dismiss", { title: incident.title })} onClick={() => dismiss(keyOf(incident))}>
        <Icon shape={shapes.x} size={16} />
      </button>
    </div>
  );
}

function Details({ incident }: { incident: Incident }): VNode {
  return (
    <>
      {incident.text && <p><Words text={incident.text} language={incident.text_language} /></p>}
      {incident.workaround && <p><b>{t("chat.news.meanwhile")}</b> <Words text={incident.workaround} language={incident.workaround_language} /></p>}
      <Hoped at={incident.expected_at} />
      {incident.next_update_at && <p class="when">{due(incident.next_update_at, "chat.news.next", "chat.news.late")}</p>}
    </>
  );
}

/** A text; one in another language says so, to the eye and to a screen reader's voice. */
function Words({ text, language }: { text: string; language: string | null }): ComponentChildren {
  const found = foreign(text, language);
  if (!found) return text;
  return <><span lang={found.language}>{found.text}</span> <small class="foreign">{found.label}</small></>;
}

function Hoped({ at }: { at: string | null }): VNode | null {
  return at ? <p class="when">{due(at, "chat.news.expected", "chat.news.overdue")}</p> : null;
}

function Unconfirmed({ since }: { since: string | null }): VNode | null {
  return since ? <p class="when doubt">{t("chat.incident.unconfirmed", { time: clock(since) })}</p> : null;
}

/** A time that was promised is never shown as one to come once it has passed. */
function due(at: string, ahead: string, passed: string): string {
  return t(new Date(at).getTime() < Date.now() ? passed : ahead, { time: clock(at) });
}

export function IncidentNews({ event }: { event: EventOf<"incident.told"> }): VNode {
  const { title, text, status, language, correction } = event.data;
  const other = isLocale(language) && language !== locale.value;
  const now = current(event);
  return (
    <div class={`news ${status === "resolved" ? "good" : ""}`}>
      <Icon shape={status === "resolved" ? said.check : said.alert} />
      <div>
        {correction && <p class="when"><b class="correction">{t("chat.news.correction")}</b></p>}
        <strong lang={now?.title_language ?? undefined}>{title}</strong>
        <p class="when">
          {tryT(`chat.incident.status.${status}`) ?? status} · <time dateTime={event.at} title={full(event.at)}>{clock(event.at)}</time>
        </p>
        {other && <small class="foreign" lang={language}>{LANGUAGE_NAMES[language]}</small>}
        <div lang={language}><Markdown text={text} /></div>
        {now && <Hoped at={now.expected_at} />}
        {now && <Unconfirmed since={now.unconfirmed_since} />}
        <Choices event={event} />
      </div>
    </div>
  );
}

/** What may be answered to news while it is the newest: whether it works again, or that no more is wanted. */
function Choices({ event }: { event: EventOf<"incident.told"> }): VNode | null {
  const { incident, status, options = [] } = event.data;
  const newest = events.value.findLast((one) => one.kind !== "private")?.position === event.position;
  if (!newest) return null;
  return (
    <div class="options" role="group" aria-label={t("chat.options")}>
      {options.map((option) => (
        <button type="button" key={option.label} dir="auto" onClick={() => say(option.text)}>{option.label}</button>
      ))}
      {status !== "resolved" && (
        <button type="button" class="text" onClick={() => void mute(incident).catch(() => undefined)}>{t("chat.news.mute")}</button>
      )}
    </div>
  );
}

/** The incident as it is now, if this is the last that was told of it and it goes on. */
function current(event: EventOf<"incident.told">): Incident | undefined {
  const last = events.value.findLast((one) => one.kind === "incident.told" && one.data.incident === event.data.incident);
  return last === event ? incidents.value.find((one) => one.id === event.data.incident) : undefined;
}
