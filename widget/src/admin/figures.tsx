/** How the desk does: a few figures, the days, the reasons, the languages. */
import { locale, t } from "../shared/i18n.ts";
import { date } from "../shared/time.ts";
import { get } from "../staff/api.ts";
import { useResource } from "../staff/load.ts";
import { Empty, languageName, Loaded } from "../staff/parts.tsx";
import { words } from "../staff/texts.ts";
import { DayBars, NamedBars } from "./bars.tsx";
import { PageHead } from "./page-head.tsx";
import type { Figures } from "./types.ts";

export function FiguresPage() {
  const figures = useResource("figures", (signal) => get<Figures>("/api/admin/figures", signal));
  return (
    <>
      <PageHead title={t("admin.figures")} text={figures.data ? t("admin.figures.since", { date: date(figures.data.since) }) : t("staff.loading")} />
      <Loaded from={figures} isEmpty={(found) => found.conversations === 0} empty={<Empty icon="chart" title={t("admin.figures.none")} text={t("admin.figures.none.text")} />}>
        {(found) => (
          <>
            <Cards found={found} />
            <h2 class="section-title">{t("admin.figures.by_day")}</h2>
            <DayBars days={found.by_day} />
            <div class="split">
              <NamedBars title={t("admin.figures.reasons")} unit={t("admin.figures.conversations")} rows={Object.entries(found.handed_over).map(([reason, n]) => [words("console.reason", reason), n])} />
              <NamedBars title={t("admin.figures.languages")} unit={t("admin.figures.conversations")} rows={Object.entries(found.by_language).map(([code, n]) => [languageName(code), n])} />
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}

export function share(part: number, whole: number): string {
  return whole ? `${Math.round((100 * part) / whole)} %` : "–";
}

function Cards({ found }: { found: Figures }) {
  const handed = Object.values(found.handed_over).reduce((sum, n) => sum + n, 0);
  const minutes = (n: number | null) => (n === null ? "–" : t("admin.minutes", { n: Math.round(n * 10) / 10 }));
  const cards: [string, string | number, string][] = [
    ["conversations", new Intl.NumberFormat(locale.value).format(found.conversations), t("admin.figures.resolved", { n: found.resolved })],
    ["answered", share(found.answered, found.conversations), t("admin.figures.answered.of", { n: found.answered })],
    ["handed_over", share(handed, found.conversations), t("admin.figures.handed_over.of", { n: handed })],
    ["wait", minutes(found.wait_minutes.p50), t("admin.figures.wait.p95", { minutes: minutes(found.wait_minutes.p95) })],
    ["rated", found.rated.avg === null ? "–" : Math.round(found.rated.avg * 10) / 10, t("admin.figures.rated.n", { n: found.rated.n })],
  ];
  return (
    <dl class="cards">
      {cards.map(([key, value, note]) => (
        <div key={key} class="card">
          <dt>{t(`admin.figures.${key}`)}</dt>
          <dd class="card-value">{value}</dd>
          <dd class="muted">{note}</dd>
        </div>
      ))}
    </dl>
  );
}
