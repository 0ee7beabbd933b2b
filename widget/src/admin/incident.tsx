/** One incident: what customers read now, the next update, what was said, and what only the team knows. */
import { useState } from "preact/hooks";
import { locale, t } from "../shared/i18n.ts";
import { clock, relative } from "../shared/time.ts";
import { get, post } from "../staff/api.ts";
import { icon } from "../staff/icons.tsx";
import { useResource } from "../staff/load.ts";
import { Badge, Empty, Failure, languageName, Loaded, Working } from "../staff/parts.tsx";
import { safeUrl } from "../staff/read-loose.ts";
import { link } from "../staff/router.ts";
import { words } from "../staff/texts.ts";
import { say } from "../staff/toast.tsx";
import { filled } from "./incident-changes.ts";
import { EditIncident } from "./incident-edit.tsx";
import { LocalizedField, NextUpdate, StatusSelect } from "./incident-form.tsx";
import { StaffNotes } from "./incident-notes.tsx";
import type { Incident } from "./incident-types.ts";
import { Updates } from "./incident-updates.tsx";
import { severityTone, stageOf } from "./incidents.tsx";
import { PageHead } from "./page-head.tsx";
import { nameOf, said, saidIn } from "./said.ts";
import type { Component, Localized } from "./types.ts";

export function IncidentPage({ id }: { id: string }) {
  const incidents = useResource("incidents", (signal) => get<Incident[]>("/api/admin/incidents", signal));
  const components = useResource("components", (signal) => get<Component[]>("/api/admin/components", signal));
  const saved = (incident: Incident) => incidents.set((incidents.data ?? []).map((one) => (one.id === incident.id ? incident : one)));
  return (
    <Loaded from={incidents} isEmpty={(list) => !list.some((item) => item.id === id)} empty={<Empty icon="search" title={t("admin.incident.unknown")} />}>
      {(list) => {
        const incident = list.find((item) => item.id === id);
        return incident && <One incident={incident} components={components.data} reload={incidents.reload} saved={saved} />;
      }}
    </Loaded>
  );
}

function One({ incident, components, reload, saved }: { incident: Incident; components: Component[] | null; reload: () => void; saved: (incident: Incident) => void }) {
  const [editing, edit] = useState(false);
  const stage = stageOf(incident);
  return (
    <>
      <PageHead back={{ href: link("incidents"), name: t("admin.incidents") }} title={said(incident.title)} text={<Summary incident={incident} components={components} />}>
        {stage !== "sample" && <a class="button" href={`/api/admin/incidents/${encodeURIComponent(incident.id)}/review?locale=${locale.value}`} target="_blank" rel="noopener noreferrer">{icon("external", 16)} {t("admin.incident.review")}</a>}
        <button type="button" class="button" onClick={() => edit(true)}>{icon("pencil", 16)} {t("admin.incident.edit")}</button>
      </PageHead>
      <Notices incident={incident} />
      <div class="split">
        <section>
          {stage === "sample" ? <p class="notice">{t("admin.incident.is_sample")}</p> : <UpdateForm key={incident.updates.length} incident={incident} reload={reload} />}
          <StaffNotes incident={incident.id} />
        </section>
        <section>
          <Workaround incident={incident} />
          <Updates incident={incident} saved={saved} />
        </section>
      </div>
      {editing && <EditIncident incident={incident} components={components ?? []} close={() => edit(false)} saved={saved} />}
    </>
  );
}

function Summary({ incident, components }: { incident: Incident; components: Component[] | null }) {
  const over = incident.status === "resolved";
  return (
    <span class="state-line">
      <Badge tone={over ? "good" : "accent"}>{words("admin.status", incident.status)}</Badge>
      <Badge tone={severityTone(incident.severity)}>{words("admin.severity", incident.severity)}</Badge>
      <span>{incident.components.map((id) => nameOf(components, id)).join(", ")}</span>
      {incident.started_at && <span>{t("admin.incident.since", { when: clock(incident.started_at) })}</span>}
      <span>{t("admin.incident.followers", { n: incident.followers })}</span>
      {incident.next_update_at && !over && <span>{t("admin.incident.next_at", { when: relative(incident.next_update_at) })}</span>}
      {incident.expected_at && !over && <span>{t("admin.incident.expected_at", { when: clock(incident.expected_at) })}</span>}
      <FromPage incident={incident} />
    </span>
  );
}

