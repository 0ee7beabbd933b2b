/** What a row of the lists says of its team, of having been put off, and of what could not be done. */
import type { Row } from "../shared/frames.ts";
import { t } from "../shared/i18n.ts";
import { Badge } from "../staff/parts.tsx";
import { words } from "../staff/texts.ts";
import { state } from "./desk.ts";
import { now } from "./ticking.ts";
import { whenText } from "./when-text.ts";

export function Marks({ row }: { row: Row }) {
  const team = state.value.queue?.teams.find((one) => one.id === row.team);
  return (
    <>
      {team && <Badge>{team.name}</Badge>}
      {row.pending?.failed && <Badge tone="bad">{t("console.undo.failed", { reason: words("staff.error", row.pending.failed) })}</Badge>}
      {row.nap && <Nap nap={row.nap} />}
    </>
  );
}

function Nap({ nap }: { nap: NonNullable<Row["nap"]> }) {
  const until = nap.until ? t("console.nap.until", { when: whenText(new Date(nap.until), new Date(now.value)) }) : t("console.nap.customer");
  const text = nap.asleep ? until : t(nap.why === "customer" ? "console.nap.woken.customer" : "console.nap.woken.time");
  return (
    <>
      <Badge tone={nap.asleep ? "plain" : "accent"}>{text}</Badge>
      {nap.note && <span dir="auto">{nap.note}</span>}
    </>
  );
}

/** Whether the conversation waits for a team that this agent is not in: they may take it all the same. */
export function isForOthers(row: Row): boolean {
  const team = row.agent ? undefined : state.value.queue?.teams.find((one) => one.id === row.team);
  return team !== undefined && !team.members.includes(state.value.me?.id ?? "");
}
