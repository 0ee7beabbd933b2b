/** Words and circumstances that always call a person: one form per rule, all tried and saved together. */
import { LANGUAGE_NAMES, LOCALES, t } from "../shared/i18n.ts";
import { get, revised, type Revised } from "../staff/api.ts";
import { icon } from "../staff/icons.tsx";
import { useResource } from "../staff/load.ts";
import { Badge, Empty, Field, Loaded, Working } from "../staff/parts.tsx";
import { Components } from "./article-fields.tsx";
import { PageHead } from "./page-head.tsx";
import { Conditions } from "./rule-conditions.tsx";
import { cleaned, hasCondition, newRule, phraseCount } from "./rule-list.ts";
import { Trial } from "./rule-trial.tsx";
import type { Component, NamedTeam, Rule } from "./types.ts";
import { useWholeList } from "./whole-list.tsx";

const PATH = "/api/admin/rules";

export default function RulesPage() {
  const rules = useResource("rules", (signal) => revised<Rule[]>("GET", PATH, undefined, signal));
  const components = useResource("components", (signal) => get<Component[]>("/api/admin/components", signal));
  const teams = useResource("teams", (signal) => get<NamedTeam[]>("/api/admin/teams", signal));
  return <Loaded from={rules}>{(found) => <Editor found={found} replace={rules.set} components={components.data ?? []} teams={teams.data ?? []} />}</Loaded>;
}

function Editor({ found, replace, components, teams }: { found: Revised<Rule[]>; replace: (rules: Revised<Rule[]>) => void; components: Component[]; teams: NamedTeam[] }) {
  const { draft, change, busy, dirty, save, undo, notice } = useWholeList(PATH, found, replace);
  const complete = draft.every((rule) => rule.name.trim() && hasCondition(rule));
  return (
    <>
      <PageHead title={t("admin.rules")} text={t("admin.rules.text")}>
        {undo}
        <button type="button" class="button" onClick={() => change([...draft, newRule(draft)])}>{icon("plus", 16)} {t("admin.rules.add")}</button>
        <Working busy={busy} disabled={!dirty || !complete} onClick={() => void save(draft.map(cleaned), t("admin.rules.saved"))}>{t("admin.save")}</Working>
      </PageHead>
      {notice}
      {dirty && !complete && <p class="notice notice-warn">{t("admin.rules.incomplete")}</p>}
      {(draft.length > 0 || dirty) && <Trial rules={draft} complete={complete} teams={teams} />}
      {draft.length === 0 && <Empty icon="settings" title={t("admin.rules.none")} text={t("admin.rules.none.text")} />}
      <div class="rules">
        {draft.map((rule, i) => (
          <RuleForm key={rule.id} rule={rule} fresh={!found.data.some((old) => old.id === rule.id)} components={components} teams={teams} change={(next) => change(draft.map((old, n) => (n === i ? next : old)))} remove={() => change(draft.filter((_, n) => n !== i))} />
        ))}
      </div>
    </>
  );
}

interface RuleFormProps {
  rule: Rule;
  fresh: boolean;
  components: Component[];
  teams: NamedTeam[];
  change: (rule: Rule) => void;
  remove: () => void;
}

function RuleForm({ rule, fresh, components, teams, change, remove }: RuleFormProps) {
  const then = (part: Partial<Rule["then"]>) => change({ ...rule, then: { ...rule.then, ...part } });
  const on = rule.then.handoff !== false;
  return (
    <details class="rule" open={fresh}>
      <summary>
        {icon("chevron-right", 16)}
        <b>{rule.name || t("admin.rules.unnamed")}</b>
        {!on && <Badge>{t("admin.rules.off")}</Badge>}
        {on && rule.then.urgent && <Badge tone="bad">{t("console.urgent")}</Badge>}
        <span class="muted rule-count">{t("admin.rules.phrases", { n: phraseCount(rule) })}</span>
      </summary>
      <div class="rule-body">
        <Field label={t("admin.rules.name")}><input type="text" maxLength={200} value={rule.name} onInput={(event) => change({ ...rule, name: event.currentTarget.value })} /></Field>
        <div class="rule-words">
          {LOCALES.map((code) => (
            <Field key={code} label={LANGUAGE_NAMES[code]}>
              <textarea rows={6} lang={code} value={(rule.when.words?.[code] ?? []).join("\n")} onInput={(event) => change({ ...rule, when: { ...rule.when, words: { ...rule.when.words, [code]: event.currentTarget.value.split("\n") } } })} />
            </Field>
          ))}
        </div>
        <p class="hint">{t("admin.rules.words.hint")}</p>
        <Components draft={{ components: rule.when.components ?? [] }} set={({ components: chosen }) => change({ ...rule, when: { ...rule.when, components: chosen } })} components={components} />
        <Conditions when={rule.when} change={(when) => change({ ...rule, when })} />
        <div class="rule-foot">
          <label class="check"><input type="checkbox" checked={on} onChange={(event) => then({ handoff: event.currentTarget.checked })} /> {t("admin.rules.handoff")}</label>
          <label class="check"><input type="checkbox" checked={rule.then.urgent === true} disabled={!on} onChange={(event) => then({ urgent: event.currentTarget.checked })} /> {t("admin.rules.urgent")}</label>
          {(teams.length > 0 || rule.then.team) && <TeamChoice team={rule.then.team ?? ""} teams={teams} off={!on} choose={(team) => then({ team })} />}
          <button type="button" class="link link-danger" onClick={remove}>{icon("trash", 14)} {t("admin.rules.remove")}</button>
        </div>
      </div>
    </details>
  );
}

function TeamChoice({ team, teams, off, choose }: { team: string; teams: NamedTeam[]; off: boolean; choose: (team: string | null) => void }) {
  return (
    <label class="inline">
      {t("admin.rules.team")}{" "}
      <select value={team} disabled={off} onChange={(event) => choose(event.currentTarget.value || null)}>
        <option value="">{t("admin.rules.team.any")}</option>
        {team && !teams.some((one) => one.id === team) && <option value={team}>{t("admin.rules.team.gone")}</option>}
        {teams.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
      </select>
    </label>
  );
}
