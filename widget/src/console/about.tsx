/** The right column: what the agent should know before writing, and the help centre. */
import type { ComponentChildren } from "preact";
import type { DossierFrame } from "../shared/frames.ts";
import { t, tryT } from "../shared/i18n.ts";
import { full, relative } from "../shared/time.ts";
import { icon } from "../staff/icons.tsx";
import { later } from "../staff/later.tsx";
import { Badge, languageName, Skeleton } from "../staff/parts.tsx";
import { words } from "../staff/texts.ts";
import { Confidence, Passages } from "./bot-entry.tsx";
import { Contact } from "./contact.tsx";
import { open, pane, rights, room, state } from "./desk.ts";
import { handedNote } from "./state.ts";
import { HelpSearch } from "./help-search.tsx";
import { Part } from "./part.tsx";
import { attemptsOf, evidenceOf, knownOf, safeUrl, shortUrl, textOf, type Attempt, type Evidence, type Known } from "../staff/read-loose.ts";
import { Supervise } from "./supervise.tsx";
import { now } from "./ticking.ts";
import { visitorName } from "./talk.tsx";
import { Verdict } from "./verdict.tsx";

const Mood = later(async () => ({ default: (await import("./mood.tsx")).Mood }));
const beside = () => import("./similar.tsx");
const Similar = later(async () => ({ default: (await beside()).Similar }));
const Suggestions = later<object>(async () => ({ default: (await beside()).Suggestions }));

export function About() {
  const current = room.value;
  return (
    <section class="column about-column" aria-label={t("console.about")}>
      <h2 class="hidden">{t("console.about")}</h2>
      <div class="about-head narrow-only">
        <button type="button" class="icon-button" aria-label={t("console.back")} onClick={() => (pane.value = open.value ? "talk" : "list")}>
          {icon("arrow-left")}
        </button>
        <b aria-hidden="true">{t("console.about")}</b>
      </div>
      <div class="column-scroll">
        <Supervise />
        {current && !current.refused && (current.dossier ? <Dossier dossier={current.dossier} /> : <Skeleton rows={4} />)}
        <HelpSearch language={current?.dossier?.language ?? null} />
      </div>
    </section>
  );
}

function Dossier({ dossier }: { dossier: DossierFrame }) {
  const attempts = attemptsOf(dossier.tried);
  const known = knownOf(dossier.do_not_ask);
  return (
    <>
      <Handed />
      {dossier.reason && <Reason dossier={dossier} />}
      <Verdict />
      {dossier.summary && <Part title={t("console.summary")}><p class="plain" dir="auto">{dossier.summary}</p></Part>}
      <Mood conversation={dossier.conversation} />
      {rights.value.reply && <Suggestions />}
      {known.length > 0 && (
        <Part title={t("console.do_not_ask")}>
          <ul class="ticks">{known.map((one) => <KnownItem key={`${one.kind} ${one.text}`} known={one} />)}</ul>
        </Part>
      )}
      {attempts.length > 0 && (
        <Part title={t("console.tried")} count={attempts.length}>
          <ol class="attempts">{attempts.map((attempt, i) => <Tried key={i} attempt={attempt} />)}</ol>
        </Part>
      )}
      {!rights.value.reply && <Suggestions />}
      <Similar key={dossier.conversation} conversation={dossier.conversation} />
      <Contact contact={dossier.contact} />
      <Facts dossier={dossier} />
    </>
  );
}

/** One fact; the customer's own words on hover, where they are written otherwise. */
export function KnownItem({ known }: { known: Known }) {
  return (
    <li dir="auto" title={known.said ? t("console.known.said", { words: known.said }) : undefined}>
      {icon("check", 14)} {known.kind && <span class="muted">{words("console.known", known.kind)}</span>} <span>{known.text}</span>
    </li>
  );
}

/** What the colleague who had it before wants known: it comes before everything else. */
function Handed() {
  const note = handedNote(room.value?.events ?? []);
  if (!note) return null;
  return (
    <Part title={t("console.handed", { name: note.data.agent.name })}>
      <p class="handed plain" dir="auto">{note.data.text}</p>
    </Part>
  );
}

function Reason({ dossier }: { dossier: DossierFrame }) {
  const evidence = evidenceOf(dossier.evidence);
  return (
    <Part title={t("console.why")}>
      <p class="reason">{words("console.reason.long", dossier.reason)}</p>
      {dossier.team && <p class="hint">{t("console.team.called", { team: dossier.team.name })}</p>}
      {evidence.length > 0 && (
        <ul class="evidence" aria-label={t("console.evidence")}>
          {evidence.map((item, i) => <li key={i}>{evidenceText(item)}</li>)}
        </ul>
      )}
    </Part>
  );
}

function evidenceText(item: Evidence) {
  if (item.name === null) return <q dir="auto">{item.value}</q>;
  const number = Number(item.value);
  const value = item.name === "confidence" && number <= 1 ? `${Math.round(number * 100)} %` : item.value;
  return <>{tryT(`console.evidence.${item.name}`, { value }) ?? `${item.name}: ${value}`}</>;
}

function Tried({ attempt }: { attempt: Attempt }) {
  return (
    <li>
      <p class="attempt-query" dir="auto">{attempt.query || attempt.text}</p>
      <p class="attempt-facts">
        <Confidence value={attempt.confidence} />
        {attempt.helpful !== null && <Badge tone={attempt.helpful ? "good" : "bad"}>{t(attempt.helpful ? "console.helpful" : "console.unhelpful")}</Badge>}
      </p>
      {attempt.passages.length > 0 && <Passages list={attempt.passages.slice(0, 4)} />}
    </li>
  );
}

function Facts({ dossier }: { dossier: DossierFrame }) {
  const page = safeUrl(dossier.page);
  const incident = incidentTitle(dossier.incident);
  const rating = typeof dossier.rating === "number" ? dossier.rating : dossier.rating?.score;
  return (
    <Part title={t("console.facts")}>
      <dl class="facts">
        <Fact name={t("console.fact.visitor")}>{visitorName(room.value)}</Fact>
        <Fact name={t("console.fact.language")}>{languageName(dossier.language)}</Fact>
        {dossier.page && <Fact name={t("console.fact.page")}>{dossier.page_title && <><bdi>{dossier.page_title}</bdi><br /></>}{page ? <a href={page} target="_blank" rel="noopener noreferrer">{shortUrl(dossier.page)}</a> : dossier.page}</Fact>}
        {incident && <Fact name={t("console.incident")}><Badge tone="warn">{incident}</Badge></Fact>}
        <Fact name={t("console.fact.started")}><time dateTime={dossier.started_at} title={full(dossier.started_at)}>{relative(dossier.started_at, new Date(now.value))}</time></Fact>
        {rating !== undefined && rating !== null && <Fact name={t("console.fact.rating")}>{t("console.fact.of_five", { score: rating })}</Fact>}
      </dl>
    </Part>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function incidentTitle(incident: unknown): string {
  const text = textOf(incident);
  return state.value.incidents.find((known) => known.id === text)?.title ?? text;
}
