/** A list of things that are added, edited in a dialog and removed: ready replies, teams. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { call, get, query } from "../staff/api.ts";
import { ask, Dialog } from "../staff/dialog.tsx";
import { icon, type IconName } from "../staff/icons.tsx";
import type { Resource } from "../staff/load.ts";
import { Empty, Failure, Loaded, Working } from "../staff/parts.tsx";
import { Table, type Column } from "../staff/table.tsx";
import { say, sayError } from "../staff/toast.tsx";
import { Newer, overwritten, useNewer } from "./newer.tsx";
import { PageHead } from "./page-head.tsx";
import { useSending } from "./sending.ts";

interface Row {
  id: string;
  name: string;
  revision: string;
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
  const [edited, edit] = useState<{ draft: Draft; row: Known | null } | null>(null);
  const remove = async (row: Known) => {
    const question = { title: t(`${words}.remove.title`, { name: row.name }), text: t(`${words}.remove.text`), yes: t("admin.replies.remove"), danger: true };
    if (!(await ask(question))) return;
    await call<Whole>("DELETE", addressOf(path, row)).then(found.set, (error: unknown) => {
      found.reload();
      if (overwritten(error) === null) sayError(error);
      else say(t("admin.newer.kept", { name: row.name }), "error");
    });
  };
  const acts: Column<Known> = {
    key: "act", title: "", cell: (row) => (
      <span class="row-actions">
        <button type="button" class="link" onClick={() => edit({ draft: props.draftOf(row), row })}>{icon("pencil", 14)} {t("admin.replies.edit")}</button>
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
        <button type="button" class="button button-primary" onClick={() => edit({ draft: props.fresh, row: null })}>{icon("plus", 16)} {t(`${words}.add`)}</button>
      </PageHead>
      <Loaded from={found} isEmpty={(whole) => !rows(whole).length} empty={<Empty icon={props.shape} title={t(`${words}.none`)} {...(props.hint ? { text: props.hint } : {})} />}>
        {(whole) => <Table caption={t(words)} columns={[...props.columns, acts]} rows={rows(whole)} rowKey={(row) => row.id} />}
      </Loaded>
      {edited && <Edit {...props} edited={edited} close={() => edit(null)} done={done} />}
    </>
  );
}

/** Of the row as it was read: the server refuses where it is another one by now. */
const addressOf = (path: string, { id, revision }: Row) => `${path}/${encodeURIComponent(id)}${query({ base: revision })}`;

interface EditProps<Draft, Known> {
  edited: { draft: Draft; row: Known | null };
  close: () => void;
  done: () => void;
}

function Edit<Whole, Draft, Known extends Draft & Row>({ words, path, wide, form, complete, found, rows, draftOf, edited, close, done }: Props<Whole, Draft, Known> & EditProps<Draft, Known>) {
  const [draft, change] = useState(edited.draft);
  const [base, follow] = useState(edited.row);
  const read = async () => {
    const whole = await get<Whole>(path);
    found.set(whole);
    return rows(whole).find(({ id }) => id === edited.row?.id) ?? null;
  };
  const { busy, error, fail, submit } = useSending(async () => {
    const row = newer ? newer.theirs : base; // what a colleague took away is added again
    await call(row ? "PUT" : "POST", row ? addressOf(path, row) : path, draft).then(done, refused);
  });
  const { newer, refused, forget } = useNewer(read, fail);
  const take = (theirs: Known) => {
    follow(theirs);
    change(draftOf(theirs));
    forget();
  };
  const theirs = newer?.theirs;
  return (
    <Dialog title={edited.row ? t("admin.replies.edit") : t(`${words}.add`)} onClose={close} wide={wide ?? false}>
      <form onSubmit={submit}>
        {newer && <Newer text={newer.text} {...(theirs ? { show: () => take(theirs) } : {})} />}
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
