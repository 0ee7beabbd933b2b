/** The top bar: presence and capacity, the state of the connection, incidents, the person's menu. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { clock } from "../shared/time.ts";
import { icon } from "../staff/icons.tsx";
import { isMac } from "../staff/keys.ts";
import { PersonMenu } from "../staff/person-menu.tsx";
import { session, toSignIn } from "../staff/session.ts";
import { link, reconnect, setPresence, state } from "./desk.ts";
import { dialog, singleKeys } from "./shortcuts.ts";
import { now } from "./ticking.ts";

export function Bar() {
  const [shown, show] = useState(false);
  const name = state.value.me?.name ?? session.value?.agent.name ?? "";
  return (
    <div class="bar" role="banner">
      <span class="brand">Handrail</span>
      <span class="brand-page">{t("console.title")}</span>
      <Incidents />
      <span class="bar-space" />
      <PresenceSwitch />
      <button type="button" class="icon-button" aria-label={t("console.report")} title={singleKeys.value ? `${t("console.report")} (P)` : t("console.report")} aria-keyshortcuts={singleKeys.value ? "p" : undefined} onClick={() => (dialog.value = "report")}>
        {icon("flag")}
      </button>
      <button type="button" class="icon-button" aria-label={t("console.palette")} title={`${t("console.palette")} (${isMac ? "⌘" : "Ctrl"} K)`} aria-keyshortcuts="Control+k Meta+k" onClick={() => (dialog.value = "palette")}>
        {icon("search")}
      </button>
      <button type="button" class="icon-button wide-only" aria-label={t("console.keys")} title={t("console.keys")} onClick={() => (dialog.value = "help")}>
        {icon("keyboard")}
      </button>
      <div class="bar-person">
        <button type="button" class="button bar-name" aria-expanded={shown} aria-controls="person-menu" aria-label={t("console.menu", { name })} onClick={() => show(!shown)}>
          {icon("user", 16)} <span class="wide-only">{name}</span>
        </button>
        {shown && <div id="person-menu" class="popover" onKeyDown={(event) => event.key === "Escape" && show(false)}><PersonMenu other={session.value?.agent.role === "admin" ? "/admin" : null} /></div>}
      </div>
    </div>
  );
}

function PresenceSwitch() {
  const { status, capacity } = state.value.presence;
  const online = status === "online";
  const off = link.value.at !== "online";
  return (
    <div class="presence">
      <button type="button" role="switch" class="switch" aria-checked={online} disabled={off} onClick={() => void setPresence(online ? "away" : "online", capacity)}>
        <span class="switch-track" aria-hidden="true"><span class="switch-knob" /></span>
        {t(online ? "console.status.online" : "console.status.away")}
      </button>
      <label class="capacity wide-only">
        <span>{t("console.capacity")}</span>
        <select value={String(capacity)} disabled={off} onChange={(event) => void setPresence(status, Number(event.currentTarget.value))}>
          {Array.from({ length: 20 }, (_, n) => <option key={n} value={String(n + 1)}>{n + 1}</option>)}
        </select>
      </label>
    </div>
  );
}

function Incidents() {
  const active = state.value.incidents;
  if (!active.length) return null;
  return (
    <details class="bar-incidents">
      <summary class="badge badge-warn">{icon("alert", 14)} {t("console.incidents", { n: active.length })}</summary>
      <ul class="popover">
        {active.map((incident) => (
          <li key={incident.id}>
            <b lang={incident.title_language ?? undefined}>{incident.title}</b>
            {incident.text && <p lang={incident.text_language ?? undefined}>{incident.text}</p>}
            {incident.workaround && <p class="hint" lang={incident.workaround_language ?? undefined}>{incident.workaround}</p>}
            {incident.expected_at && <p class="hint">{t("console.incident.expected", { when: clock(incident.expected_at) })}</p>}
            {incident.unconfirmed_since && <p class="hint">{t("console.incident.unconfirmed", { when: clock(incident.unconfirmed_since) })}</p>}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What the agent must know about the connection; nothing while it is fine. */
export function LinkState() {
  const at = link.value;
  if (at.at === "online" || at.at === "idle") return null;
  if (at.at === "connecting") return state.value.me ? <p class="link-state" role="status">{t("console.link.connecting")}</p> : null;
  if (at.at === "stopped") {
    const ended = at.code === 4409 || at.code === 4401;
    return (
      <p class="link-state link-stopped" role="alert">
        {icon("alert", 16)} {t(ended ? "console.link.ended" : "console.link.stopped", { code: at.code })}
        <button type="button" class="link" onClick={ended ? toSignIn : reconnect}>{t(ended ? "console.link.sign_in" : "staff.retry")}</button>
      </p>
    );
  }
  const seconds = at.at === "waiting" ? Math.max(1, Math.ceil((at.until - now.value) / 1000)) : 0;
  return (
    <p class="link-state" role="status">
      {icon("wifi-off", 16)}
      {at.at === "waiting" ? <span>{t("console.link.lost")} <span aria-hidden="true">{t("console.link.in", { n: seconds })}</span></span> : t("console.link.offline")}
      <button type="button" class="link" onClick={reconnect}>{t("console.link.now")}</button>
    </p>
  );
}
