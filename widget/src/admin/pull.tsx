/** Take an article out of every answer at once: asked first, with the reason for its history. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { call, query } from "../staff/api.ts";
import { Dialog } from "../staff/dialog.tsx";
import { Failure, Field, languageName, Working } from "../staff/parts.tsx";
import { say } from "../staff/toast.tsx";
import { useSending } from "./sending.ts";
import type { Article } from "./types.ts";

export function PullDialog({ article, close, pulled }: { article: Article; close: () => void; pulled: () => void }) {
  const [reason, give] = useState("");
  const [everywhere, widen] = useState(false);
  const { busy, error, submit } = useSending(async () => {
    const one = `/api/admin/articles/${encodeURIComponent(article.id)}`;
    await call("DELETE", `${everywhere ? one : `${one}/${article.locale}`}${query({ reason: reason.trim() })}`);
    say(t("admin.pulled"));
    close();
    pulled();
  });
  return (
    <Dialog title={t("admin.pull.title")} onClose={close}>
      <form onSubmit={submit} class="stack">
        <p class="dialog-text">{t("admin.pull.text", { language: languageName(article.locale) })}</p>
        <Field label={t("admin.pull.reason")} hint={t("admin.pull.reason.hint")}>
          <input value={reason} maxLength={300} onInput={(event) => give(event.currentTarget.value)} />
        </Field>
        <label class="check">
          <input type="checkbox" checked={everywhere} onChange={(event) => widen(event.currentTarget.checked)} /> {t("admin.pull.everywhere")}
        </label>
        {error !== null && <Failure error={error} />}
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
          <Working type="submit" kind="button-danger" busy={busy}>{t("admin.pull")}</Working>
        </div>
      </form>
    </Dialog>
  );
}
