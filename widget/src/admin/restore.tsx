/** Go back to an old version of an article: asked first; nothing is deleted by it. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { ApiError, post } from "../staff/api.ts";
import { Dialog } from "../staff/dialog.tsx";
import { Failure, Working } from "../staff/parts.tsx";
import { say } from "../staff/toast.tsx";
import { useSending } from "./sending.ts";
import type { Article, ArticleVersion } from "./types.ts";

interface RestoreProps {
  article: Article;
  row: ArticleVersion;
  /** Where the article's versions are. */
  path: string;
  close: () => void;
  restored: (article: Article) => void;
  reload: () => void;
}

export function RestoreDialog({ article, row, path, close, restored, reload }: RestoreProps) {
  const [publish, choose] = useState(article.published && !row.pulled);
  const { busy, error, submit } = useSending(async () => {
    const saved = await post<Article>(`${path}/${row.version}/restore`, { base_version: article.version, publish });
    say(saved.version === article.version ? t("admin.versions.same") : t("admin.versions.restored", { n: saved.version ?? 0, old: row.version }));
    restored(saved);
  });
  const stale = error instanceof ApiError && error.code === "version_conflict";
  return (
    <Dialog title={t("admin.versions.restore.title", { n: row.version })} onClose={close}>
      <form onSubmit={submit} class="stack">
        <p class="dialog-text">{t("admin.versions.restore.text", { n: row.version, latest: article.version ?? 0 })}</p>
        {row.pulled && <p class="notice notice-warn" dir="auto">{t("admin.versions.restore.pulled", { author: row.pulled.author })} {row.pulled.reason}</p>}
        <label class="check">
          <input type="checkbox" checked={publish} onChange={(event) => choose(event.currentTarget.checked)} /> {t("admin.versions.restore.publish")}
        </label>
        {stale && <p class="notice notice-warn" role="alert">{t("admin.versions.newer")}</p>}
        {error !== null && !stale && <Failure error={error} />}
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
          {stale ? <button type="button" class="button button-primary" onClick={reload}>{t("admin.versions.reload")}</button> : <Working type="submit" busy={busy}>{t("admin.versions.restore")}</Working>}
        </div>
      </form>
    </Dialog>
  );
}
