/** Bars by day as SVG, with the same figures as a table for whoever cannot see them or wants them exact. */
import { t, locale } from "../shared/i18n.ts";
import { Table } from "../staff/table.tsx";
import type { Figures } from "./types.ts";

const HEIGHT = 160;
const SLOT = 28;

/** The end of the scale: 1, 2 or 5 times a power of ten, at least the largest value. */
export function scaleEnd(values: readonly number[]): number {
  const most = Math.max(4, ...values);
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((n) => n * power).find((end) => end >= most) ?? most;
}

function dayName(day: string): string {
  return new Intl.DateTimeFormat(locale.value, { day: "numeric", month: "short", timeZone: "UTC" }).format(new Date(`${day.slice(0, 10)}T00:00:00Z`));
}

export function DayBars({ days }: { days: Figures["by_day"] }) {
  const end = scaleEnd(days.map((day) => day.conversations));
  const width = Math.max(days.length * SLOT, 200) + 36;
  const y = (n: number) => HEIGHT - (HEIGHT - 8) * (n / end);
  const every = Math.ceil(days.length / 10);
  return (
    <figure class="chart">
      <div class="chart-scroll" tabIndex={0} role="group" aria-label={t("admin.figures.by_day")}>
        <svg viewBox={`0 0 ${width} ${HEIGHT + 24}`} width={width} height={HEIGHT + 24} role="img" aria-label={t("admin.figures.chart", { n: days.length })}>
          {[0, end / 2, end].filter(Number.isInteger).map((n) => (
            <g key={n}>
              <line x1={32} x2={width} y1={y(n)} y2={y(n)} class="chart-line" />
              <text x={26} y={y(n) + 4} text-anchor="end" class="chart-text">{n}</text>
            </g>
          ))}
          {days.map((day, i) => (
            <g key={day.day}>
              <title>{`${dayName(day.day)}: ${day.conversations} / ${day.handed_over}`}</title>
              <rect x={38 + i * SLOT} width={18} y={y(day.conversations)} height={HEIGHT - y(day.conversations)} rx={3} class="chart-all" />
              <rect x={38 + i * SLOT} width={18} y={y(day.handed_over)} height={HEIGHT - y(day.handed_over)} rx={3} class="chart-part" />
              {i % every === 0 && <text x={47 + i * SLOT} y={HEIGHT + 18} text-anchor="middle" class="chart-text">{dayName(day.day)}</text>}
            </g>
          ))}
        </svg>
      </div>
      <figcaption class="legend">
        <span><i class="key-all" /> {t("admin.figures.conversations")}</span>
        <span><i class="key-part" /> {t("admin.figures.handed_over")}</span>
      </figcaption>
      <details class="chart-table">
        <summary>{t("admin.figures.table")}</summary>
        <Table
          caption={t("admin.figures.by_day")}
          rows={days}
          rowKey={(row) => row.day}
          columns={[
            { key: "day", title: t("admin.figures.day"), cell: (row) => dayName(row.day) },
            { key: "all", title: t("admin.figures.conversations"), number: true, cell: (row) => row.conversations },
            { key: "part", title: t("admin.figures.handed_over"), number: true, cell: (row) => row.handed_over },
          ]}
        />
      </details>
    </figure>
  );
}

/** Named amounts as a table whose last column is a bar. */
export function NamedBars({ title, rows, unit }: { title: string; rows: [string, number][]; unit: string }) {
  const most = Math.max(1, ...rows.map(([, n]) => n));
  const sorted = [...rows].sort((a, b) => b[1] - a[1]);
  return (
    <section class="named-bars">
      <h2 class="section-title">{title}</h2>
      {sorted.length === 0 && <p class="muted">{t("admin.figures.nothing")}</p>}
      <table>
        <caption class="hidden">{title}</caption>
        <thead class="hidden"><tr><th scope="col">{title}</th><th scope="col">{unit}</th></tr></thead>
        <tbody>
          {sorted.map(([name, n]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <svg width="100%" height="8" aria-hidden="true"><rect width={`${(100 * n) / most}%`} height="8" rx="4" class="chart-part" /></svg>
                <span>{n}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
