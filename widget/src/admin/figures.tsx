/** How the desk does: what became of the conversations of a period, each figure with its definition. */
import { useState } from "preact/hooks";
import { LANGUAGE_NAMES, LOCALES, locale, t } from "../shared/i18n.ts";
import { date } from "../shared/time.ts";
import { get, query } from "../staff/api.ts";
import { useInterval, useResource } from "../staff/load.ts";
import { Empty, languageName, Loaded } from "../staff/parts.tsx";
import { words } from "../staff/texts.ts";
import { dayName, NamedBars, span } from "./bars.tsx";
import "./figures.css";
import { Paces } from "./pace.tsx";
import { PageHead } from "./page-head.tsx";
import { Legend, shares, StackedBars, type Slot } from "./stacked.tsx";
import type { Figures, Pace, Spread } from "./types.ts";

const DAYS = [7, 30, 90, 366];
const AGAIN_MS = 1500;
const NONE: Spread = { n: 0, p50: null, p95: null };
const NO_PACE: Pace = { first_answer_minutes: NONE, wait_minutes: NONE, rated: { avg: null, n: 0 }, handed_over: {} };
const DEFINED = ["conversations", "answered", "confirmed", "came_back", "unknown", "handed_over", "neither", "first_answer", "wait", "ended", "rated"];

interface Period {
  /** "" takes the two dates. */
  days: string;
  since: string;
  until: string;
  language: string;
}

/** What the server is asked; null while one of the dates is missing. */
export function asked({ days, since, until, language }: Period): Record<string, string> | null {
  if (days) return { days, language };
  return since && until && since <= until ? { since, until, language } : null;
}

export default function FiguresPage() {
  const [period, choose] = useState<Period>({ days: "30", since: "", until: "", language: "" });
  const wanted = asked(period);
  const figures = useResource(wanted && query(wanted), (signal) => get<Figures>(`/api/admin/figures${query(wanted ?? {})}`, signal));
  const behind = figures.data?.behind ?? 0;
  useInterval(() => !figures.loading && figures.reload(), AGAIN_MS, behind > 0 && !figures.error);
  return (
    <>
      <PageHead title={t("admin.figures")} text={figures.data ? t("admin.figures.text", { since: day(figures.data.since), until: day(figures.data.until), zone: figures.data.zone }) : t("staff.loading")} />
      <Choices period={period} choose={choose} />
      {behind > 0 && <p class="notice notice-warn" role="status">{t("admin.figures.behind", { n: behind })}</p>}
      {wanted && (
        <Loaded from={figures} isEmpty={(found) => found.total.conversations === 0} empty={<Empty icon="chart" title={t("admin.figures.none")} text={t("admin.figures.none.text")} />}>
          {(found) => <Shown found={found} />}
        </Loaded>
      )}
      <Definitions />
    </>
  );
}

const day = (at: string) => date(`${at}T12:00:00`);

function Choices({ period, choose }: { period: Period; choose: (period: Period) => void }) {
  const set = (name: keyof Period) => (event: { currentTarget: { value: string } }) => choose({ ...period, [name]: event.currentTarget.value });
  return (
    <div class="filters">
      <select value={period.days} aria-label={t("admin.figures.period")} onChange={set("days")}>
        {DAYS.map((n) => <option key={n} value={n}>{t("admin.figures.days", { n })}</option>)}
        <option value="">{t("admin.figures.own")}</option>
      </select>
      {!period.days && <label class="inline">{t("admin.figures.since")} <input type="date" value={period.since} max={period.until || undefined} onChange={set("since")} /></label>}
      {!period.days && <label class="inline">{t("admin.figures.until")} <input type="date" value={period.until} min={period.since || undefined} onChange={set("until")} /></label>}
      <select value={period.language} aria-label={t("staff.language")} onChange={set("language")}>
        <option value="">{t("admin.figures.all_languages")}</option>
        {LOCALES.map((code) => <option key={code} value={code} lang={code}>{LANGUAGE_NAMES[code]}</option>)}
      </select>
    </div>
  );
}

