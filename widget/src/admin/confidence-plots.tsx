/** Two drawings of one language's confidence, each with its figures as a table. */
import type { ComponentChildren } from "preact";
import { t } from "../shared/i18n.ts";
import { Table } from "../staff/table.tsx";
import { drawn, percent, shareEnd, tabled, type Choice, type Group, type LocaleConfidence, type Point } from "./confidence-state.ts";

const WIDTH = 360;
const HEIGHT = 250;
const LEFT = 44;
const TOP = 30;
const RIGHT = 20;
const BOTTOM = 44;
const TENTH = 10;
/** Room that the words beside the ring need. */
const WORDS = 204;

const share = (value: number) => t("admin.confidence.percent", { n: percent(value) });
const x = (value: number) => LEFT + (WIDTH - LEFT - RIGHT) * value;
const scale = (end: number) => (value: number) => HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * Math.min(1, value / end);
const path = (points: readonly (readonly [number, number])[]) => points.map(([left, top]) => `${left.toFixed(1)},${top.toFixed(1)}`).join(" ");

export function Reliability({ line, name }: { line: LocaleConfidence; name: string }) {
  const y = scale(1);
  const most = Math.max(1, ...line.reliability.map((group) => group.questions));
  const places = line.reliability.map((group) => [x(group.confidence), y(group.right)] as const);
  return (
    <Plot title={t("admin.confidence.reliability")} text={t("admin.confidence.reliability.text")} name={name} end={1} across={t("admin.confidence.said")} up={t("admin.confidence.right")} table={<Groups groups={line.reliability} name={name} />}>
      <line x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} class="plot-ideal" />
      <polyline points={path(places)} class="plot-path" />
      {line.reliability.map((group, i) => (
        <circle key={i} cx={x(group.confidence)} cy={y(group.right)} r={2.5 + 3 * Math.sqrt(group.questions / most)} class="plot-dot">
          <title>{t("admin.confidence.group", { said: percent(group.confidence), right: percent(group.right), n: group.questions })}</title>
        </circle>
      ))}
    </Plot>
  );
}

export function Curve({ line, name, choice, point }: { line: LocaleConfidence; name: string; choice: Choice; point: Point | null }) {
  const points = drawn(line.curve);
  const limit = choice !== null && line.enough ? choice / 100 : null;
  const end = shareEnd([...points.map((one) => one.wrong), limit ?? 0]);
  const y = scale(end);
  return (
    <Plot title={t("admin.confidence.curve")} text={t("admin.confidence.curve.text")} name={name} end={end} across={t("admin.confidence.answered")} up={t("admin.confidence.wrong")} table={<Points curve={line.curve} name={name} />}>
      {limit !== null && <line x1={x(0)} x2={x(1)} y1={y(limit)} y2={y(limit)} class="plot-limit" />}
      <polyline points={path(points.map((one) => [x(one.answered), y(one.wrong)]))} class="plot-path" />
      {point && <Mark left={x(point.answered)} top={y(point.wrong)} text={t("admin.confidence.mark", { answered: percent(point.answered), wrong: percent(point.wrong) })} />}
    </Plot>
  );
}

/** The chosen point with its figures, beside it where there is room. */
function Mark({ left, top, text }: { left: number; top: number; text: string }) {
  const after = left < WIDTH - WORDS;
  /** The line rises to the right: clear of it are below and after, or above and before, but not over the scale. */
  const end = Math.max(left - 10, LEFT + WORDS);
  return (
    <g class="plot-chosen">
      <line x1={left} x2={left} y1={top} y2={HEIGHT - BOTTOM} class="plot-drop" />
      <circle cx={left} cy={top} r={6} />
      <text x={after ? left + 10 : end} y={after ? Math.min(HEIGHT - BOTTOM - 5, top + 20) : Math.max(TOP + 10, top - 15 - Math.max(0, end - left))} text-anchor={after ? "start" : "end"}>{text}</text>
    </g>
  );
}

interface PlotProps {
  title: string;
  text: string;
  name: string;
  /** The end of the upward scale. */
  end: number;
  across: string;
  up: string;
  table: ComponentChildren;
  children: ComponentChildren;
}

function Plot({ title, text, name, end, across, up, table, children }: PlotProps) {
  const y = scale(end);
  const steps = Math.round(end * TENTH) % 2 === 0 ? 4 : 2;
  return (
    <figure class="plot">
      <figcaption>
        <h3>{title}</h3>
        <p class="muted">{text}</p>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t("admin.confidence.drawing", { title, language: name })}>
        {Array.from({ length: steps + 1 }, (_, n) => (n / steps) * end).map((value) => (
          <g key={value}>
            <line x1={x(0)} x2={x(1)} y1={y(value)} y2={y(value)} class="chart-line" />
            <text x={LEFT - 7} y={y(value) + 4} text-anchor="end" class="chart-text">{share(value)}</text>
          </g>
        ))}
        {[0, 0.25, 0.5, 0.75, 1].map((value) => (
          <text key={value} x={x(value)} y={HEIGHT - BOTTOM + 17} text-anchor="middle" class="chart-text">{share(value)}</text>
        ))}
        <text x={x(0.5)} y={HEIGHT - 7} text-anchor="middle" class="plot-axis">{across}</text>
        <text x={2} y={13} class="plot-axis">{up}</text>
        {children}
      </svg>
      <details class="chart-table">
        <summary>{t("admin.figures.table")}<span class="hidden"> ({title}, {name})</span></summary>
        {table}
      </details>
    </figure>
  );
}

function Groups({ groups, name }: { groups: Group[]; name: string }) {
  const rows = groups.map((group, n) => ({ ...group, n }));
  return (
    <Table
      caption={`${t("admin.confidence.reliability")} (${name})`}
      rows={rows}
      rowKey={(row) => String(row.n)}
      columns={[
        { key: "said", title: t("admin.confidence.said"), number: true, cell: (row) => share(row.confidence) },
        { key: "right", title: t("admin.confidence.right"), number: true, cell: (row) => share(row.right) },
        { key: "n", title: t("admin.confidence.tests"), number: true, cell: (row) => row.questions },
      ]}
    />
  );
}

function Points({ curve, name }: { curve: Point[]; name: string }) {
  return (
    <Table
      caption={`${t("admin.confidence.curve")} (${name})`}
      rows={tabled(curve)}
      rowKey={(row) => String(row.threshold)}
      columns={[
        { key: "from", title: t("admin.confidence.from"), number: true, cell: (row) => share(row.threshold) },
        { key: "answered", title: t("admin.confidence.answered"), number: true, cell: (row) => share(row.answered) },
        { key: "wrong", title: t("admin.confidence.wrong"), number: true, cell: (row) => (row.answered > 0 ? share(row.wrong) : "–") },
      ]}
    />
  );
}
