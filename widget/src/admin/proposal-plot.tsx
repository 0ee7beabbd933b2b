/** Three hours of questions about one component as bars, with what is usual as a line, and both as a table. */
import { t } from "../shared/i18n.ts";
import { region } from "../shared/time.ts";
import { Table } from "../staff/table.tsx";
import { scaleEnd } from "./bars.tsx";
import type { ProposalPoint } from "./incident-types.ts";
import { rateWords } from "./sensor-words.ts";

const WIDTH = 440;
const HEIGHT = 118;
const LEFT = 26;
const TOP = 8;
const BOTTOM = 20;
/** Points between two times under the plot: an hour. */
const HOUR = 12;

const time = (at: string) => new Intl.DateTimeFormat(region(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));

export function ProposalPlot({ points, name }: { points: ProposalPoint[]; name: string }) {
  const end = scaleEnd(points.flatMap((point) => [point.questions, point.expected]));
  const slot = (WIDTH - LEFT) / Math.max(1, points.length);
  const y = (value: number) => HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (value / end);
  const usual = points.flatMap((point, i) => [LEFT + i * slot, LEFT + (i + 1) * slot].map((x) => `${x.toFixed(1)},${y(point.expected).toFixed(1)}`));
  return (
    <figure class="rise">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t("admin.proposal.plot", { name })}>
        {[0, end / 2, end].filter(Number.isInteger).map((value) => (
          <g key={value}>
            <line x1={LEFT} x2={WIDTH} y1={y(value)} y2={y(value)} class="chart-line" />
            <text x={LEFT - 6} y={y(value) + 4} text-anchor="end" class="chart-text">{value}</text>
          </g>
        ))}
        {points.map((point, i) => (
          <rect key={point.at} x={LEFT + i * slot + 1} width={Math.max(1, slot - 2)} y={y(point.questions)} height={y(0) - y(point.questions)} rx={1.5} class="rise-bar">
            <title>{`${time(point.at)}: ${point.questions} / ${rateWords(point.expected)}`}</title>
          </rect>
        ))}
        <polyline points={usual.join(" ")} class="rise-usual" />
        {points.map((point, i) => i % HOUR === 0 && <text key={point.at} x={LEFT + i * slot} y={HEIGHT - 4} text-anchor={i === 0 ? "start" : "middle"} class="chart-text">{time(point.at)}</text>)}
      </svg>
      <figcaption class="legend">
        <span><i class="key-part" /> {t("admin.proposal.asked")}</span>
        <span><i class="key-usual" /> {t("admin.proposal.usual")}</span>
      </figcaption>
      <details class="chart-table">
        <summary>{t("admin.figures.table")}<span class="hidden"> ({name})</span></summary>
        <Table
          caption={t("admin.proposal.plot", { name })}
          rows={points}
          rowKey={(row) => row.at}
          columns={[
            { key: "at", title: t("admin.proposal.time"), cell: (row) => time(row.at) },
            { key: "asked", title: t("admin.proposal.asked"), number: true, cell: (row) => row.questions },
            { key: "usual", title: t("admin.proposal.usual"), number: true, cell: (row) => rateWords(row.expected) },
          ]}
        />
      </details>
    </figure>
  );
}
