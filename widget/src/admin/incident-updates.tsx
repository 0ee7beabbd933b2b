/** What was said publicly about an incident, newest first; each note can get further languages or be corrected. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { clock, full } from "../shared/time.ts";
import { patch } from "../staff/api.ts";
import { icon } from "../staff/icons.tsx";
import { Badge, Failure, languageName, Working } from "../staff/parts.tsx";
import { words } from "../staff/texts.ts";
import { say } from "../staff/toast.tsx";
import { textChangeOf } from "./incident-changes.ts";
import { LocalizedField } from "./incident-form.tsx";
import type { Incident, IncidentUpdate } from "./incident-types.ts";
import { said, saidIn } from "./said.ts";
import type { Localized } from "./types.ts";

interface UpdatesProps {
  incident: Incident;
  saved: (incident: Incident) => void;
}

export function Updates({ incident, saved }: UpdatesProps) {
  const [edited, edit] = useState<string | null>(null);
  const updates = [...incident.updates].reverse();
  return (
    <div class="aside-part">
      <h2 class="section-title">{t("admin.incident.history")}</h2>
      {updates.length === 0 && <p class="muted">{t("admin.incident.history.none")}</p>}
      <ol class="timeline">
        {updates.map((update, i) => (
          <li key={update.id}>
            <Head update={update} />
            {edited === update.id
              ? <Texts incident={incident} update={update} newest={i === 0} close={() => edit(null)} saved={saved} />
              : <Shown update={update} edit={() => edit(update.id)} />}
          </li>
        ))}
      </ol>
    </div>
  );
}

function Head({ update }: { update: IncidentUpdate }) {
  return (
    <p class="timeline-head">
      <b>{words("admin.status", update.status)}</b> <time class="muted" dateTime={update.at} title={full(update.at)}>{clock(update.at)}</time>
      {update.from_status_page && <Badge>{t("admin.update.from_page")}</Badge>}
      {update.corrected_at && <Badge tone="accent">{t("admin.update.corrected", { when: clock(update.corrected_at) })}</Badge>}
    </p>
  );
}

function Shown({ update, edit }: { update: IncidentUpdate; edit: () => void }) {
  const language = saidIn(update.text);
  return (
    <>
      <p class="plain" lang={language ?? undefined} dir="auto">{said(update.text)}</p>
      <p class="timeline-foot">
        <span class="muted">{Object.keys(update.text).filter((code) => update.text[code]).map(languageName).join(", ")}</span>
        <button type="button" class="link" onClick={edit}>{icon("globe", 14)} {t("admin.update.edit")}</button>
      </p>
    </>
  );
}

function Texts({ incident, update, newest, close, saved }: UpdatesProps & { update: IncidentUpdate; newest: boolean; close: () => void }) {
  const [draft, write] = useState<Localized>(update.text);
  const [busy, work] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const change = textChangeOf(update, draft);
  const submit = async (event: Event) => {
    event.preventDefault();
    work(true);
    try {
      const path = `/api/admin/incidents/${encodeURIComponent(incident.id)}/updates/${encodeURIComponent(update.id)}`;
      const after = await patch<Incident>(path, { text: change.text });
      say(t(change.corrected.length ? "admin.update.corrected.done" : "admin.update.added.done"));
      close();
      saved(after);
    } catch (problem) {
      work(false);
      fail(problem);
    }
  };
  return (
    <form class="stack update-texts" onSubmit={(event) => void submit(event)}>
      <LocalizedField label={t("admin.incident.text")} value={draft} change={write} rows={3} fixed={update.from_status_page ? incident.language : null} />
      <Warning corrected={change.corrected} added={change.added} newest={newest} />
      {error !== null && <Failure error={error} />}
      <div class="row-actions">
        <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
        <Working type="submit" busy={busy} disabled={!Object.keys(change.text).length}>{t(change.corrected.length ? "admin.update.correct" : "admin.incident.save")}</Working>
      </div>
    </form>
  );
}

/** Who hears of it is said before it is saved. */
function Warning({ corrected, added, newest }: { corrected: string[]; added: string[]; newest: boolean }) {
  const names = (codes: string[]) => codes.map(languageName).join(", ");
  return (
    <div role="status">
      {corrected.length > 0 && <p class="notice notice-warn">{t(newest ? "admin.update.correction" : "admin.update.correction.older", { languages: names(corrected) })}</p>}
      {corrected.length === 0 && added.length > 0 && <p class="hint">{t("admin.update.added", { languages: names(added) })}</p>}
    </div>
  );
}
