/** The id and category of a new article; the editor does the rest. */
import { useState } from "preact/hooks";
import { locale, t } from "../shared/i18n.ts";
import { Dialog } from "../staff/dialog.tsx";
import { Field } from "../staff/parts.tsx";
import { go } from "../staff/router.ts";
import { said } from "./said.ts";
import type { ArticleRow, Category } from "./types.ts";

/** What an article that does not exist yet begins with in the editor. */
export const begun = new Map<string, { category: string; title?: string; questions?: string[]; body?: string }>();

export function NewArticleDialog({ categories, taken, close }: { categories: Category[]; taken: ArticleRow[]; close: () => void }) {
  const [id, setId] = useState("");
  const [category, setCategory] = useState(categories[0]?.id ?? "");
  const [error, fail] = useState<string | null>(null);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) return fail(t("admin.article.id.wrong"));
    if (taken.some((row) => row.id === id)) return fail(t("admin.article.id.taken"));
    begun.set(id, { category });
    close();
    go("articles", id, locale.value);
  };
  return (
    <Dialog title={t("admin.article.new")} onClose={close}>
      <form onSubmit={submit} noValidate>
        <Field label={t("admin.article.id")} hint={t("admin.article.id.hint")} error={error}>
          <input type="text" autofocus value={id} spellcheck={false} onInput={(event) => setId(event.currentTarget.value.trim())} />
        </Field>
        <Field label={t("admin.article.category")}>
          <select value={category} onChange={(event) => setCategory(event.currentTarget.value)}>
            {categories.map((item) => <option key={item.id} value={item.id}>{said(item.name) || item.id}</option>)}
          </select>
        </Field>
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
          <button type="submit" class="button button-primary">{t("admin.article.write")}</button>
        </div>
      </form>
    </Dialog>
  );
}
