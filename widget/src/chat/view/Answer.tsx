/** What comes with an answer of the bot: citations, how sure it is, options, a person, and whether it helped. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../../shared/icons.ts";
import { t } from "../../shared/i18n.ts";
import { Markdown } from "../../shared/markdown.tsx";
import * as shapes from "../../shared/shapes.ts";
import * as said from "../../shared/shapes-said.ts";
import type { Citation, EventOf } from "../../shared/socket.ts";
import type { PanelHost } from "../host.ts";
import { linkTo } from "../links.ts";
import { current, judged, source, standing } from "../state.ts";
import { callPerson, judge, say } from "../talk.ts";

type Answered = EventOf<"bot.answered">;
const SURE = 0.6;

export function Answer({ event }: { event: Answered }): VNode {
  const { citations, options, offer_person, decision } = event.data;
  const last = current.value === event.position;
  const withBot = standing.value.holder === "bot" && !standing.value.over;
  const judges = citations.length > 0 && (decision === "answer" || decision === "unsure");
  return (
    <div class="after">
      {citations.length > 0 && <Sources citations={citations} />}
      {last && options.length > 0 && (
        <div class="options" role="group" aria-label={t("chat.options")}>
          {options.map((option) => (
            <button type="button" key={option.label} dir="auto" onClick={() => say(option.text)}>{option.label}</button>
          ))}
        </div>
      )}
      {last && offer_person && withBot && (
        <button type="button" class="small offer" onClick={callPerson}>
          <Icon shape={shapes.user} size={16} />
          {offered(event.data.person)}
        </button>
      )}
      {judges && <Judgement position={event.position} last={last} />}
    </div>
  );
}

/** What pressing the button gets: a person, a place in the queue with the wait, or an answer later. */
function offered(person: Answered["data"]["person"]): string {
  if (person?.kind === "message") return t("chat.person.message");
  if (person?.kind !== "queue") return t("chat.person.call");
  const [low, n] = person.minutes ?? [0, 0];
  const wait = n && t("chat.queue.range", { low, high: n, n });
  return [t("chat.person.queue"), wait].filter(Boolean).join(" · ");
}

/** The words of the answer, with its marks as buttons. */
Answer.Text = function Text({ event, host }: { event: Answered; host: PanelHost }): VNode {
  const { text, citations } = event.data;
  const cite = (n: number) => {
    const citation = citations[n - 1];
    return citation ? <Mark citation={citation} number={n} /> : null;
  };
  return (
    <>
      <Markdown text={text} cite={cite} link={linkTo(host.server)} />
      <Note event={event} />
    </>
  );
};

function Mark({ citation, number }: { citation: Citation; number: number }): VNode {
  const name = t("chat.source.name", { n: number, title: citation.title });
  return (
    <button type="button" class="mark" aria-label={name} title={citation.title} onClick={() => (source.value = { citation, number })}>
      {number}
    </button>
  );
}

/** One line on where the answer comes from; nothing for questions back and for news. */
function Note({ event }: { event: Answered }): VNode | null {
  const { decision, confidence, citations, degraded, missing_language } = event.data;
  const notes: string[] = [];
  if (missing_language) notes.push(t("chat.note.language"));
  // How sure the search was of an article says nothing of an incident, which tells its own source and time.
  const unsure = citations.length > 0 && confidence < SURE && decision !== "incident";
  if (unsure) notes.push(t("chat.note.unsure"));
  else if (citations.length && decision === "answer") notes.push(t("chat.note.quoted"));
  if (degraded) notes.push(t("chat.note.degraded"));
  if (!notes.length) return null;
  return <p class={unsure ? "note unsure" : "note"}>{notes.join(" · ")}</p>;
}

function Sources({ citations }: { citations: Citation[] }): VNode {
  return (
    <ul class="sources" aria-label={t("chat.sources")}>
      {citations.map((citation, i) => (
        <li key={i}>
          <button type="button" onClick={() => (source.value = { citation, number: i + 1 })}>
            <span class="number">{i + 1}</span>
            <span class="title" lang={citation.locale} dir="auto">{nameOf(citation, citations)}</span>
            <Icon shape={shapes.chevronRight} size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Two passages of one article are told apart by their headings. */
function nameOf(citation: Citation, all: Citation[]): string {
  const alone = all.every((other) => other === citation || other.title !== citation.title);
  return alone ? citation.title : citation.heading || citation.title;
}

/** Thumbs: counted at once; after a thumb down there is room for a word. */
function Judgement({ position, last }: { position: number; last: boolean }): VNode | null {
  const given = judged.value.get(position);
  const asking = useSignal(false);
  const comment = useSignal("");
  const failed = useSignal(false);
  const send = (helpful: boolean) => {
    failed.value = false;
    asking.value = !helpful;
    judge(position, helpful, "").catch(() => (failed.value = true));
  };
  const tell = (event: Event) => {
    event.preventDefault();
    judge(position, false, comment.value.trim()).then(
      () => (asking.value = false),
      () => (failed.value = true),
    );
  };
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), [asking.value]);
  if (given === undefined && !last && !asking.value) return null;
  return (
    <div class="judgement">
      {given === undefined ? <span>{t("chat.helpful.ask")}</span> : <span>{t(given ? "chat.helpful.yes" : "chat.helpful.no")}</span>}
      <Thumb up={true} pressed={given === true} press={() => send(true)} />
      <Thumb up={false} pressed={given === false} press={() => send(false)} />
      {failed.value && <span class="error">{t("chat.failed.general")}</span>}
      {asking.value && (
        <form onSubmit={tell}>
          <input
            ref={field}
            aria-label={t("chat.helpful.comment")}
            placeholder={t("chat.helpful.comment")}
            maxLength={1000}
            value={comment.value}
            onInput={(event) => (comment.value = event.currentTarget.value)}
          />
          <button type="submit" class="small strong" disabled={!comment.value.trim()}>{t("chat.send")}</button>
        </form>
      )}
    </div>
  );
}

function Thumb({ up, pressed, press }: { up: boolean; pressed: boolean; press: () => void }): VNode {
  return (
    <button type="button" class="tool" aria-pressed={pressed} aria-label={t(up ? "chat.helpful.up" : "chat.helpful.down")} onClick={press}>
      <Icon shape={up ? said.thumbsUp : said.thumbsDown} size={16} />
    </button>
  );
}