function Shown({ found }: { found: Figures }) {
  const days: Slot[] = found.by_day.map((part) => ({ key: part.day, label: dayName(part.day), name: dayName(part.day), part }));
  const hours: Slot[] = found.by_hour.map((part, hour) => ({ key: String(hour), label: String(hour), name: `${hour}:00–${hour + 1}:00`, part }));
  const languages: Slot[] = Object.entries(found.by_language).map(([code, part]) => ({ key: code, label: languageName(code), name: languageName(code), part }));
  return (
    <>
      <Cards found={found} />
      <Legend />
      <h2 class="section-title">{t("admin.figures.by_day")}</h2>
      <StackedBars title={t("admin.figures.by_day")} of={t("admin.figures.day")} slots={days} fromEnd />
      <h2 class="section-title">{t("admin.figures.by_hour")}</h2>
      <StackedBars title={t("admin.figures.by_hour")} of={t("admin.figures.hour")} slots={hours} />
      <h2 class="section-title">{t("admin.figures.by_language")}</h2>
      <StackedBars title={t("admin.figures.by_language")} of={t("staff.language")} slots={languages} />
      <Paces
        found={found}
        hours={hours.map(({ part: _, ...slot }, hour) => ({ ...slot, pace: found.pace_by_hour[hour] ?? NO_PACE }))}
        languages={languages.map(({ part: _, ...slot }) => ({ ...slot, pace: found.pace_by_language[slot.key] ?? NO_PACE }))}
      />
      <div class="split">
        <NamedBars title={t("admin.figures.reasons")} unit={t("admin.figures.conversations")} rows={Object.entries(found.handed_over).map(([reason, n]) => [words("console.reason", reason), n])} />
        <NamedBars title={t("admin.figures.endings")} unit={t("admin.figures.conversations")} rows={Object.entries(found.ended).map(([why, n]) => [words("admin.figures.ended", why), n])} />
        <NamedBars title={t("admin.figures.ratings")} unit={t("admin.figures.conversations")} rows={[5, 4, 3, 2, 1].map((n) => [t("admin.figures.stars", { n }), found.rated.by_score[n] ?? 0])} keepOrder />
      </div>
    </>
  );
}

export function share(part: number, whole: number): string {
  return whole ? new Intl.NumberFormat(locale.value, { style: "percent" }).format(part / whole) : "–";
}

function Cards({ found }: { found: Figures }) {
  const { total } = found;
  const number = (n: number) => new Intl.NumberFormat(locale.value).format(n);
  const part = (n: number, whole: number): [string, string] => [share(n, whole), t("admin.figures.of", { part: number(n), whole: number(whole) })];
  const spread = (of: Spread, note: string): [string, string] => [span(of.p50), [of.p95 === null ? "" : t("admin.figures.p95", { minutes: span(of.p95) }), note].filter(Boolean).join(" · ")];
  const cards: [string, [string, string]][] = [
    ["conversations", [number(total.conversations), t("admin.figures.resolved", { n: total.resolved })]],
    ["answered", part(total.answered, total.conversations)],
    ["confirmed", part(total.confirmed, total.answered)],
    ["came_back", part(total.came_back, total.answered)],
    ["unknown", part(shares(total).unknown, total.answered)],
    ["handed_over", part(total.handed_over, total.conversations)],
    ["neither", part(shares(total).neither, total.conversations)],
    ["first_answer", spread(found.first_answer_minutes, "")],
    ["wait", spread(found.wait_minutes, t("admin.figures.still_waiting", { n: found.still_waiting }))],
    ["rated", [found.rated.avg === null ? "–" : number(Math.round(found.rated.avg * 10) / 10), t("admin.figures.rated.n", { n: found.rated.n })]],
  ];
  return (
    <dl class="cards">
      {cards.map(([key, [value, note]]) => (
        <div key={key} class="card">
          <dt>{t(`admin.figures.${key}`)}</dt>
          <dd class="card-value">{value}</dd>
          <dd class="muted">{note}</dd>
        </div>
      ))}
    </dl>
  );
}

function Definitions() {
  return (
    <section class="definitions" aria-labelledby="definitions">
      <h2 id="definitions" class="section-title">{t("admin.figures.definitions")}</h2>
      <dl>
        {DEFINED.map((name) => (
          <div key={name}>
            <dt>{t(`admin.figures.${name}`)}</dt>
            <dd>{t(`admin.figures.def.${name}`)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
