/** Ready replies: what agents insert with a slash, in every language. */
import { useState } from "preact/hooks";
import { LANGUAGE_NAMES, LOCALES, t } from "../shared/i18n.ts";
import { call, get } from "../staff/api.ts";
import { ask, Dialog } from "../staff/dialog.tsx";
import { icon } from "../staff/icons.tsx";
import { useResource } from "../staff/load.ts";
import { Empty, Failure, Field, languageName, Loaded, Working } from "../staff/parts.tsx";
import { Table, type Column } from "../staff/table.tsx";
import { say, sayError } from "../staff/toast.tsx";
import { PageHead } from "./page-head.tsx";

interface Draft {
  category: string;
  name: string;
  texts: Partial<Record<string, string>>;
}
interface Reply extends Draft {
  id: string;
}
interface Replies {
  variables: string[];
  replies: Reply[];
}

const PATH = "/api/admin/replies";
const NEW: Draft = { category: "", name: "", texts: {} };

export default function RepliesPage() {
  const found = useResource("replies", (signal) => get<Replies>(PATH, signal));
  const [edited, edit] = useState<Draft | Reply | null>(null);
  const remove = async (row: Reply) => {
    const question = { title: t("admin.replies.remove.title", { name: row.name }), text: t("admin.replies.remove.text"), yes: t("admin.replies.remove"), danger: true };
    if (await ask(question)) await call<Replies>("DELETE", `${PATH}/${encodeURIComponent(row.id)}`).then(found.set, sayError);
  };
  return (
    <>
      <PageHead title={t("admin.replies")} text={t("admin.replies.text")}>
        <button type="button" class="button button-primary" onClick={() => edit(NEW)}>{icon("plus", 16)} {t("admin.replies.add")}</button>
      </PageHead>
      <Loaded from={found} isEmpty={({ replies }) => !replies.length} empty={<Empty icon="message" title={t("admin.replies.none")} text={t("admin.replies.none.text")} />}>
        {({ replies }) => <Table caption={t("admin.replies")} columns={columns(edit, (row) => void remove(row))} rows={replies} rowKey={(row) => row.id} />}
      </Loaded>
      {edited && <Edit draft={edited} variables={found.data?.variables ?? []} close={() => edit(null)} done={() => { edit(null); say(t("admin.replies.saved")); found.reload(); }} />}
    </>
  );
}

function columns(edit: (row: Reply) => void, remove: (row: Reply) => void): Column<Reply>[] {
  return [
    { key: "name", title: t("staff.name"), cell: (row) => <b>{row.name}</b> },
    { key: "category", title: t("admin.replies.category"), cell: (row) => row.category },
    { key: "languages", title: t("admin.replies.languages"), cell: (row) => LOCALES.filter((code) => row.texts[code]).map(languageName).join(", ") },
    {
      key: "act", title: "", cell: (row) => (
        <span class="row-actions">
          <button type="button" class="link" onClick={() => edit(row)}>{icon("pencil", 14)} {t("admin.replies.edit")}</button>
          <button type="button" class="link link-danger" onClick={() => remove(row)}>{t("admin.replies.remove")}</button>
        </span>
      ),
    },
  ];
}

function Edit({ draft, variables, close, done }: { draft: Draft | Reply; variables: string[]; close: () => void; done: () => void }) {
  const [reply, change] = useState<Draft>({ category: draft.category, name: draft.name, texts: draft.texts });
  const known = "id" in draft ? draft.id : null;
  const [busy, work] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const save = async (event: Event) => {
    event.preventDefault();
    work(true);
    await call(known === null ? "POST" : "PUT", known === null ? PATH : `${PATH}/${encodeURIComponent(known)}`, reply).then(done, fail);
    work(false);
  };
  const complete = reply.name.trim() && reply.category.trim() && Object.values(reply.texts).some((text) => text?.trim());
  return (
    <Dialog title={known ? t("admin.replies.edit") : t("admin.replies.add")} onClose={close} wide>
      <form onSubmit={(event) => void save(event)}>
        <Field label={t("staff.name")}><input type="text" autofocus maxLength={120} value={reply.name} onInput={(event) => change({ ...reply, name: event.currentTarget.value })} /></Field>
        <Field label={t("admin.replies.category")}><input type="text" maxLength={80} value={reply.category} onInput={(event) => change({ ...reply, category: event.currentTarget.value })} /></Field>
        {LOCALES.map((code) => (
          <Field key={code} label={LANGUAGE_NAMES[code]}>
            <textarea rows={3} maxLength={4000} lang={code} value={reply.texts[code] ?? ""} onInput={(event) => change({ ...reply, texts: { ...reply.texts, [code]: event.currentTarget.value } })} />
          </Field>
        ))}
        <p class="hint">{t("admin.replies.values", { names: variables.map((name) => `{${name}}`).join(" ") })}</p>
        {error !== null && <Failure error={error} />}
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
          <Working type="submit" busy={busy} disabled={!complete}>{t("admin.save")}</Working>
        </div>
      </form>
    </Dialog>
  );
}
