/** What a rule asks of the things that a customer's own site says of them. */
import "./rule-attributes.css";
import { t } from "../shared/i18n.ts";
import { icon } from "../staff/icons.tsx";
import type { AttributeCondition } from "./types.ts";

const COMPARISONS = ["equals", "not", "at_least"] as const;
const MOST = 10;

interface Props {
  conditions: AttributeCondition[];
  change: (conditions: AttributeCondition[]) => void;
}

export function Attributes({ conditions, change }: Props) {
  const set = (at: number, part: Partial<AttributeCondition>) => change(conditions.map((one, n) => (n === at ? { ...one, ...part } : one)));
  return (
    <fieldset class="attributes">
      <legend>{t("admin.rules.attributes")}</legend>
      <p class="hint">{t("admin.rules.attributes.hint")}</p>
      {conditions.map((one, n) => (
        <div key={n} class="attribute">
          <input type="text" maxLength={60} placeholder="plan" aria-label={t("admin.rules.attributes.name")} value={one.name} onInput={(event) => set(n, { name: event.currentTarget.value })} />
          <select aria-label={t("admin.rules.attributes.comparison")} value={one.comparison} onChange={(event) => set(n, { comparison: event.currentTarget.value as AttributeCondition["comparison"] })}>
            {COMPARISONS.map((code) => <option key={code} value={code}>{t(`admin.rules.attributes.${code}`)}</option>)}
          </select>
          <input type="text" maxLength={200} placeholder="gold" aria-label={t("admin.rules.attributes.value")} value={String(one.value)} onInput={(event) => set(n, { value: event.currentTarget.value })} />
          <button type="button" class="icon-button" aria-label={t("admin.rules.attributes.remove")} onClick={() => change(conditions.filter((_, other) => other !== n))}>{icon("trash", 14)}</button>
        </div>
      ))}
      {conditions.length < MOST && (
        <button type="button" class="link" onClick={() => change([...conditions, { name: "", comparison: "equals", value: "" }])}>{icon("plus", 14)} {t("admin.rules.attributes.add")}</button>
      )}
    </fieldset>
  );
}
