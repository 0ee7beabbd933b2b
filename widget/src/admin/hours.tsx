/** Opening hours: a week, the days that are otherwise, the time zone, and what all of it means now. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { clock, region } from "../shared/time.ts";
import { ApiError, call, get, post, put, query } from "../staff/api.ts";
import { ask } from "../staff/dialog.tsx";
import { icon } from "../staff/icons.tsx";
import { useResource, useSettled } from "../staff/load.ts";
import { Failure, Field, Loaded, Working } from "../staff/parts.tsx";
import { say, sayError } from "../staff/toast.tsx";
import "./hours.css";
import { useLeaveGuard } from "./leave.ts";
import { Newer } from "./newer.tsx";
import { PageHead } from "./page-head.tsx";

type Span = [string, string];
export interface Week {
  timezone: string;
  days: Partial<Record<string, Span[]>>;
  holidays: Record<string, Span[]>;
}
interface Meaning {
  open: boolean;
  closes_at: string | null;
  opens_at: string | null;
  holidays_past: number;
}
interface Hours {
  hours: Week | null;
  by: "file" | "page";
  author: string | null;
  changed_at: string | null;
  meaning: Meaning;
}

const PATH = "/api/admin/hours";
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const USUAL: Span = ["09:00", "18:00"];

/** What a field for times can show: the end of a day is 00:00 of the next. */
export function shown(week: Week | null): Week {
  const times = (spans: Span[] = []) => spans.map(([start, end]): Span => [start, end === "24:00" ? "00:00" : end]);
  if (!week) return { timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, days: Object.fromEntries(DAYS.map((day) => [day, [["00:00", "00:00"]]])), holidays: {} };
  return {
    timezone: week.timezone,
    days: Object.fromEntries(DAYS.map((day) => [day, times(week.days[day])])),
    holidays: Object.fromEntries(Object.entries(week.holidays).map(([date, spans]) => [date, times(spans)])),
  };
}

export default function HoursPage() {
  const found = useResource("hours", (signal) => get<Hours>(PATH, signal));
  return <Loaded from={found}>{(hours) => <Editor key={hours.changed_at ?? "file"} found={hours} replace={found.set} />}</Loaded>;
}

function Editor({ found, replace }: { found: Hours; replace: (hours: Hours) => void }) {
  const stored = shown(found.hours);
  const [week, change] = useState(stored);
  const [busy, work] = useState(false);
  /** What a colleague saved while this page was open; saving again puts ours in its place. */
  const [newer, learn] = useState<Hours | null>(null);
  const base = (newer ?? found).changed_at;
  const dirty = JSON.stringify(week) !== JSON.stringify(stored);
  useLeaveGuard(dirty);
  const take = (hours: Hours) => { learn(null); replace(hours); change(shown(hours.hours)); };
  const refused = async (error: unknown) => {
    const theirs = error instanceof ApiError && error.code === "version_conflict" ? await get<Hours>(PATH).catch(() => null) : null;
    if (theirs) learn(theirs);
    else sayError(error);
  };
  const store = async (stored: Promise<Hours>) => {
    work(true);
    await stored.then((hours) => { take(hours); say(t("admin.hours.saved")); }, refused);
    work(false);
  };
  const forget = async () => {
    if (await ask({ title: t("admin.hours.forget"), text: t("admin.hours.forget.text"), yes: t("admin.hours.forget") })) await store(call<Hours>("DELETE", `${PATH}${query({ base })}`));
  };
  return (
    <>
      <PageHead title={t("admin.hours")} text={found.by === "file" ? t("admin.hours.by_file") : t("admin.hours.by_page", { name: found.author ?? "–", at: found.changed_at ? clock(found.changed_at) : "" })}>
        {dirty && <button type="button" class="button" onClick={() => change(stored)}>{t("admin.rules.undo")}</button>}
        {found.by === "page" && !dirty && <Working kind="" busy={busy} onClick={() => void forget()}>{t("admin.hours.forget")}</Working>}
        <Working busy={busy} disabled={!dirty} onClick={() => void store(put<Hours>(PATH, { ...week, base }))}>{t("admin.save")}</Working>
      </PageHead>
      {newer && <Newer text={newer.author ? t("admin.hours.newer", { name: newer.author, at: newer.changed_at ? clock(newer.changed_at) : "" }) : t("admin.hours.newer.file")} show={() => take(newer)} />}
      {!found.hours && !dirty && <p class="notice">{t("admin.hours.none")}</p>}
      <Effect week={week} dirty={dirty} known={found.meaning} />
      <Zone zone={week.timezone} set={(timezone) => change({ ...week, timezone })} />
      <h2 class="section-title">{t("admin.hours.week")}</h2>
      <ul class="hours">{DAYS.map((day, n) => <Day key={day} name={weekday(n)} spans={week.days[day] ?? []} set={(spans) => change({ ...week, days: { ...week.days, [day]: spans } })} />)}</ul>
      <Holidays week={week} change={change} />
    </>
  );
}

const weekday = (n: number) => new Intl.DateTimeFormat(region(), { weekday: "long", timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + n));

