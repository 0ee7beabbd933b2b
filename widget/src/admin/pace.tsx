/** How long customers waited, how content they were, and why a person was called: one of these at a time, by hour and by language. */
import { useState } from "preact/hooks";
import { locale, t } from "../shared/i18n.ts";
import { Table, type Column as TableColumn } from "../staff/table.tsx";
import { words } from "../staff/texts.ts";
import { scaleEnd, span } from "./bars.tsx";
import { BAR, Columns, type Top } from "./columns.tsx";
import type { Figures, Pace } from "./types.ts";

export interface PaceSlot {
  key: string;
  label: string;
  name: string;
  pace: Pace;
}

/** What of a pace is shown, and how it is told. */
interface Measure {
  value: (pace: Pace) => number | null;
  /** What only one in twenty exceeds. */
  rare?: (pace: Pace) => number | null;
  n: (pace: Pace) => number;
  told: (value: number | null) => string;
  /** The end of the scale, where it does not follow from the values. */
  end?: number;
}

const number = (value: number | null) => (value === null ? "–" : new Intl.NumberFormat(locale.value, { maximumFractionDigits: 1 }).format(value));
const sum = (amounts: number[]) => amounts.reduce((all, one) => all + one, 0);

const MEASURES: Record<string, Measure> = {
  first_answer: { value: (pace) => pace.first_answer_minutes.p50, rare: (pace) => pace.first_answer_minutes.p95, n: (pace) => pace.first_answer_minutes.n, told: span },
  wait: { value: (pace) => pace.wait_minutes.p50, rare: (pace) => pace.wait_minutes.p95, n: (pace) => pace.wait_minutes.n, told: span },
  rated: { value: (pace) => pace.rated.avg, n: (pace) => pace.rated.n, told: number, end: 5 },
};

const because = (reason: string): Measure => ({ value: (pace) => pace.handed_over[reason] ?? 0, n: (pace) => sum(Object.values(pace.handed_over)), told: number });

export function Paces({ found, hours, languages }: { found: Figures; hours: PaceSlot[]; languages: PaceSlot[] }) {
  const [chosen, choose] = useState("first_answer");
  const reasons = Object.keys(found.handed_over);
  const shown = chosen in MEASURES || reasons.includes(chosen) ? chosen : "first_answer";
  const measure = MEASURES[shown] ?? because(shown);
  const title = shown in MEASURES ? t(`admin.figures.${shown}`) : t("admin.figures.because", { reason: words("console.reason", shown) });
  return (
    <section aria-labelledby="paces">
      <h2 id="paces" class="section-title">{t("admin.figures.paces")}</h2>
      <select class="measure" value={shown} aria-label={t("admin.figures.measure")} onChange={(event) => choose(event.currentTarget.value)}>
        {Object.keys(MEASURES).map((name) => <option key={name} value={name}>{t(`admin.figures.${name}`)}</option>)}
        {reasons.map((reason) => <option key={reason} value={reason}>{t("admin.figures.because", { reason: words("console.reason", reason) })}</option>)}
      </select>
      {measure.rare && <p class="legend"><span><i class="key-pace" /> {t("admin.figures.half")}</span><span><i class="key-rare" /> {t("admin.figures.most")}</span></p>}
      <div class="paces">
        <PaceBars title={`${title}: ${t("admin.figures.by_hour")}`} of={t("admin.figures.hour")} slots={hours} measure={measure} value={title} />
        <PaceBars title={`${title}: ${t("admin.figures.by_language")}`} of={t("staff.language")} slots={languages} measure={measure} value={title} />
      </div>
    </section>
  );
}

interface PaceBarsProps {
  title: string;
  of: string;
  slots: PaceSlot[];
  measure: Measure;
  /** What the bars are called in the table. */
  value: string;
}

function PaceBars({ title, of, slots, measure, value }: PaceBarsProps) {
  const { rare, told } = measure;
  const amounts = slots.flatMap(({ pace }) => [measure.value(pace), rare?.(pace)]).filter((one) => typeof one === "number");
  const end = measure.end ?? scaleEnd(amounts, rare ? 0.1 : 4);
  const columns = slots.map((slot) => ({ ...slot, name: `${slot.name}: ${told(measure.value(slot.pace))} (${measure.n(slot.pace)})` }));
  const rows: TableColumn<PaceSlot>[] = [
    { key: "of", title: of, cell: (row) => row.name },
    { key: "n", title: t("admin.figures.conversations"), number: true, cell: (row) => measure.n(row.pace) },
    { key: "value", title: rare ? t("admin.figures.half") : value, number: true, cell: (row) => told(measure.value(row.pace)) },
    ...(rare ? [{ key: "rare", title: t("admin.figures.most"), number: true, cell: (row: PaceSlot) => told(rare(row.pace)) }] : []),
  ];
  return (
    <div>
      <h3>{title}</h3>
      <Columns title={title} columns={columns} end={end} tick={told} draw={({ pace }, left, top) => <One value={measure.value(pace)} rare={rare?.(pace) ?? null} left={left} top={top} />}>
        <Table caption={title} rows={slots} rowKey={(row) => row.key} columns={rows} />
      </Columns>
    </div>
  );
}

function One({ value, rare, left, top }: { value: number | null; rare: number | null; left: number; top: Top }) {
  return (
    <>
      {value !== null && value > 0 && <rect x={left} width={BAR} y={top(value)} height={top(0) - top(value)} class="chart-pace" />}
      {rare !== null && <line x1={left} x2={left + BAR} y1={top(rare)} y2={top(rare)} class="chart-rare" />}
    </>
  );
}
