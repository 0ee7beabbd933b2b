/** Conversations as stacked bars, by what became of them. */
import { t } from "../shared/i18n.ts";
import { Table } from "../staff/table.tsx";
import { scaleEnd } from "./bars.tsx";
import { BAR, Columns, type Top } from "./columns.tsx";
import type { Part } from "./types.ts";

const NAMES = ["confirmed", "unknown", "came_back", "handed_over", "neither"] as const;

export interface Slot {
  key: string;
  /** Under the bar. */
  label: string;
  /** In the table, and with the number when pointed at. */
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

export function StackedBars({ title, of, slots, fromEnd = false }: { title: string; of: string; slots: Slot[]; fromEnd?: boolean }) {
  const columns = slots.map((slot) => ({ ...slot, name: `${slot.name}: ${slot.part.conversations}` }));
  const end = scaleEnd(slots.map((slot) => slot.part.conversations));
  return (
    <Columns title={title} columns={columns} end={end} fromEnd={fromEnd} draw={({ part }, left, top) => <Stack part={part} left={left} top={top} />}>
      <PartTable caption={title} of={of} slots={slots} />
    </Columns>
  );
}

function Stack({ part, left, top }: { part: Part; left: number; top: Top }) {
  const found = shares(part);
  let below = 0;
  return (
    <>
      {NAMES.map((name) => {
        const under = top(below);
        below += found[name];
        return found[name] > 0 && <rect key={name} x={left} width={BAR} y={top(below)} height={under - top(below)} class={`chart-${name}`} />;
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
