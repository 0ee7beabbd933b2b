/** What a rule asks for beside words: language, page, hours, incident. */
import { LANGUAGE_NAMES, LOCALES, t } from "../shared/i18n.ts";
import { Field } from "../staff/parts.tsx";
import { needTexts } from "../staff/texts.ts";
import { later } from "../staff/later.tsx";
import { MORE_TEXTS } from "./more-texts.ts";
import type { Rule } from "./types.ts";

type When = Rule["when"];

const Attributes = later(async () => {
  const [module] = await Promise.all([import("./rule-attributes.tsx"), needTexts(MORE_TEXTS)]);
  return { default: module.Attributes };
});

export function Conditions({ when, change }: { when: When; change: (when: When) => void }) {
  const chosen = when.languages ?? [];
  const toggle = (code: string, on: boolean) => change({ ...when, languages: on ? [...chosen, code] : chosen.filter((other) => other !== code) });
  return (
    <>
      <fieldset class="chips">
        <legend>{t("admin.rules.languages")}</legend>
        {LOCALES.map((code) => (
          <label key={code} class="chip">
            <input type="checkbox" checked={chosen.includes(code)} onChange={(event) => toggle(code, event.currentTarget.checked)} />
            {LANGUAGE_NAMES[code]}
          </label>
        ))}
      </fieldset>
      <div class="two">
        <Field label={t("admin.rules.hours")}>
          <select value={when.hours ?? ""} onChange={(event) => change({ ...when, hours: (event.currentTarget.value || null) as When["hours"] })}>
            <option value="">{t("admin.rules.hours.any")}</option>
            <option value="open">{t("admin.rules.hours.open")}</option>
            <option value="closed">{t("admin.rules.hours.closed")}</option>
          </select>
        </Field>
        <Field label={t("admin.rules.incident")}>
          <select value={when.incident === "minor" ? "any" : (when.incident ?? "")} onChange={(event) => change({ ...when, incident: (event.currentTarget.value || null) as When["incident"] })}>
            <option value="">{t("admin.rules.incident.none")}</option>
            <option value="any">{t("admin.rules.incident.any")}</option>
            <option value="major">{t("admin.rules.incident.major")}</option>
            <option value="critical">{t("admin.rules.incident.critical")}</option>
          </select>
        </Field>
      </div>
      <Field label={t("admin.rules.pages")} hint={t("admin.rules.pages.hint")}>
        <textarea rows={2} value={(when.pages ?? []).join("\n")} onInput={(event) => change({ ...when, pages: event.currentTarget.value.split("\n") })} />
      </Field>
      <Attributes conditions={when.attributes ?? []} change={(attributes) => change({ ...when, attributes })} />
    </>
  );
}
