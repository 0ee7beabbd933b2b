/** A plot of upright bars with its scale; the same figures stand in a table below, for whoever cannot see them or wants them exact. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../shared/i18n.ts";

const HEIGHT = 160;
const SLOT = 28;
/** Columns of which each has its name below it; of more, some have. */
const NAMED = 12;
const LEFT = 38;
export const BAR = 18;

export interface Column {
  key: string;
  /** Under the bar. */
  label: string;
  /** When pointed at. */
  name: string;
}

/** Turns an amount into its place from above. */
export type Top = (amount: number) => number;

interface ColumnsProps<One extends Column> {
  title: string;
  columns: One[];
  /** The end of the scale. */
  end: number;
  /** What stands beside a line of the scale. */
  tick?: (amount: number) => string;
  draw: (column: One, left: number, top: Top) => ComponentChildren;
  /** Where not all of it has room, the last bars are seen first, so the scale stands there. */
  fromEnd?: boolean;
  children: ComponentChildren;
}

export function Columns<One extends Column>({ title, columns, end, tick = String, draw, fromEnd = false, children }: ColumnsProps<One>) {
  const scroll = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (fromEnd && scroll.current) scroll.current.scrollLeft = scroll.current.scrollWidth;
  }, [fromEnd, columns.length]);
  const side = Math.max(LEFT, 14 + 7 * tick(end).length);
  const left = fromEnd ? 14 : side;
  const every = Math.ceil(columns.length / NAMED);
  const slot = every > 1 ? SLOT : Math.max(SLOT, ...columns.map(({ label }) => 14 + 7 * label.length));
  const lines = Math.max(columns.length * slot, 200) + left;
  const width = fromEnd ? lines + side : lines;
  const top: Top = (amount) => HEIGHT - (HEIGHT - 8) * (amount / end);
  const marks = [0, end / 2, end].filter((n) => tick !== String || Number.isInteger(n));
  return (
    <figure class="chart">
      <div ref={scroll} class="chart-scroll" tabIndex={0} role="group" aria-label={title}>
        <svg viewBox={`0 0 ${width} ${HEIGHT + 24}`} width={width} height={HEIGHT + 24} role="img" aria-label={t("admin.figures.chart", { n: columns.length })}>
          {marks.map((n) => (
            <g key={n}>
              <line x1={Math.max(0, left - 6)} x2={lines} y1={top(n)} y2={top(n)} class="chart-line" />
              <text x={fromEnd ? lines + 6 : left - 12} y={top(n) + 4} text-anchor={fromEnd ? "start" : "end"} class="chart-text">{tick(n)}</text>
            </g>
          ))}
          {columns.map((column, i) => (
            <g key={column.key}>
              <title>{column.name}</title>
              {draw(column, left + i * slot + (slot - BAR) / 2, top)}
              {i % every === 0 && <text x={left + (i + 0.5) * slot} y={HEIGHT + 18} text-anchor="middle" class="chart-text">{column.label}</text>}
            </g>
          ))}
        </svg>
      </div>
      <details class="chart-table">
        <summary>{t("admin.figures.table")}</summary>
        {children}
      </details>
    </figure>
  );
}
