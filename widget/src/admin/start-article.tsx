/** An article begun from what a person answered to a question that the bot could not. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { get } from "../staff/api.ts";
import { Dialog } from "../staff/dialog.tsx";
import { useResource } from "../staff/load.ts";
import { Field, Loaded } from "../staff/parts.tsx";
import { go } from "../staff/router.ts";
import { when } from "../staff/when.ts";
import { begun } from "./new-article.tsx";
import { said } from "./said.ts";
import type { ArticleRow, Category, Unanswered } from "./types.ts";

/** An id made of the question's words, as far as these can stand in an address; "" where none can. */
export function idFrom(text: string): string {
  const words = text.toLowerCase().normalize("NFKD").replace(/[^a-z0-9\s-]/g, "").split(/[\s-]+/).filter(Boolean);
  return words.slice(0, 6).join("-");
}

interface Lists {
  categories: Category[];
  taken: ArticleRow[];
}

export function StartArticle({ asked, close }: { asked: Unanswered; close: () => void }) {
  const lists = useResource<Lists>("start", async (signal) => ({
    categories: await get<Category[]>("/api/admin/categories", signal),
    taken: await get<ArticleRow[]>("/api/admin/articles", signal),
  }));
  return (
    <Dialog title={t("admin.unanswered.start.empty")} onClose={close} wide>
      <p class="dialog-text question" dir="auto" lang={asked.language}>{asked.text}</p>
      <Loaded from={lists}>{(found) => <Begin asked={asked} lists={found} close={close} />}</Loaded>
    </Dialog>
  );
}

function Begin({ asked, lists, close }: { asked: Unanswered; lists: Lists; close: () => void }) {
  const [chosen, choose] = useState(asked.replies.length ? 0 : -1);
  const [id, setId] = useState(idFrom(asked.text));
  const [category, setCategory] = useState(lists.categories[0]?.id ?? "");
  const [error, fail] = useState<string | null>(null);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) return fail(t("admin.unanswered.id.wrong"));
    if (lists.taken.some((row) => row.id === id)) return fail(t("admin.article.id.taken"));
    begun.set(id, { category, title: asked.text, questions: [asked.text], body: asked.replies[chosen]?.text ?? "" });
    close();
    go("articles", id, asked.language);
  };
  return (
    <form onSubmit={submit} noValidate>
      {asked.replies.length > 0 && <Replies asked={asked} chosen={chosen} choose={choose} />}
      <Field label={t("admin.article.id")} hint={t("admin.article.id.hint")} error={error}>
        <input type="text" value={id} spellcheck={false} onInput={(event) => setId(event.currentTarget.value.trim())} />
      </Field>
      <Field label={t("admin.article.category")}>
        <select value={category} onChange={(event) => setCategory(event.currentTarget.value)}>
          {lists.categories.map((item) => <option key={item.id} value={item.id}>{said(item.name) || item.id}</option>)}
        </select>
      </Field>
      <div class="dialog-foot">
        <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
        <button type="submit" class="button button-primary">{t("admin.article.write")}</button>
      </div>
    </form>
  );
}

function Replies({ asked, chosen, choose }: { asked: Unanswered; chosen: number; choose: (n: number) => void }) {
  return (
    <fieldset class="replies">
      <legend>{t("admin.unanswered.choose")}</legend>
      <p class="hint">{t("admin.unanswered.check")}</p>
      {asked.replies.map((reply, i) => (
        <label key={reply.at} class="reply">
          <input type="radio" name="reply" checked={chosen === i} onChange={() => choose(i)} />
          <span>
            <span class="muted">{t("admin.unanswered.replied", { name: reply.name, when: when(reply.at) })}</span>
            <span class="reply-text" dir="auto">{reply.text}</span>
          </span>
        </label>
      ))}
      <label class="reply"><input type="radio" name="reply" checked={chosen < 0} onChange={() => choose(-1)} /> {t("admin.unanswered.choose.none")}</label>
    </fieldset>
  );
}
