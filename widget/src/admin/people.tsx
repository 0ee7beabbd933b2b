/** Who may sign in: add somebody, change them, give a new one-time link, shut somebody out and let them in again. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { get, post } from "../staff/api.ts";
import { ask, Dialog } from "../staff/dialog.tsx";
import { icon } from "../staff/icons.tsx";
import { useResource } from "../staff/load.ts";
import { Badge, Empty, Failure, Field, languageName, Loaded, Working } from "../staff/parts.tsx";
import { session } from "../staff/session.ts";
import { Table, type Column } from "../staff/table.tsx";
import { say, sayError } from "../staff/toast.tsx";
import { PageHead } from "./page-head.tsx";
import { EditPerson } from "./person-edit.tsx";
import { useSending } from "./sending.ts";
import { Speaks } from "./speaks.tsx";
import type { StaffMember } from "./types.ts";

interface Given {
  name: string;
  url: string;
}

export function isDisabled(member: StaffMember): boolean {
  return member.disabled === true || member.active === false || member.status === "disabled";
}

export default function PeoplePage() {
  const people = useResource("people", (signal) => get<StaffMember[]>("/api/admin/agents", signal));
  const [adding, add] = useState(false);
  const [given, give] = useState<Given | null>(null);
  const [edited, edit] = useState<StaffMember | null>(null);
  return (
    <>
      <PageHead title={t("admin.people")} text={t("admin.people.text")}>
        <button type="button" class="button button-primary" onClick={() => add(true)}>{icon("plus", 16)} {t("admin.people.add")}</button>
      </PageHead>
      <Loaded from={people} isEmpty={(list) => !list.length} empty={<Empty icon="users" title={t("admin.people.none")} />}>
        {(list) => <Table caption={t("admin.people")} columns={columns(give, edit, people.reload)} rows={list} rowKey={(row) => row.id} />}
      </Loaded>
      {adding && <AddDialog close={() => add(false)} done={(link) => { add(false); give(link); people.reload(); }} />}
      {edited && <EditPerson key={edited.id} person={edited} close={() => edit(null)} done={() => { edit(null); people.reload(); }} />}
      {given && <LinkDialog given={given} close={() => give(null)} />}
    </>
  );
}

function columns(give: (given: Given) => void, edit: (person: StaffMember) => void, reload: () => void): Column<StaffMember>[] {
  return [
    { key: "name", title: t("staff.name"), cell: (row) => <b class="person-name">{row.name}{row.id === session.value?.agent.id && <span class="muted"> {t("admin.people.you")}</span>}</b> },
    { key: "role", title: t("admin.people.role"), cell: (row) => <Badge tone={row.role === "admin" ? "accent" : "plain"}>{t(`admin.role.${row.role}`)}</Badge> },
    { key: "languages", title: t("admin.people.languages"), cell: (row) => row.languages.map(languageName).join(", ") },
    { key: "capacity", title: t("admin.people.capacity"), number: true, cell: (row) => (isDisabled(row) ? "–" : t("admin.people.load", { load: row.load, capacity: row.account_capacity })) },
    { key: "state", title: t("admin.state"), cell: (row) => (isDisabled(row) ? <Badge tone="bad">{t("admin.people.disabled")}</Badge> : <span class="muted">{t("admin.people.active")}</span>) },
    { key: "act", title: "", cell: (row) => <Ways row={row} give={give} edit={() => edit(row)} reload={reload} /> },
  ];
}

function Ways({ row, give, edit, reload }: { row: StaffMember; give: (given: Given) => void; edit: () => void; reload: () => void }) {
  const address = `/api/admin/agents/${encodeURIComponent(row.id)}`;
  const renew = async () => {
    const question = { title: t("admin.people.link.title", { name: row.name }), text: t("admin.people.link.text"), yes: t("admin.people.link") };
    if (!(await ask(question))) return;
    await post<{ sign_in_url: string }>(`${address}/sign-in-link`).then((answer) => give({ name: row.name, url: answer.sign_in_url }), sayError);
  };
  const enable = async () => {
    const question = { title: t("admin.people.enable.title", { name: row.name }), text: t("admin.people.enable.text"), yes: t("admin.people.enable") };
    if (!(await ask(question))) return;
    await post<{ sign_in_url: string }>(`${address}/enable`).then((answer) => give({ name: row.name, url: answer.sign_in_url }), sayError);
    reload();
  };
  const disable = async () => {
    const question = { title: t("admin.people.disable.title", { name: row.name }), text: t("admin.people.disable.text"), yes: t("admin.people.disable"), danger: true };
    if (!(await ask(question))) return;
    await post(`${address}/disable`).then(() => say(t("admin.people.disabled.done", { name: row.name })), sayError);
    reload();
  };
  return (
    <span class="row-actions">
      {!isDisabled(row) && <button type="button" class="link" onClick={() => void renew()}>{icon("key", 14)} {t("admin.people.link")}</button>}
      {!isDisabled(row) && <button type="button" class="link" onClick={edit}>{icon("pencil", 14)} {t("admin.people.edit")}</button>}
      {isDisabled(row) && <button type="button" class="link" onClick={() => void enable()}>{t("admin.people.enable")}</button>}
      {!isDisabled(row) && row.id !== session.value?.agent.id && <button type="button" class="link link-danger" onClick={() => void disable()}>{t("admin.people.disable")}</button>}
    </span>
  );
}

function AddDialog({ close, done }: { close: () => void; done: (given: Given) => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState("agent");
  const [languages, speak] = useState<string[]>(["en"]);
  const { busy, error, submit } = useSending(async () => {
    const made = await post<{ sign_in_url: string }>("/api/admin/agents", { name: name.trim(), role, languages });
    done({ name: name.trim(), url: made.sign_in_url });
  });
  return (
    <Dialog title={t("admin.people.add")} onClose={close}>
      <form onSubmit={submit}>
        <Field label={t("staff.name")} hint={t("admin.people.name.hint")}><input type="text" autofocus autoComplete="off" value={name} onInput={(event) => setName(event.currentTarget.value)} /></Field>
        <Field label={t("admin.people.role")} hint={t(`admin.role.${role}.text`)}>
          <select value={role} onChange={(event) => setRole(event.currentTarget.value)}>
            <option value="agent">{t("admin.role.agent")}</option>
            <option value="admin">{t("admin.role.admin")}</option>
          </select>
        </Field>
        <Speaks languages={languages} speak={speak} />
        {error !== null && <Failure error={error} />}
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
          <Working type="submit" busy={busy} disabled={!name.trim() || !languages.length}>{t("admin.people.add.do")}</Working>
        </div>
      </form>
    </Dialog>
  );
}

function LinkDialog({ given, close }: { given: Given; close: () => void }) {
  const url = new URL(given.url, location.origin).href;
  const [copied, mark] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url);
      mark(true);
    } catch {
      document.querySelector<HTMLInputElement>(".link-once input")?.select();
    }
  };
  return (
    <Dialog title={t("admin.people.once.title", { name: given.name })} onClose={close} wide>
      <p class="notice notice-warn">{t("admin.people.once.text")}</p>
      <div class="link-once">
        <input type="text" readOnly value={url} aria-label={t("admin.people.once.label")} class="mono" onFocus={(event) => event.currentTarget.select()} />
        <button type="button" class="button button-primary" autofocus onClick={() => void copy()}>{icon(copied ? "check" : "copy", 16)} {t(copied ? "admin.people.copied" : "admin.people.copy")}</button>
      </div>
      <p class="hidden" role="status">{copied ? t("admin.people.copied") : ""}</p>
      <div class="dialog-foot"><button type="button" class="button" onClick={close}>{t("admin.people.once.done")}</button></div>
    </Dialog>
  );
}
