/** The agents' console. */
import { effect } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { Failure, Skeleton } from "../staff/parts.tsx";
import { start } from "../staff/start.tsx";
import "../shared/theme.css";
import "./texts.ts";
import "../staff/staff.css";
import "./console.css";
import "./talk.css";
import { About } from "./about.tsx";
import { watchAlerts } from "./alerts.ts";
import { Bar, LinkState } from "./bar.tsx";
import { connect, openConversation, pane, state } from "./desk.ts";
import { watchDecided } from "./decide.ts";
import { Dialogs, fetchDialogs } from "./dialogs.tsx";
import { LateUpdates, MayBeIncidents } from "./late.tsx";
import { Queue } from "./queue.tsx";
import { listen } from "./shortcuts.ts";
import { Talk } from "./talk.tsx";
import { view, watch } from "./watch.ts";

function Console() {
  return (
    <div class="console" data-pane={pane.value}>
      <Bar />
      <LinkState />
      <MayBeIncidents />
      <LateUpdates />
      {view.value === "overview" ? <Live /> : <Desk />}
      <Dialogs />
    </div>
  );
}

function Desk() {
  return (
    <main class="columns">
      <h1 class="hidden">{t("console.title")}</h1>
      <Queue />
      <Talk />
      <About />
    </main>
  );
}

/** Only supervisors open it, so only they load it. */
function Live() {
  const [page, put] = useState<{ Overview: () => VNode } | null>(null);
  const [error, fail] = useState<unknown>(null);
  const load = () => {
    fail(null);
    import("./overview.tsx").then(put, fail);
  };
  useEffect(load, []);
  return (
    <main class="overview-frame">
      <h1 class="hidden">{t("console.title")}</h1>
      {page ? <page.Overview /> : error ? <Failure error={error} retry={load} /> : <Skeleton rows={8} />}
    </main>
  );
}

/** Open the conversation that the address names; an address that was cut somewhere names none. */
function openAddressed(): void {
  const named = location.hash.slice(1);
  if (/^[0-9A-Za-z_-]+$/.test(named)) openConversation(named);
}

void start(() => {
  listen();
  watch();
  watchAlerts();
  watchDecided();
  effect(() => {
    const waiting = state.value.queue?.waiting_total ?? 0;
    document.title = (waiting ? `(${waiting}) ` : "") + `${t("console.title")} – Handrail`;
  });
  openAddressed();
  addEventListener("hashchange", openAddressed); // a link followed in this tab loads nothing anew
  connect();
  setTimeout(fetchDialogs, 2000);
  return <Console />;
});
