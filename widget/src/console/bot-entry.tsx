/** A bot's answer with its sources, and, folded, why it said that. */
import type { Citation, EventOf, StaffNotes } from "../shared/frames.ts";
import { t } from "../shared/i18n.ts";
import { Markdown } from "../shared/markdown.tsx";
import { icon } from "../staff/icons.tsx";
import { linksIn } from "../staff/links.ts";
import { words } from "../staff/texts.ts";
import { Bubble } from "./entry.tsx";
import { linesOf, passagesOf, safeUrl, type PassageSeen } from "../staff/read-loose.ts";

export function BotEntry({ event }: { event: EventOf<"bot.answered"> }) {
  const { data, staff } = event;
  return (
    <Bubble side="bot" name={t("console.bot")} at={event.at} foot={<Why event={event} staff={staff ?? {}} />}>
      <Markdown text={data.text} top={4} link={linksIn(data.language)} cite={(n) => <Mark n={n} citation={data.citations[n - 1]} />} />
      {data.options?.length > 0 && (
        <ul class="options">
          {data.options.map((option) => (
            <li key={option.text}>{option.label}</li>
          ))}
        </ul>
      )}
      <Sources citations={data.citations ?? []} />
    </Bubble>
  );
}

function Mark({ n, citation }: { n: number; citation: Citation | undefined }) {
  const url = safeUrl(citation?.url ?? null);
  if (!url) return <sup>[{n}]</sup>;
  return (
    <sup>
      <a href={url} target="_blank" rel="noopener noreferrer" aria-label={t("console.source", { n, title: citation?.title ?? "" })}>[{n}]</a>
    </sup>
  );
}

function Sources({ citations }: { citations: Citation[] }) {
  if (!citations.length) return null;
  return (
    <ol class="sources" aria-label={t("console.sources")}>
      {citations.map((citation, i) => {
        const name = [citation.title, citation.heading].filter(Boolean).join(" › ");
        const url = safeUrl(citation.url);
        return (
          <li key={citation.passage + String(i)} lang={citation.locale}>
            {url ? <a href={url} target="_blank" rel="noopener noreferrer">{name}</a> : name}
          </li>
        );
      })}
    </ol>
  );
}

function Why({ event, staff }: { event: EventOf<"bot.answered">; staff: StaffNotes }) {
  const { data } = event;
  const passages = passagesOf(staff.passages);
  const milliseconds = typeof staff.ms === "number" ? staff.ms : null;
  const signals = linesOf(staff.signals);
  return (
    <details class="why">
      <summary>
        <Confidence value={data.confidence} />
        <span class="dot">{words("console.decision", data.decision)}</span>
        {data.degraded && <span class="why-degraded">{t("console.degraded")}</span>}
        {icon("chevron-right", 14)}
      </summary>
      <dl class="facts">
        {staff.query && <Fact name={t("console.query")} value={staff.query} />}
        {milliseconds !== null && <Fact name={t("console.took")} value={t("console.ms", { ms: Math.round(milliseconds) })} />}
        {staff.generation !== undefined && <Fact name={t("console.generation")} value={String(staff.generation)} />}
        {data.degraded && <Fact name={t("console.degraded")} value={data.degraded} />}
        {signals.length > 0 && <Fact name={t("console.signals")} value={signals.join(" · ")} />}
      </dl>
      {passages.length > 0 && <Passages list={passages} />}
    </details>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd dir="auto">{value}</dd>
    </div>
  );
}

export function Passages({ list }: { list: PassageSeen[] }) {
  return (
    <ol class="passages" aria-label={t("console.passages")}>
      {list.map((passage, i) => {
        const url = safeUrl(passage.url);
        const name = [passage.title, passage.heading].filter(Boolean).join(" › ");
        return (
          <li key={passage.id + String(i)}>
            <span class="passage-name">{url ? <a href={url} target="_blank" rel="noopener noreferrer">{name}</a> : name}</span>
          </li>
        );
      })}
    </ol>
  );
}

/** Confidence as words, a figure and a bar. */
export function Confidence({ value }: { value: number | null }) {
  if (value === null || value === undefined) return null;
  const level = value >= 0.75 ? "high" : value >= 0.5 ? "middle" : "low";
  return (
    <span class={`confidence confidence-${level}`}>
      <svg width="32" height="6" aria-hidden="true">
        <rect width="32" height="6" rx="3" class="bar-ground" />
        <rect width={Math.max(2, 32 * value)} height="6" rx="3" class="bar" />
      </svg>
      {t("console.confidence", { percent: Math.round(value * 100) })}
    </span>
  );
}
