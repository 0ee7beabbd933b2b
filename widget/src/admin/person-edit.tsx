/** Role, languages and room of somebody who is there already. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { patch } from "../staff/api.ts";
import { Dialog } from "../staff/dialog.tsx";
import { Failure, Field, Working } from "../staff/parts.tsx";
import { say } from "../staff/toast.tsx";
import { Speaks } from "./speaks.tsx";
import type { StaffMember } from "./types.ts";

const MOST = 50;

export function EditPerson({ person, close, done }: { person: StaffMember; close: () => void; done: () => void }) {
  const [role, setRole] = useState(person.role);
  const [languages, speak] = useState(person.languages);
  const [capacity, setCapacity] = useState(String(person.account_capacity));
  const [busy, work] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const room = Number(capacity);
  const good = Number.isInteger(room) && room >= 1 && room <= MOST && languages.length > 0;
  const submit = async (event: Event) => {
    event.preventDefault();
    work(true);
    try {
      await patch(`/api/admin/agents/${encodeURIComponent(person.id)}`, { role, languages, capacity: room });
      say(t("admin.people.saved", { name: person.name }));
      done();
    } catch (problem) {
      work(false);
      fail(problem);
    }
  };
  return (
    <Dialog title={t("admin.people.edit.title", { name: person.name })} onClose={close}>
      <form onSubmit={(event) => void submit(event)}>
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
