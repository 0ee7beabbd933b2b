/** The dialog to change what an incident says beside its updates, wherever it came from. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { patch } from "../staff/api.ts";
import { Dialog } from "../staff/dialog.tsx";
import { Failure, Field, Working } from "../staff/parts.tsx";
import { say } from "../staff/toast.tsx";
import { Components } from "./article-fields.tsx";
import { changesOf, draftOf, filled, type IncidentDraft } from "./incident-changes.ts";
import { LocalizedField, SEVERITIES, StatusSelect } from "./incident-form.tsx";
import type { Incident } from "./incident-types.ts";
import { fromField, zoneName } from "./instants.ts";
import type { Component } from "./types.ts";

interface EditProps {
  incident: Incident;
  components: Component[];
  close: () => void;
  saved: (incident: Incident) => void;
}

export function EditIncident({ incident, components, close, saved }: EditProps) {
  const [began] = useState(incident);
  const [draft, change] = useState(draftOf(began));
  const [busy, work] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const set = (part: Partial<IncidentDraft>) => change({ ...draft, ...part });
  const changes = changesOf(began, draft);
  const ready = Object.keys(filled(draft.title)).length > 0 && draft.components.length > 0;
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!Object.keys(changes).length) return close();
    work(true);
    try {
      saved(await patch<Incident>(`/api/admin/incidents/${encodeURIComponent(began.id)}`, changes));
      say(t("admin.incident.saved"));
      close();
    } catch (problem) {
      work(false);
      fail(problem);
    }
  };
  return (
    <Dialog title={t("admin.incident.edit")} onClose={close} wide>
      <form onSubmit={(event) => void submit(event)}>
        {began.language && <p class="hint">{t("admin.incident.edit.page", { page: began.source })}</p>}
        <LocalizedField label={t("admin.incident.title")} value={draft.title} change={(title) => set({ title })} rows={1} />
        <LocalizedField label={t("admin.incident.workaround")} value={draft.workaround} change={(workaround) => set({ workaround })} />
        <Times draft={draft} set={set} />
        <div class="two">
          <StatusSelect label={t("admin.incident.severity")} value={draft.severity} options={SEVERITIES} group="admin.severity" choose={(severity) => set({ severity })} />
          <Field label={t("admin.incident.cadence")} hint={t("admin.incident.cadence.hint")}>
            <input type="number" min={1} max={10_080} step={1} inputMode="numeric" value={draft.cadence} onInput={(event) => set({ cadence: event.currentTarget.value })} />
          </Field>
        </div>
        <Components draft={draft} set={set} components={components} />
        {error !== null && <Failure error={error} />}
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
          <Working type="submit" busy={busy} disabled={!ready}>{t("admin.incident.save")}</Working>
        </div>
      </form>
    </Dialog>
  );
}

/** Times are those of the browser's own clock: which zone that is stands beside them. */
function Times({ draft, set }: { draft: IncidentDraft; set: (part: Partial<IncidentDraft>) => void }) {
  const zone = zoneName(new Date(fromField(draft.expected) ?? Date.now()));
  return (
    <div>
      <div class="two">
        <Field label={t("admin.incident.expected")} hint={t("admin.incident.expected.hint")}>
          <input type="datetime-local" value={draft.expected} onInput={(event) => set({ expected: event.currentTarget.value })} />
        </Field>
        <Field label={t("admin.incident.next_due")} hint={t("admin.incident.next_due.hint")}>
          <input type="datetime-local" value={draft.next} onInput={(event) => set({ next: event.currentTarget.value })} />
        </Field>
      </div>
      <p class="hint zone">{t("admin.incident.zone", { zone })}</p>
    </div>
  );
}
