/** The agents' console. */
import { effect } from "@preact/signals";
import { t } from "../shared/i18n.ts";
import { start } from "../staff/start.tsx";
import "../shared/theme.css";
import "../staff/staff.css";
import "./console.css";
import "./talk.css";
import { About } from "./about.tsx";
import { Bar, LinkState } from "./bar.tsx";
import { connect, openConversation, pane, state } from "./desk.ts";
import { Dialogs } from "./dialogs.tsx";
import { LateUpdates, MayBeIncidents } from "./late.tsx";
import { Queue } from "./queue.tsx";
import { listen } from "./shortcuts.ts";
import { Talk } from "./talk.tsx";

function Console() {
  return (
    <div class="console" data-pane={pane.value}>
      <Bar />
      <LinkState />
      <MayBeIncidents />
      <LateUpdates />
      <main class="columns">
        <h1 class="hidden">{t("console.title")}</h1>
        <Queue />
        <Talk />
        <About />
      </main>
      <Dialogs />
    </div>
  );
}

void start(() => {
  listen();
  effect(() => {
    const waiting = state.value.queue?.waiting_total ?? 0;
    document.title = (waiting ? `(${waiting}) ` : "") + `${t("console.title")} – Handrail`;
  });
  const asked = decodeURIComponent(location.hash.slice(1));
  if (asked) openConversation(asked);
  connect();
  return <Console />;
});
