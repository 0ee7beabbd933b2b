/** What the team notes about an incident for itself. No customer's page can read it. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { clock, full } from "../shared/time.ts";
import { get, post } from "../staff/api.ts";
import { icon } from "../staff/icons.tsx";
import { useResource } from "../staff/load.ts";
import { Badge, Failure, Loaded, Working } from "../staff/parts.tsx";
import { words } from "../staff/texts.ts";
import { StatusSelect } from "./incident-form.tsx";
import type { StaffNote } from "./incident-types.ts";

const KINDS = ["finding", "owner", "channel", "note"];
const MOST = 4000;

export function StaffNotes({ incident }: { incident: string }) {
  const path = `/api/admin/incidents/${encodeURIComponent(incident)}/notes`;
  const notes = useResource(path, (signal) => get<StaffNote[]>(path, signal));
  return (
    <section class="staff-notes" aria-labelledby="notes-title">
      <h2 class="section-title" id="notes-title">{icon("lock", 14)} {t("admin.notes")}</h2>
      <p class="hint">{t("admin.notes.text")}</p>
      <Loaded from={notes} isEmpty={(list) => list.length === 0}>
        {(list) => (
          <ul class="notes">
            {list.map((note) => (
              <li key={note.number}>
                <p class="timeline-head"><Badge>{words("admin.note", note.kind)}</Badge> <b>{note.author}</b> <time class="muted" dateTime={note.at} title={full(note.at)}>{clock(note.at)}</time></p>
                <p class="plain" dir="auto">{note.text}</p>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <Write path={path} written={notes.reload} />
    </section>
  );
}

function Write({ path, written }: { path: string; written: () => void }) {
  const [kind, choose] = useState("finding");
  const [text, write] = useState("");
  const [busy, work] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    work(true);
    try {
      await post(path, { kind, text: text.trim() });
      write("");
      fail(null);
      written();
    } catch (problem) {
      fail(problem);
    }
    work(false);
  };
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <div class="note-fields">
        <StatusSelect label={t("admin.note.kind")} value={kind} options={KINDS} group="admin.note" choose={choose} />
        <label class="field"><span class="label">{t("admin.note.new")}</span><textarea rows={2} maxLength={MOST} value={text} onInput={(event) => write(event.currentTarget.value)} /></label>
      </div>
      {error !== null && <Failure error={error} />}
      <div><Working type="submit" kind="" busy={busy} disabled={!text.trim()}>{t("admin.note.add")}</Working></div>
    </form>
  );
}
