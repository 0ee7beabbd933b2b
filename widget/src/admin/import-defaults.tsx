/** What holds for documents whose source says nothing: folded away, since most sources say enough. */
import { LANGUAGE_NAMES, LOCALES, t } from "../shared/i18n.ts";
import { icon } from "../staff/icons.tsx";
import { Field } from "../staff/parts.tsx";

export const AUDIENCES = ["public", "signed_in", "staff"] as const;

export interface Wanted {
  locale: string;
  category: string;
  collection: string;
  audience: string;
  draft: boolean;
}
export const NOTHING: Wanted = { locale: "", category: "", collection: "", audience: "", draft: false };

/** As the server takes it: what was left empty is null. */
export function settled(wanted: Wanted) {
  const { locale, category, collection, audience, draft } = wanted;
  return { locale: locale || null, category: category.trim() || null, collection: collection.trim() || null, audience: audience || null, draft };
}

export function Defaults({ defaults, change, collections = false }: { defaults: Wanted; change: (wanted: Wanted) => void; collections?: boolean }) {
  const set = (part: Partial<Wanted>) => change({ ...defaults, ...part });
  return (
    <details class="raw">
      <summary>{icon("chevron-right", 14)} {t("admin.imports.more")}</summary>
      <p class="hint">{t("admin.imports.more.hint")}</p>
      <div class="two">
        <Field label={t("admin.imports.locale")}>
          <select value={defaults.locale} onChange={(event) => set({ locale: event.currentTarget.value })}>
            <option value="">{t("admin.imports.locale.auto")}</option>
            {LOCALES.map((code) => <option key={code} value={code}>{LANGUAGE_NAMES[code]}</option>)}
          </select>
        </Field>
        <Field label={t("admin.audience")}>
          <select value={defaults.audience} onChange={(event) => set({ audience: event.currentTarget.value })}>
            <option value="">{t("admin.imports.audience.auto")}</option>
            {AUDIENCES.map((one) => <option key={one} value={one}>{t(`admin.audience.${one}`)}</option>)}
          </select>
        </Field>
        <Field label={t("admin.article.category")}>
          <input type="text" value={defaults.category} onInput={(event) => set({ category: event.currentTarget.value })} />
        </Field>
        {collections && (
          <Field label={t("admin.collection")}>
            <input type="text" value={defaults.collection} onInput={(event) => set({ collection: event.currentTarget.value })} />
          </Field>
        )}
      </div>
      <label class="check">
        <input type="checkbox" checked={defaults.draft} onChange={(event) => set({ draft: event.currentTarget.checked })} /> {t("admin.imports.draft")}
      </label>
    </details>
  );
}
