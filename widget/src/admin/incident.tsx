/** One incident: what customers read now, the next update, and all that was said. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { clock, relative } from "../shared/time.ts";
import { get, post } from "../staff/api.ts";
import { useResource } from "../staff/load.ts";
import { Badge, Empty, Failure, Loaded, Working } from "../staff/parts.tsx";
import { link } from "../staff/router.ts";
import { words } from "../staff/texts.ts";
import { say } from "../staff/toast.tsx";
import { filled, LocalizedField, NextUpdate, StatusSelect } from "./incident-form.tsx";
import { severityTone, stageOf } from "./incidents.tsx";
import { PageHead } from "./page-head.tsx";
import { nameOf, said } from "./said.ts";
import type { Component, Incident, Localized } from "./types.ts";

export function IncidentPage({ id }: { id: string }) {
  const incidents = useResource("incidents", (signal) => get<Incident[]>("/api/admin/incidents", signal));
  const components = useResource("components", (signal) => get<Component[]>("/api/admin/components", signal));
  return (
    <Loaded from={incidents} isEmpty={(list) => !list.some((item) => item.id === id)} empty={<Empty icon="search" title={t("admin.incident.unknown")} />}>
      {(list) => {
        const incident = list.find((item) => item.id === id);
        return incident && <One incident={incident} components={components.data} reload={incidents.reload} />;
      }}
    </Loaded>
  );
}

function One({ incident, components, reload }: { incident: Incident; components: Component[] | null; reload: () => void }) {
  const stage = stageOf(incident);
  return (
    <>
      <PageHead back={{ href: link("incidents"), name: t("admin.incidents") }} title={said(incident.title)} text={<Summary incident={incident} components={components} />} />
      <div class="split">
        <section>
          {stage === "sample" ? <p class="notice">{t("admin.incident.is_sample")}</p> : <UpdateForm key={incident.updates.length} incident={incident} reload={reload} />}
        </section>
        <section>
          {said(incident.workaround) && (
            <div class="aside-part">
              <h2 class="section-title">{t("admin.incident.workaround")}</h2>
              <p class="plain">{said(incident.workaround)}</p>
            </div>
          )}
          <Updates incident={incident} />
        </section>
      </div>
    </>
  );
}

function Summary({ incident, components }: { incident: Incident; components: Component[] | null }) {
  return (
    <span class="state-line">
      <Badge tone={incident.status === "resolved" ? "good" : "accent"}>{words("admin.status", incident.status)}</Badge>
      <Badge tone={severityTone(incident.severity)}>{words("admin.severity", incident.severity)}</Badge>
      <span>{incident.components.map((id) => nameOf(components, id)).join(", ")}</span>
      {incident.started_at && <span>{t("admin.incident.since", { when: relative(incident.started_at) })}</span>}
      <span>{t("admin.incident.followers", { n: incident.followers })}</span>
      {incident.next_update_at && incident.status !== "resolved" && <span>{t("admin.incident.next_at", { when: relative(incident.next_update_at) })}</span>}
    </span>
  );
}

function UpdateForm({ incident, reload }: { incident: Incident; reload: () => void }) {
  const [status, setStatus] = useState(incident.status);
  const [text, setText] = useState<Localized>({});
  const [workaround, setWorkaround] = useState<Localized>(incident.workaround ?? {});
  const [next, setNext] = useState<number | null>(30);
  const [busy, work] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    work(true);
    const minutes = status === "resolved" ? null : next;
    try {
      const told = await post<Incident>(`/api/admin/incidents/${encodeURIComponent(incident.id)}/updates`, { status, text: filled(text), next_update_minutes: minutes, workaround: filled(workaround) });
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
      <LocalizedField label={t("admin.incident.workaround")} value={workaround} change={setWorkaround} rows={3} />
      {error !== null && <Failure error={error} />}
      <p class="hint">{t("admin.incident.tells", { n: incident.followers })}</p>
      <div><Working type="submit" busy={busy} disabled={!Object.keys(filled(text)).length}>{t("admin.incident.post")}</Working></div>
    </form>
  );
}

function Updates({ incident }: { incident: Incident }) {
  const updates = [...incident.updates].sort((a, b) => b.at.localeCompare(a.at));
  return (
    <div class="aside-part">
      <h2 class="section-title">{t("admin.incident.history")}</h2>
      {updates.length === 0 && <p class="muted">{t("admin.incident.history.none")}</p>}
      <ol class="timeline">
        {updates.map((update) => (
          <li key={update.id}>
            <p class="timeline-head"><b>{words("admin.status", update.status)}</b> <time class="muted" dateTime={update.at}>{clock(update.at)}</time></p>
            <p class="plain">{said(update.text)}</p>
          </li>
        ))}
      </ol>
    </div>
  );
}
