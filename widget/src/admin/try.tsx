/** Ask the bot without a customer: the answer, what it rests on, and what would have been done. */
import { useState } from "preact/hooks";
import { isLocale, LANGUAGE_NAMES, LOCALES, locale, t } from "../shared/i18n.ts";
import { Markdown } from "../shared/markdown.tsx";
import { get, isRecord, query } from "../staff/api.ts";
import { icon } from "../staff/icons.tsx";
import { linksIn } from "../staff/links.ts";
import { useResource } from "../staff/load.ts";
import { Badge, Empty, Loaded, Working } from "../staff/parts.tsx";
import { passagesOf, safeUrl, textOf, type PassageSeen } from "../staff/read-loose.ts";
import { route } from "../staff/router.ts";
import { words } from "../staff/texts.ts";
import { PageHead } from "./page-head.tsx";

type Answer = Record<string, unknown>;

export function TryPage() {
  const [, asked, given] = route.value;
  const [language, speak] = useState<string>(isLocale(asked) ? asked : locale.value);
  const [text, setText] = useState(given ?? "");
  const [question, ask] = useState<{ q: string; locale: string; n: number } | null>(given ? { q: given, locale: language, n: 0 } : null);
  const answer = useResource(question && JSON.stringify(question), (signal) => get<Answer>(`/api/admin/ask${query({ q: question?.q, locale: question?.locale })}`, signal));
  const submit = (event: Event) => {
    event.preventDefault();
    if (text.trim()) ask({ q: text.trim(), locale: language, n: (question?.n ?? 0) + 1 });
  };
  return (
    <>
      <PageHead title={t("admin.try")} text={t("admin.try.text")} />
      <form class="ask" onSubmit={submit}>
        <input type="search" class="ask-text" dir="auto" value={text} aria-label={t("admin.try.question")} placeholder={t("admin.try.placeholder")} onInput={(event) => setText(event.currentTarget.value)} />
        <select value={language} aria-label={t("staff.language")} onChange={(event) => speak(event.currentTarget.value)}>
          {LOCALES.map((code) => <option key={code} value={code} lang={code}>{LANGUAGE_NAMES[code]}</option>)}
        </select>
        <Working type="submit" busy={answer.loading} disabled={!text.trim()}>{t("admin.try.ask")}</Working>
      </form>
      {question ? <Loaded from={answer}>{(found) => <Shown answer={found} />}</Loaded> : <Empty icon="play" title={t("admin.try.empty")} text={t("admin.try.empty.text")} />}
    </>
  );
}

/** How long it took: a number, or the parts of it, of which `total` is all. */
export function millisecondsOf(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (!isRecord(value)) return null;
  const total = value["total"];
  if (typeof total === "number") return total;
  const parts = Object.values(value).filter((part) => typeof part === "number");
  return parts.length ? parts.reduce((sum, part) => sum + part, 0) : null;
}

/** Why a person would be called, however the server says it. */
export function handoffOf(answer: Answer): string {
  const found = answer["handoff"] ?? answer["escalation"] ?? answer["reason"];
  return typeof found === "string" ? found : isRecord(found) ? textOf(found["reason"]) : "";
}

function Shown({ answer }: { answer: Answer }) {
  const decision = textOf(answer["decision"]);
  const confidence = typeof answer["confidence"] === "number" ? answer["confidence"] : null;
  const ms = millisecondsOf(answer["ms"]);
  const handoff = handoffOf(answer);
  const citations = passagesOf(answer["citations"]);
  const passages = passagesOf(answer["passages"]);
  const text = textOf(answer["text"] ?? answer["answer"]);
  return (
    <div class="answer">
      <p class="state-line">
        {decision && <Badge tone={decision === "answer" ? "good" : decision === "unsure" ? "bad" : "warn"}>{words("console.decision", decision)}</Badge>}
        {confidence !== null && decision !== "incident" && <span>{t("console.confidence", { percent: Math.round(confidence * 100) })}</span>}
        {ms !== null && <span>{t("console.ms", { ms: Math.round(ms) })}</span>}
        {handoff && <Badge tone="warn">{words("console.reason", handoff)}</Badge>}
      </p>
      <div class="answer-text" dir="auto">{text ? <Markdown text={text} top={3} link={linksIn(textOf(answer["language"]) || locale.value)} cite={(n) => <sup>[{n}]</sup>} /> : <p class="muted">{t("admin.try.no_text")}</p>}</div>
      {citations.length > 0 && <Sources title={t("console.sources")} list={citations} />}
      {passages.length > 0 && <Sources title={t("console.passages")} list={passages} />}
      <details class="raw">
        <summary>{icon("chevron-right", 14)} {t("admin.try.raw")}</summary>
        <pre tabIndex={0}>{JSON.stringify(answer, null, 2)}</pre>
      </details>
    </div>
  );
}

function Sources({ title, list }: { title: string; list: PassageSeen[] }) {
  return (
    <section>
      <h2 class="section-title">{title}</h2>
      <ol class="cited">
        {list.map((source, i) => {
          const url = safeUrl(source.url);
          const name = [source.title, source.heading].filter(Boolean).join(" › ");
          return (
            <li key={i}>
              <p><span class="muted">[{i + 1}]</span> {url ? <a href={url} target="_blank" rel="noopener noreferrer">{name}</a> : name}</p>
              {source.text && <blockquote dir="auto" tabIndex={0}>{source.text}</blockquote>}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
