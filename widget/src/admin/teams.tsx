/** Teams: who is in them, and which languages they write. */
import { LANGUAGE_NAMES, LOCALES, t } from "../shared/i18n.ts";
import { get } from "../staff/api.ts";
import { useResource } from "../staff/load.ts";
import { Field, languageName } from "../staff/parts.tsx";
import type { Column } from "../staff/table.tsx";
import { ListPage } from "./listed.tsx";
import { isDisabled } from "./people.tsx";
import type { StaffMember } from "./types.ts";

interface Draft {
  name: string;
  languages: string[];
  members: string[];
}
interface Team extends Draft {
  id: string;
  revision: string;
}

const PATH = "/api/admin/teams";
const NEW: Draft = { name: "", languages: [], members: [] };

export default function TeamsPage() {
  const teams = useResource("teams", (signal) => get<Team[]>(PATH, signal));
  const people = useResource("people", (signal) => get<StaffMember[]>("/api/admin/agents", signal));
  const staff = (people.data ?? []).filter((one) => !isDisabled(one));
  const names = (ids: string[]) => staff.filter((one) => ids.includes(one.id)).map((one) => one.name).join(", ");
  const columns: Column<Team>[] = [
    { key: "name", title: t("admin.replies.name"), cell: (row) => <b>{row.name}</b> },
    { key: "members", title: t("admin.teams.members"), cell: (row) => names(row.members) || <span class="muted">–</span> },
    { key: "languages", title: t("admin.teams.languages"), cell: (row) => row.languages.map(languageName).join(", ") || <span class="muted">–</span> },
  ];
  return (
    <ListPage<Team[], Draft, Team>
      words="admin.teams" shape="users" path={PATH} found={teams} columns={columns} fresh={NEW}
      rows={(list) => list}
      draftOf={({ name, languages, members }) => ({ name, languages, members })}
      complete={({ name }) => Boolean(name.trim())}
      form={(team, change) => (
        <>
          <Field label={t("admin.replies.name")}><input type="text" autofocus maxLength={120} value={team.name} onInput={(event) => change({ ...team, name: event.currentTarget.value })} /></Field>
          <Chips legend={t("admin.teams.members")} of={staff.map((one) => ({ id: one.id, name: one.name }))} chosen={team.members} change={(members) => change({ ...team, members })} />
          <Chips legend={t("admin.teams.languages")} of={LOCALES.map((code) => ({ id: code, name: LANGUAGE_NAMES[code] }))} chosen={team.languages} change={(languages) => change({ ...team, languages })} />
        </>
      )}
    />
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
