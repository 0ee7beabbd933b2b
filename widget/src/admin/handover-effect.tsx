/** What limits would have meant for past conversations, beside those in force; asked a moment after each change. */
import { t } from "../shared/i18n.ts";
import { post } from "../staff/api.ts";
import { useResource, useSettled } from "../staff/load.ts";
import { Badge, Empty, Failure, Skeleton } from "../staff/parts.tsx";
import { Table, type Column } from "../staff/table.tsx";
import { words } from "../staff/texts.ts";
import type { Limits } from "./handover.tsx";

interface Sum {
  conversations: number;
  urgent: number;
  by_reason: Record<string, number>;
  needed: number;
  not_needed: number;
}
interface Example {
  conversation: string;
  text: string;
  language: string | null;
  reason: string;
  urgent: boolean;
  change: "new" | "gone" | "kept";
  handed_over: boolean;
  needed: "yes" | "no" | "unknown";
}
interface Found {
  conversations: number;
  left_out: number;
  needed: number;
  not_needed: number;
  in_force: Sum;
  tried: Sum;
  new: number;
  gone: number;
  examples: Example[];
}
interface Row {
  key: string;
  title: string;
  of: (sum: Sum) => number;
  part?: boolean;
}

export function Effect({ limits, dirty }: { limits: Limits; dirty: boolean }) {
  const settled = useSettled(JSON.stringify(limits), 400);
  const found = useResource(settled, () => post<Found>("/api/admin/handover/trial", { limits: JSON.parse(settled) }));
  return (
    <section class="handover-effect" aria-busy={found.loading}>
      <h2 class="section-title">{t("admin.handover.effect")}</h2>
      {found.error ? <Failure error={found.error} retry={found.reload} /> : !found.data ? <Skeleton rows={5} /> : <Told found={found.data} dirty={dirty} />}
    </section>
  );
}

function Told({ found, dirty }: { found: Found; dirty: boolean }) {
  const older = found.left_out > 0 && <p class="hint">{t("admin.handover.left_out", { n: found.left_out })}</p>;
  if (!found.conversations) return <><Empty icon="message" title={t("admin.handover.none")} text={t("admin.handover.none.text")} />{older}</>;
  return (
    <>
      <p role="status">
        {t("admin.handover.of", { n: found.conversations })} {dirty && (found.new || found.gone ? t("admin.handover.change", { new: found.new, gone: found.gone }) : t("admin.handover.same"))}
      </p>
      <Table caption={t("admin.handover.effect")} rows={rowsOf(found)} rowKey={(row) => row.key} columns={columns(dirty)} />
      <p class="hint">{t("admin.handover.known")}</p>
      {older}
      {dirty && <Examples of={found.examples.filter((one) => one.change !== "kept")} />}
    </>
  );
}

function columns(dirty: boolean): Column<Line>[] {
  const change = (row: Row, found: Found) => row.of(found.tried) - row.of(found.in_force);
  const signed = (n: number) => (n ? t(n > 0 ? "admin.handover.plus" : "admin.handover.minus", { n: Math.abs(n) }) : "");
  return [
    { key: "what", title: t("admin.handover.what"), cell: ({ row }: Line) => <span class={row.part ? "limit-part" : undefined}>{row.title}</span> },
    { key: "now", title: t("admin.handover.now"), number: true, cell: ({ row, found }: Line) => row.of(found.in_force) },
    ...(dirty ? [{ key: "then", title: t("admin.handover.then"), number: true, cell: ({ row, found }: Line) => <span><span class="muted">{signed(change(row, found))}</span> <b>{row.of(found.tried)}</b></span> }] : []),
  ];
}

interface Line {
  key: string;
  row: Row;
  found: Found;
}

function rowsOf(found: Found): Line[] {
  const reasons = [...new Set([...Object.keys(found.in_force.by_reason), ...Object.keys(found.tried.by_reason)])].sort();
  const rows: Row[] = [
    { key: "all", title: t("admin.handover.called"), of: (sum) => sum.conversations },
    ...reasons.map((reason) => ({ key: reason, title: words("console.reason", reason), of: (sum: Sum) => sum.by_reason[reason] ?? 0, part: true })),
    { key: "put-first", title: t("admin.handover.urgent"), of: (sum) => sum.urgent },
    ...(found.needed ? [{ key: "needed", title: t("admin.handover.needed", { n: found.needed }), of: (sum: Sum) => sum.needed }] : []),
    ...(found.not_needed ? [{ key: "not-needed", title: t("admin.handover.not_needed", { n: found.not_needed }), of: (sum: Sum) => sum.not_needed }] : []),
  ];
  return rows.map((row) => ({ key: row.key, row, found }));
}

function Examples({ of }: { of: Example[] }) {
  if (!of.length) return null;
  return (
    <>
      <h3 class="handover-examples">{t("admin.handover.examples")}</h3>
      <ul class="trial-examples">
        {of.map((one) => (
          <li key={one.conversation}>
            <Badge tone={one.change === "new" ? "warn" : "good"}>{t(`admin.rules.trial.${one.change}`)}</Badge>
            {one.urgent && <Badge tone="bad">{t("console.urgent")}</Badge>}
            <a href={`/console#${encodeURIComponent(one.conversation)}`} target="_blank" title={t("admin.proposal.open")} lang={one.language ?? undefined} dir="auto">{one.text || "–"}</a>
            <span class="muted">{[words("console.reason", one.reason), one.needed === "unknown" ? "" : t(`admin.handover.was_${one.needed}`)].filter(Boolean).join(" · ")}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
