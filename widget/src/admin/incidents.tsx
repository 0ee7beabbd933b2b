/** Incidents: what may become one, those that run, samples to declare from, those that are over, and the status pages. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { clock, relative } from "../shared/time.ts";
import { get, post } from "../staff/api.ts";
import { ask } from "../staff/dialog.tsx";
import { icon } from "../staff/icons.tsx";
import { useInterval, useResource } from "../staff/load.ts";
import { Badge, Empty, Loaded, type Tone } from "../staff/parts.tsx";
import { go, link } from "../staff/router.ts";
import { words } from "../staff/texts.ts";
import { say, sayError } from "../staff/toast.tsx";
import { NewIncidentDialog } from "./incident-form.tsx";
import type { Incident, Proposal, StatusPage } from "./incident-types.ts";
import { useNews } from "./news.ts";
import { PageHead } from "./page-head.tsx";
import { Proposals } from "./proposals.tsx";
import { nameOf, said } from "./said.ts";
import { StatusPages } from "./status-pages.tsx";
import type { Component } from "./types.ts";

const EVERY = 20_000;

export function severityTone(severity: string): Tone {
  return severity === "critical" ? "bad" : severity === "major" ? "warn" : "plain";
}

/** Running, over, or a sample nobody declared yet. */
export function stageOf(incident: Incident): "running" | "over" | "sample" {
  if (incident.status === "resolved" || incident.resolved_at) return "over";
  return incident.active ? "running" : "sample";
}

export function IncidentsPage() {
  const incidents = useResource("incidents", (signal) => get<Incident[]>("/api/admin/incidents", signal));
  const components = useResource("components", (signal) => get<Component[]>("/api/admin/components", signal));
  const proposals = useResource("proposals", (signal) => get<Proposal[]>("/api/admin/proposals?state=open", signal));
  const pages = useResource("status pages", (signal) => get<StatusPage[]>("/api/admin/incidents/sources", signal));
  const [making, make] = useState(false);
  useNews(() => [incidents, proposals].forEach((one) => one.reload()));
  useInterval(pages.reload, EVERY, true);
  return (
    <>
      <PageHead title={t("admin.incidents")} text={t("admin.incidents.text")}>
        <button type="button" class="button button-primary" onClick={() => make(true)}>{icon("plus", 16)} {t("admin.incident.new")}</button>
      </PageHead>
      <Proposals from={proposals} components={components.data} decided={incidents.reload} />
      <Loaded from={incidents}>{(list) => <Stages list={list} components={components.data} />}</Loaded>
      <StatusPages from={pages} />
      {making && <NewIncidentDialog components={components.data ?? []} close={() => make(false)} />}
    </>
  );
}

function Stages({ list, components }: { list: Incident[]; components: Component[] | null }) {
  const [running, samples, over] = (["running", "sample", "over"] as const).map((stage) => list.filter((incident) => stageOf(incident) === stage));
  return (
    <>
      <h2 class="section-title">{t("admin.incidents.running")}</h2>
      {running?.length ? <List list={running} components={components} /> : <Empty icon="check" title={t("admin.incidents.none")} text={t("admin.incidents.none.text")} />}
      {samples && samples.length > 0 && <h2 class="section-title">{t("admin.incidents.samples")}</h2>}
      <Samples list={samples ?? []} components={components} />
      {over && over.length > 0 && <h2 class="section-title">{t("admin.incidents.over")}</h2>}
      <List list={over ?? []} components={components} />
    </>
  );
}

function Names({ incident, components }: { incident: Incident; components: Component[] | null }) {
  return <span class="muted">{incident.components.map((id) => nameOf(components, id)).join(", ")}</span>;
}

function List({ list, components }: { list: Incident[]; components: Component[] | null }) {
  return (
    <ul class="lines">
      {list.map((incident) => (
        <li key={incident.id} class="line-row">
          <a class="line-main" href={link("incidents", incident.id)}>
            <b>{said(incident.title)}</b>
            <Names incident={incident} components={components} />
          </a>
          {incident.update_late && <Badge tone="warn">{icon("clock", 12)} {t("admin.incident.late")}</Badge>}
          {incident.unconfirmed_since && stageOf(incident) === "running" && <Badge tone="warn">{t("admin.incident.unconfirmed")}</Badge>}
          <Badge tone={severityTone(incident.severity)}>{words("admin.severity", incident.severity)}</Badge>
          <Badge tone={incident.status === "resolved" ? "good" : "accent"}>{words("admin.status", incident.status)}</Badge>
          <span class="muted nowrap">{t("admin.incident.followers", { n: incident.followers })}</span>
          <span class="muted nowrap line-time">{incident.started_at ? (stageOf(incident) === "over" ? clock(incident.started_at) : relative(incident.started_at)) : ""}</span>
        </li>
      ))}
    </ul>
  );
}

function Samples({ list, components }: { list: Incident[]; components: Component[] | null }) {
  const declare = async (incident: Incident) => {
    const question = { title: t("admin.incident.declare.title"), text: t("admin.incident.declare.text", { title: said(incident.title) }), yes: t("admin.incident.declare"), danger: true };
    if (!(await ask(question))) return;
    try {
      await post(`/api/admin/incidents/${encodeURIComponent(incident.id)}/declare`);
      say(t("admin.incident.declared"));
      go("incidents", incident.id);
    } catch (error) {
      sayError(error);
    }
  };
  return (
    <ul class="lines">
      {list.map((incident) => (
        <li key={incident.id} class="line-row">
          <a class="line-main" href={link("incidents", incident.id)}>
            <b>{said(incident.title)}</b>
            <Names incident={incident} components={components} />
          </a>
          <Badge tone={severityTone(incident.severity)}>{words("admin.severity", incident.severity)}</Badge>
          <button type="button" class="button" onClick={() => void declare(incident)}>{t("admin.incident.declare")}</button>
        </li>
      ))}
    </ul>
  );
}
