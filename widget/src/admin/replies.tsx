/** Ready replies: what agents insert with a slash, in every language. */
import { LANGUAGE_NAMES, LOCALES, t } from "../shared/i18n.ts";
import { get } from "../staff/api.ts";
import { useResource } from "../staff/load.ts";
import { Field, languageName } from "../staff/parts.tsx";
import type { Column } from "../staff/table.tsx";
import { ListPage } from "./listed.tsx";

interface Draft {
  category: string;
  name: string;
  texts: Partial<Record<string, string>>;
}
interface Reply extends Draft {
  id: string;
  revision: string;
}
interface Replies {
  variables: string[];
  replies: Reply[];
}

const PATH = "/api/admin/replies";
const NEW: Draft = { category: "", name: "", texts: {} };

export default function RepliesPage() {
  const found = useResource("replies", (signal) => get<Replies>(PATH, signal));
  const columns: Column<Reply>[] = [
    { key: "name", title: t("admin.replies.name"), cell: (row) => <b>{row.name}</b> },
    { key: "category", title: t("admin.replies.category"), cell: (row) => row.category },
    { key: "languages", title: t("admin.replies.languages"), cell: (row) => LOCALES.filter((code) => row.texts[code]).map(languageName).join(", ") },
  ];
  return (
    <ListPage<Replies, Draft, Reply>
      words="admin.replies" shape="message" path={PATH} found={found} columns={columns} fresh={NEW} hint={t("admin.replies.none.text")} wide
      rows={({ replies }) => replies}
      draftOf={({ category, name, texts }) => ({ category, name, texts })}
      complete={({ category, name, texts }) => Boolean(name.trim() && category.trim() && Object.values(texts).some((text) => text?.trim()))}
      form={(draft, change) => <Fields draft={draft} change={change} variables={found.data?.variables ?? []} />}
    />
  );
}

function Fields({ draft, change, variables }: { draft: Draft; change: (draft: Draft) => void; variables: string[] }) {
  return (
    <>
      <Field label={t("admin.replies.name")}><input type="text" autofocus maxLength={120} value={draft.name} onInput={(event) => change({ ...draft, name: event.currentTarget.value })} /></Field>
      <Field label={t("admin.replies.category")}><input type="text" maxLength={80} value={draft.category} onInput={(event) => change({ ...draft, category: event.currentTarget.value })} /></Field>
      {LOCALES.map((code) => (
        <Field key={code} label={LANGUAGE_NAMES[code]}>
          <textarea rows={3} maxLength={4000} lang={code} value={draft.texts[code] ?? ""} onInput={(event) => change({ ...draft, texts: { ...draft.texts, [code]: event.currentTarget.value } })} />
        </Field>
      ))}
      <p class="hint">{t("admin.replies.values", { names: variables.map((name) => `{${name}}`).join(" ") })}</p>
    </>
  );
}
