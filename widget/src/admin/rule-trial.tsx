/** The rules as they stand in the form, tried on past conversations before they are saved. */
import { useState } from "preact/hooks";
import { locale, t } from "../shared/i18n.ts";
import { post } from "../staff/api.ts";
import { Badge, Working } from "../staff/parts.tsx";
import { sayError } from "../staff/toast.tsx";
import { cleaned } from "./rule-list.ts";
import type { NamedTeam, Rule, RuleTrial, TrialExample } from "./types.ts";

interface Found {
  of: string;
  trial: RuleTrial;
}

export function Trial({ rules, complete, teams }: { rules: Rule[]; complete: boolean; teams: NamedTeam[] }) {
  const [busy, work] = useState(false);
  const [found, show] = useState<Found | null>(null);
  const given = rules.map(cleaned);
  const now = JSON.stringify(given);
  const run = async () => {
    work(true);
    try {
      show({ of: now, trial: await post<RuleTrial>("/api/admin/rules/trial", { rules: given, locale: locale.value }) });
    } catch (error) {
      sayError(error);
    }
    work(false);
  };
  return (
    <section class="rule-trial">
      <Working kind="" busy={busy} disabled={!complete} onClick={() => void run()}>{t("admin.rules.try")}</Working>
      <div aria-live="polite">{found && <Effect trial={found.trial} stale={found.of !== now} teams={teams} />}</div>
    </section>
  );
}

function Effect({ trial, stale, teams }: { trial: RuleTrial; stale: boolean; teams: NamedTeam[] }) {
  const name = (id: string) => teams.find((one) => one.id === id)?.name ?? t("admin.rules.team.gone");
  const handed = Object.entries(trial.by_team).map(([id, n]) => `${name(id)} ${n}`);
  return (
    <>
      <h2>{t("admin.rules.trial")}</h2>
      {stale && <p class="notice notice-warn">{t("admin.rules.trial.stale")}</p>}
      <p>{t("admin.rules.trial.called", { n: trial.conversations, tried: trial.tried, stored: trial.stored })}</p>
      <p>{t("admin.rules.trial.change", { new: trial.new, over: trial.new_handed_over, gone: trial.gone })}</p>
      {handed.length > 0 && <p>{t("admin.rules.trial.teams", { teams: handed.join(", ") })}</p>}
      {trial.moved > 0 && <p>{t("admin.rules.trial.moved", { n: trial.moved })}</p>}
      <ul class="trial-examples">{trial.examples.map((one) => <Shown key={one.conversation} one={one} team={one.team && name(one.team)} />)}</ul>
    </>
  );
}

const TONES = { new: "warn", gone: "good", kept: undefined } as const;

function Shown({ one, team }: { one: TrialExample; team: string | null }) {
  return (
    <li>
      <Badge tone={TONES[one.change]}>{t(`admin.rules.trial.${one.change}`)}</Badge>
      {one.urgent && <Badge tone="bad">{t("console.urgent")}</Badge>}
      {one.handed_over && <Badge>{t("admin.rules.trial.over")}</Badge>}
      <q lang={one.language ?? undefined} dir="auto">{one.text}</q>
      <span class="muted">{[one.name, team, ...one.evidence].filter(Boolean).join(" · ")}</span>
    </li>
  );
}