function FromPage({ incident }: { incident: Incident }) {
  const url = safeUrl(incident.url);
  if (!incident.language) return null;
  const name = t("admin.incident.from_page", { page: incident.source });
  return url ? <a href={url} target="_blank" rel="noopener noreferrer">{name} {icon("external", 12)}</a> : <span>{name}</span>;
}

/** What needs somebody now: late, unconfirmed, gone from its page, not yet said in every language. */
function Notices({ incident }: { incident: Incident }) {
  if (stageOf(incident) === "over") return null;
  const { update_late, update_due_at, unconfirmed_since, left_feed_at, missing_languages, unsaid } = incident;
  return (
    <div class="incident-notices">
      {update_late && update_due_at && <p class="notice notice-warn">{icon("clock", 16)} {t("admin.incident.late.text", { when: relative(update_due_at) })}</p>}
      {unconfirmed_since && <p class="notice notice-warn">{icon("wifi-off", 16)} {t("admin.incident.unconfirmed.text", { page: incident.source, when: clock(unconfirmed_since) })}</p>}
      {left_feed_at && <p class="notice notice-warn">{icon("alert", 16)} {t("admin.incident.left.text", { page: incident.source, when: clock(left_feed_at) })}</p>}
      {missing_languages.length > 0 && <p class="notice">{icon("globe", 16)} {t("admin.incident.missing", { languages: missing_languages.map(languageName).join(", ") })}</p>}
      {unsaid.map((one) => <p key={`${one.field} ${one.language} ${one.text}`} class="notice notice-warn">{icon("alert", 16)} <span>{t(`admin.incident.unsaid.${one.kind}`, { language: languageName(one.language) })} <q lang={one.language}>{one.text}</q></span></p>)}
    </div>
  );
}

function Workaround({ incident }: { incident: Incident }) {
  if (!said(incident.workaround)) return null;
  return (
    <div class="aside-part">
      <h2 class="section-title">{t("admin.incident.workaround")}</h2>
      <p class="plain" lang={saidIn(incident.workaround) ?? undefined}>{said(incident.workaround)}</p>
    </div>
  );
}

function UpdateForm({ incident, reload }: { incident: Incident; reload: () => void }) {
  const [status, setStatus] = useState(incident.status);
  const [text, setText] = useState<Localized>({});
  const [workaround, setWorkaround] = useState<Localized | null>(null);
  const [next, setNext] = useState<number | null>(30);
  const [busy, work] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    work(true);
    const minutes = status === "resolved" ? null : next;
    const helps = workaround === null ? {} : { workaround: filled(workaround) };
    try {
      const told = await post<Incident>(`/api/admin/incidents/${encodeURIComponent(incident.id)}/updates`, { status, text: filled(text), next_update_minutes: minutes, ...helps });
      say(t("admin.incident.updated", { n: told.followers }));
      reload();
    } catch (problem) {
      fail(problem);
    }
    work(false);
  };
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <h2 class="section-title">{t("admin.incident.update")}</h2>
      <div class="two">
        <StatusSelect label={t("admin.incident.status")} value={status} choose={setStatus} />
        {status !== "resolved" && <NextUpdate value={next} choose={setNext} />}
      </div>
      <LocalizedField label={t("admin.incident.text")} value={text} change={setText} rows={4} />
      <LocalizedField label={t("admin.incident.workaround")} value={workaround ?? incident.workaround} change={setWorkaround} rows={3} />
      {error !== null && <Failure error={error} />}
      <p class="hint">{t("admin.incident.tells", { n: incident.followers })}</p>
      <div><Working type="submit" busy={busy} disabled={!Object.keys(filled(text)).length}>{t("admin.incident.post")}</Working></div>
    </form>
  );
}
