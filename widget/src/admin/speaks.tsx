/** The languages a person writes, as chips. */
import { LANGUAGE_NAMES, LOCALES, t } from "../shared/i18n.ts";

export function Speaks({ languages, speak }: { languages: string[]; speak: (languages: string[]) => void }) {
  return (
    <fieldset class="chips">
      <legend>{t("admin.people.languages")}</legend>
      {LOCALES.map((code) => (
        <label key={code} class="chip" lang={code}>
          <input type="checkbox" checked={languages.includes(code)} onChange={(event) => speak(event.currentTarget.checked ? [...languages, code] : languages.filter((other) => other !== code))} />
          {LANGUAGE_NAMES[code]}
        </label>
      ))}
    </fieldset>
  );
}
