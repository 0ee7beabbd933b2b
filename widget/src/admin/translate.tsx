/** Make an article the translation of another: it takes over the id, so both are one in several languages. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { get, post } from "../staff/api.ts";
import { Dialog } from "../staff/dialog.tsx";
import { useResource } from "../staff/load.ts";
import { Failure, Field, languageName, Loaded, Working } from "../staff/parts.tsx";
import { go } from "../staff/router.ts";
import { say } from "../staff/toast.tsx";
import type { Article, ArticleRow } from "./types.ts";

export function TranslateDialog({ article, close }: { article: Article; close: () => void }) {
  const rows = useResource("articles", (signal) => get<ArticleRow[]>("/api/admin/articles", signal));
  const [other, choose] = useState("");
  const [busy, work] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const language = languageName(article.locale);
  const submit = async (event: Event) => {
    event.preventDefault();
    work(true);
    fail(null);
    try {
      await post(`/api/admin/articles/${encodeURIComponent(article.id)}/${article.locale}/translates`, { article: other });
      say(t("admin.translate.done"));
      close();
      return go("articles", other, article.locale);
    } catch (problem) {
      fail(problem);
    }
    work(false);
  };
  const fits = (row: ArticleRow) => row.id !== article.id && !row.locales[article.locale];
  const titles = (row: ArticleRow) => Object.values(row.locales).map((one) => one.title).join(" / ");
  return (
    <Dialog title={t("admin.translate")} onClose={close}>
      <Loaded from={rows} isEmpty={(all) => !all.some(fits)} empty={<p class="dialog-text">{t("admin.translate.none", { language })}</p>}>
        {(all) => (
          <form onSubmit={(event) => void submit(event)} class="stack">
            <p class="dialog-text">{t("admin.translate.text", { language })}</p>
            <Field label={t("admin.translate.of")}>
              <select value={other} onChange={(event) => choose(event.currentTarget.value)}>
                <option value="">–</option>
                {all.filter(fits).map((row) => <option key={row.id} value={row.id}>{titles(row)}</option>)}
              </select>
            </Field>
            {error !== null && <Failure error={error} />}
            <div class="dialog-foot">
              <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
              <Working type="submit" busy={busy} disabled={!other}>{t("admin.translate.do")}</Working>
            </div>
          </form>
        )}
      </Loaded>
    </Dialog>
  );
}
