/** A list of things that are added, edited in a dialog and removed: ready replies, teams. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { call } from "../staff/api.ts";
import { ask, Dialog } from "../staff/dialog.tsx";
import { icon, type IconName } from "../staff/icons.tsx";
import type { Resource } from "../staff/load.ts";
import { Empty, Failure, Loaded, Working } from "../staff/parts.tsx";
import { Table, type Column } from "../staff/table.tsx";
import { say, sayError } from "../staff/toast.tsx";
import { PageHead } from "./page-head.tsx";

interface Row {
  id: string;
  name: string;
}

interface Props<Whole, Draft, Known extends Draft & Row> {
  /** The beginning of its texts: `admin.teams` has `.add`, `.none`, `.remove.title` and so on. */
  words: string;
  shape: IconName;
  path: string;
  found: Resource<Whole>;
  rows: (whole: Whole) => Known[];
  columns: Column<Known>[];
  fresh: Draft;
  /** What is sent: without the id. */
  draftOf: (row: Draft) => Draft;
  complete: (draft: Draft) => boolean;
  form: (draft: Draft, change: (draft: Draft) => void) => ComponentChildren;
  /** A sentence under the title of an empty list. */
  hint?: string;
  wide?: boolean;
}

export function ListPage<Whole, Draft, Known extends Draft & Row>(props: Props<Whole, Draft, Known>) {
  const { words, found, rows, path } = props;
  const [edited, edit] = useState<{ draft: Draft; id: string | null } | null>(null);
  const remove = async (row: Known) => {
    const question = { title: t(`${words}.remove.title`, { name: row.name }), text: t(`${words}.remove.text`), yes: t("admin.replies.remove"), danger: true };
    if (await ask(question)) await call<Whole>("DELETE", `${path}/${encodeURIComponent(row.id)}`).then(found.set, sayError);
  };
  const acts: Column<Known> = {
    key: "act", title: "", cell: (row) => (
      <span class="row-actions">
        <button type="button" class="link" onClick={() => edit({ draft: props.draftOf(row), id: row.id })}>{icon("pencil", 14)} {t("admin.replies.edit")}</button>
        <button type="button" class="link link-danger" onClick={() => void remove(row)}>{t("admin.replies.remove")}</button>
      </span>
    ),
  };
  const done = () => {
    edit(null);
    say(t("admin.replies.saved"));
    found.reload();
  };
  return (
    <>
      <PageHead title={t(words)} text={t(`${words}.text`)}>
        <button type="button" class="button button-primary" onClick={() => edit({ draft: props.fresh, id: null })}>{icon("plus", 16)} {t(`${words}.add`)}</button>
      </PageHead>
      <Loaded from={found} isEmpty={(whole) => !rows(whole).length} empty={<Empty icon={props.shape} title={t(`${words}.none`)} {...(props.hint ? { text: props.hint } : {})} />}>
        {(whole) => <Table caption={t(words)} columns={[...props.columns, acts]} rows={rows(whole)} rowKey={(row) => row.id} />}
      </Loaded>
      {edited && <Edit {...props} edited={edited} close={() => edit(null)} done={done} />}
    </>
  );
}

function Edit<Whole, Draft, Known extends Draft & Row>({ words, path, wide, form, complete, edited, close, done }: Props<Whole, Draft, Known> & { edited: { draft: Draft; id: string | null }; close: () => void; done: () => void }) {
  const [draft, change] = useState(edited.draft);
  const [busy, work] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const save = async (event: Event) => {
    event.preventDefault();
    work(true);
    const { id } = edited;
    await call(id === null ? "POST" : "PUT", id === null ? path : `${path}/${encodeURIComponent(id)}`, draft).then(done, fail);
    work(false);
  };
  return (
    <Dialog title={edited.id === null ? t(`${words}.add`) : t("admin.replies.edit")} onClose={close} wide={wide ?? false}>
      <form onSubmit={(event) => void save(event)}>
        {form(draft, change)}
        {error !== null && <Failure error={error} />}
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
          <Working type="submit" busy={busy} disabled={!complete(draft)}>{t("admin.save")}</Working>
        </div>
      </form>
    </Dialog>
  );
}
