/** The scale of a plot, and bars of named amounts. */
import { t } from "../shared/i18n.ts";
import { region } from "../shared/time.ts";

/** The end of the scale: 1, 2 or 5 times a power of ten, at least the largest value and `least`. */
export function scaleEnd(values: readonly number[], least = 4): number {
  const most = Math.max(least, ...values);
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((n) => n * power).find((end) => end >= most) ?? most;
}

export function dayName(day: string): string {
  return new Intl.DateTimeFormat(region(), { day: "numeric", month: "short", timeZone: "UTC" }).format(new Date(`${day.slice(0, 10)}T00:00:00Z`));
}

/** Named amounts as a table whose last column is a bar. */
export function NamedBars({ title, rows, unit, keepOrder = false }: { title: string; rows: [string, number][]; unit: string; keepOrder?: boolean }) {
  const none = rows.every(([, n]) => n === 0);
  const most = Math.max(1, ...rows.map(([, n]) => n));
  const sorted = keepOrder ? rows : [...rows].sort((a, b) => b[1] - a[1]);
  return (
    <section class="named-bars">
      <h2 class="section-title">{title}</h2>
      {none && <p class="muted">{t("admin.figures.nothing")}</p>}
      {!none && <table>
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
      </table>}
    </section>
  );
}

/** Minutes in the unit that tells most: seconds below two minutes, hours from three on. */
export function span(minutes: number | null): string {
  if (minutes === null) return "–";
  const round = (n: number) => Math.round(n * 10) / 10;
  if (minutes < 2) return t("admin.figures.seconds", { n: Math.round(minutes * 60) });
  return minutes < 180 ? t("admin.figures.minutes", { n: round(minutes) }) : t("admin.figures.hours", { n: round(minutes / 60) });
}
