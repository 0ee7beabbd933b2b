/** Teams: who is in them, and which languages they write. */
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
import { isDisabled } from "./people.tsx";
import type { StaffMember } from "./types.ts";

interface Draft {
  name: string;
  languages: string[];
  members: string[];
}
interface Team extends Draft {
  id: string;
}

const PATH = "/api/admin/teams";
const NEW: Draft = { name: "", languages: [], members: [] };

export default function TeamsPage() {
  const teams = useResource("teams", (signal) => get<Team[]>(PATH, signal));
  const people = useResource("people", (signal) => get<StaffMember[]>("/api/admin/agents", signal));
  const [edited, edit] = useState<Draft | Team | null>(null);
  const staff = (people.data ?? []).filter((one) => !isDisabled(one));
  const remove = async (row: Team) => {
    const question = { title: t("admin.teams.remove.title", { name: row.name }), text: t("admin.teams.remove.text"), yes: t("admin.replies.remove"), danger: true };
    if (await ask(question)) await call<Team[]>("DELETE", `${PATH}/${encodeURIComponent(row.id)}`).then(teams.set, sayError);
  };
  return (
    <>
      <PageHead title={t("admin.teams")} text={t("admin.teams.text")}>
        <button type="button" class="button button-primary" onClick={() => edit(NEW)}>{icon("plus", 16)} {t("admin.teams.add")}</button>
      </PageHead>
      <Loaded from={teams} isEmpty={(list) => !list.length} empty={<Empty icon="users" title={t("admin.teams.none")} />}>
        {(list) => <Table caption={t("admin.teams")} columns={columns(staff, edit, (row) => void remove(row))} rows={list} rowKey={(row) => row.id} />}
      </Loaded>
      {edited && <Edit draft={edited} staff={staff} close={() => edit(null)} done={() => { edit(null); say(t("admin.replies.saved")); teams.reload(); }} />}
    </>
  );
}

function columns(staff: StaffMember[], edit: (row: Team) => void, remove: (row: Team) => void): Column<Team>[] {
  const names = (ids: string[]) => staff.filter((one) => ids.includes(one.id)).map((one) => one.name).join(", ");
  return [
    { key: "name", title: t("staff.name"), cell: (row) => <b>{row.name}</b> },
    { key: "members", title: t("admin.teams.members"), cell: (row) => names(row.members) },
    { key: "languages", title: t("admin.teams.languages"), cell: (row) => row.languages.map(languageName).join(", ") },
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

function Edit({ draft, staff, close, done }: { draft: Draft | Team; staff: StaffMember[]; close: () => void; done: () => void }) {
  const [team, change] = useState<Draft>({ name: draft.name, languages: draft.languages, members: draft.members });
  const known = "id" in draft ? draft.id : null;
  const [busy, work] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const save = async (event: Event) => {
    event.preventDefault();
    work(true);
    await call(known === null ? "POST" : "PUT", known === null ? PATH : `${PATH}/${encodeURIComponent(known)}`, team).then(done, fail);
    work(false);
  };
  return (
    <Dialog title={known ? t("admin.replies.edit") : t("admin.teams.add")} onClose={close}>
      <form onSubmit={(event) => void save(event)}>
        <Field label={t("staff.name")}><input type="text" autofocus maxLength={120} value={team.name} onInput={(event) => change({ ...team, name: event.currentTarget.value })} /></Field>
        <Chips legend={t("admin.teams.members")} of={staff.map((one) => ({ id: one.id, name: one.name }))} chosen={team.members} change={(members) => change({ ...team, members })} />
        <Chips legend={t("admin.teams.languages")} of={LOCALES.map((code) => ({ id: code, name: LANGUAGE_NAMES[code] }))} chosen={team.languages} change={(languages) => change({ ...team, languages })} />
        {error !== null && <Failure error={error} />}
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
          <Working type="submit" busy={busy} disabled={!team.name.trim()}>{t("admin.save")}</Working>
        </div>
      </form>
    </Dialog>
  );
}

function Chips({ legend, of, chosen, change }: { legend: string; of: { id: string; name: string }[]; chosen: string[]; change: (ids: string[]) => void }) {
  return (
    <fieldset class="chips">
      <legend>{legend}</legend>
      {of.map(({ id, name }) => (
        <label key={id} class="chip">
          <input type="checkbox" checked={chosen.includes(id)} onChange={(event) => change(event.currentTarget.checked ? [...chosen, id] : chosen.filter((other) => other !== id))} />
          {name}
        </label>
      ))}
    </fieldset>
  );
}
