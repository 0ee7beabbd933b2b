/** Role, languages and room of somebody who is there already. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { get, patch, query } from "../staff/api.ts";
import { Dialog } from "../staff/dialog.tsx";
import { Failure, Field, Working } from "../staff/parts.tsx";
import { say } from "../staff/toast.tsx";
import { Newer, useNewer } from "./newer.tsx";
import { useSending } from "./sending.ts";
import { Speaks } from "./speaks.tsx";
import type { StaffMember } from "./types.ts";

const MOST = 50;
const PATH = "/api/admin/agents";

export function EditPerson({ person, close, done }: { person: StaffMember; close: () => void; done: () => void }) {
  const [read, follow] = useState(person);
  const [role, setRole] = useState(person.role);
  const [languages, speak] = useState(person.languages);
  const [capacity, setCapacity] = useState(String(person.account_capacity));
  const room = Number(capacity);
  const good = Number.isInteger(room) && room >= 1 && room <= MOST && languages.length > 0;
  const saved = () => {
    say(t("admin.people.saved", { name: person.name }));
    done();
  };
  const { busy, error, fail, submit } = useSending(async () => {
    const base = (newer?.theirs ?? read).revision;
    await patch(`${PATH}/${encodeURIComponent(person.id)}${query({ base })}`, { role, languages, capacity: room }).then(saved, refused);
  });
  const { newer, refused, forget } = useNewer(async () => (await get<StaffMember[]>(PATH)).find(({ id }) => id === person.id) ?? null, fail);
  const take = (theirs: StaffMember) => {
    follow(theirs);
    setRole(theirs.role);
    speak(theirs.languages);
    setCapacity(String(theirs.account_capacity));
    forget();
  };
  const theirs = newer?.theirs;
  return (
    <Dialog title={t("admin.people.edit.title", { name: person.name })} onClose={close}>
      <form onSubmit={submit}>
        {newer && <Newer text={newer.text} {...(theirs ? { show: () => take(theirs) } : {})} />}
        <Field label={t("admin.people.role")} hint={t(`admin.role.${role}.text`)}>
          <select value={role} onChange={(event) => setRole(event.currentTarget.value === "admin" ? "admin" : "agent")}>
            <option value="agent">{t("admin.role.agent")}</option>
            <option value="admin">{t("admin.role.admin")}</option>
          </select>
        </Field>
        <Speaks languages={languages} speak={speak} />
        <Field label={t("admin.people.capacity")} hint={t("admin.people.capacity.hint")}>
          <input type="number" min={1} max={MOST} step={1} value={capacity} onInput={(event) => setCapacity(event.currentTarget.value)} />
        </Field>
        {error !== null && <Failure error={error} />}
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
          <Working type="submit" busy={busy} disabled={!good}>{t("admin.save")}</Working>
        </div>
      </form>
    </Dialog>
  );
}