/** What the hours in the form would mean now, asked of the server a moment after each change. */
function Effect({ week, dirty, known }: { week: Week; dirty: boolean; known: Meaning }) {
  const settled = useSettled(JSON.stringify(week), 400);
  const told = useResource(dirty ? settled : null, () => post<Meaning>(`${PATH}/preview`, JSON.parse(settled)));
  if (dirty && told.error) return <Failure error={told.error} />;
  const meaning = dirty ? told.data : known;
  return (
    <p class="notice" role="status">
      {!meaning ? t("staff.loading") : `${dirty ? `${t("admin.hours.would")} ` : ""}${sentence(meaning, week.timezone)}`}
      {meaning && meaning.holidays_past > 0 && ` ${t("admin.hours.past", { n: meaning.holidays_past })}`}
    </p>
  );
}

function sentence(meaning: Meaning, timeZone: string): string {
  const at = (instant: string) => new Intl.DateTimeFormat(region(), { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone }).format(new Date(instant));
  if (meaning.open) return meaning.closes_at ? t("admin.hours.open_until", { at: at(meaning.closes_at) }) : t("admin.hours.open_always");
  return meaning.opens_at ? t("admin.hours.closed_until", { at: at(meaning.opens_at) }) : t("admin.hours.closed_always");
}

function Zone({ zone, set }: { zone: string; set: (zone: string) => void }) {
  return (
    <div class="hours-zone">
      <Field label={t("admin.hours.zone")}><input type="text" list="zones" maxLength={64} value={zone} onInput={(event) => set(event.currentTarget.value.trim())} /></Field>
      <datalist id="zones">{Intl.supportedValuesOf("timeZone").map((name) => <option key={name} value={name} />)}</datalist>
    </div>
  );
}

/** What an end at or before its start means. */
const beyond = (start: string, end: string) => (end !== "00:00" ? "admin.hours.next_day" : start === end ? "admin.hours.all_day" : "admin.hours.midnight");

function Day({ name, spans, set, remove }: { name: string; spans: Span[]; set: (spans: Span[]) => void; remove?: () => void }) {
  const at = (n: number, part: 0 | 1, time: string) => set(spans.map((span, other) => (other === n ? (part ? [span[0], time] : [time, span[1]]) : span)));
  return (
    <li class="hours-day">
      <b>{name}</b>
      <span class="hours-spans">
        {!spans.length && <span class="muted">{t("admin.hours.closed")}</span>}
        {spans.map(([start, end], n) => (
          <span key={n} class="hours-span">
            <input type="time" required aria-label={t("admin.hours.from", { day: name })} value={start} onChange={(event) => at(n, 0, event.currentTarget.value)} />
            –
            <input type="time" required aria-label={t("admin.hours.to", { day: name })} value={end} onChange={(event) => at(n, 1, event.currentTarget.value)} />
            {end <= start && <span class="muted">{t(beyond(start, end))}</span>}
            <button type="button" class="icon-button" aria-label={t("admin.hours.remove", { day: name, from: start, to: end })} onClick={() => set(spans.filter((_, other) => other !== n))}>{icon("x", 14)}</button>
          </span>
        ))}
      </span>
      <span class="row-actions">
        {spans.length < 6 && <button type="button" class="link" aria-label={t("admin.hours.add", { day: name })} onClick={() => set([...spans, USUAL])}>{icon("plus", 14)} {t("admin.hours.times")}</button>}
        {remove && <button type="button" class="link link-danger" aria-label={t("admin.hours.drop", { day: name })} onClick={remove}>{icon("trash", 14)}</button>}
      </span>
    </li>
  );
}

function Holidays({ week, change }: { week: Week; change: (week: Week) => void }) {
  const [date, setDate] = useState("");
  const set = (holidays: Week["holidays"]) => change({ ...week, holidays: Object.fromEntries(Object.entries(holidays).sort(([a], [b]) => a.localeCompare(b))) });
  const name = (day: string) => new Intl.DateTimeFormat(region(), { dateStyle: "full", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
  const without = (day: string) => Object.fromEntries(Object.entries(week.holidays).filter(([other]) => other !== day));
  return (
    <>
      <h2 class="section-title">{t("admin.hours.holidays")}</h2>
      <p class="hint">{t("admin.hours.holidays.hint")}</p>
      <ul class="hours">{Object.entries(week.holidays).map(([day, spans]) => <Day key={day} name={name(day)} spans={spans} set={(spans) => set({ ...week.holidays, [day]: spans })} remove={() => set(without(day))} />)}</ul>
      <form class="filters" onSubmit={(event) => { event.preventDefault(); set({ ...week.holidays, [date]: week.holidays[date] ?? [] }); setDate(""); }}>
        <input type="date" required aria-label={t("admin.hours.date")} value={date} onInput={(event) => setDate(event.currentTarget.value)} />
        <button type="submit" class="button" disabled={!date}>{icon("plus", 16)} {t("admin.hours.add_date")}</button>
      </form>
    </>
  );
}
