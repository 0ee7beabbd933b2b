/** Stacked bars as SVG, with the same figures as a table for whoever cannot see them or wants them exact. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { Table } from "../staff/table.tsx";
import { scaleEnd } from "./bars.tsx";
import type { Part } from "./types.ts";

const HEIGHT = 160;
const SLOT = 28;
const LEFT = 38;
const NAMES = ["confirmed", "unknown", "came_back", "handed_over", "neither"] as const;

export interface Slot {
  key: string;
  /** Under the bar. */
  label: string;
  /** In the table and when pointed at. */
  name: string;
  part: Part;
}

/** Conversations by what became of them: every one is in exactly one of these. */
export function shares(part: Part): Record<(typeof NAMES)[number], number> {
  const { confirmed, came_back, answered, handed_over, conversations } = part;
  return { confirmed, unknown: answered - confirmed - came_back, came_back, handed_over, neither: conversations - answered - handed_over };
}

export function Legend() {
  return <p class="legend">{NAMES.map((name) => <span key={name}><i class={`key-${name}`} /> {t(`admin.figures.${name}`)}</span>)}</p>;
}

/** `fromEnd`: where not all of it has room, the last bars are seen first, so the scale stands there. */
export function StackedBars({ title, of, slots, fromEnd = false }: { title: string; of: string; slots: Slot[]; fromEnd?: boolean }) {
  const scroll = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (fromEnd && scroll.current) scroll.current.scrollLeft = scroll.current.scrollWidth;
  }, [fromEnd, slots.length]);
  const end = scaleEnd(slots.map((slot) => slot.part.conversations));
  const left = fromEnd ? 14 : LEFT;
  const lines = Math.max(slots.length * SLOT, 200) + left;
  const width = fromEnd ? lines + LEFT : lines;
  const high = (n: number) => (HEIGHT - 8) * (n / end);
  const every = Math.ceil(slots.length / 12);
  return (
    <figure class="chart">
      <div ref={scroll} class="chart-scroll" tabIndex={0} role="group" aria-label={title}>
        <svg viewBox={`0 0 ${width} ${HEIGHT + 24}`} width={width} height={HEIGHT + 24} role="img" aria-label={t("admin.figures.chart", { n: slots.length })}>
          {[0, end / 2, end].filter(Number.isInteger).map((n) => (
            <g key={n}>
              <line x1={Math.max(0, left - 6)} x2={lines} y1={HEIGHT - high(n)} y2={HEIGHT - high(n)} class="chart-line" />
              <text x={fromEnd ? lines + 6 : left - 12} y={HEIGHT - high(n) + 4} text-anchor={fromEnd ? "start" : "end"} class="chart-text">{n}</text>
            </g>
          ))}
          {slots.map((slot, i) => (
            <g key={slot.key}>
              <title>{`${slot.name}: ${slot.part.conversations}`}</title>
              <Stack part={slot.part} left={left + 6 + i * SLOT} high={high} />
              {i % every === 0 && <text x={left + 15 + i * SLOT} y={HEIGHT + 18} text-anchor="middle" class="chart-text">{slot.label}</text>}
            </g>
          ))}
        </svg>
      </div>
      <details class="chart-table">
        <summary>{t("admin.figures.table")}</summary>
        <PartTable caption={title} of={of} slots={slots} />
      </details>
    </figure>
  );
}

function Stack({ part, left, high }: { part: Part; left: number; high: (n: number) => number }) {
  const found = shares(part);
  let below = 0;
  return (
    <>
      {NAMES.map((name) => {
        const top = HEIGHT - high(below + found[name]);
        below += found[name];
        return found[name] > 0 && <rect key={name} x={left} width={18} y={top} height={high(found[name])} class={`chart-${name}`} />;
      })}
    </>
  );
}

export function PartTable({ caption, of, slots }: { caption: string; of: string; slots: Slot[] }) {
  return (
    <Table
      caption={caption}
      rows={slots}
      rowKey={(row) => row.key}
      columns={[
        { key: "of", title: of, cell: (row) => row.name },
        { key: "all", title: t("admin.figures.conversations"), number: true, cell: (row) => row.part.conversations },
        ...NAMES.map((name) => ({ key: name, title: t(`admin.figures.${name}`), number: true, cell: (row: Slot) => shares(row.part)[name] })),
      ]}
    />
  );
}
