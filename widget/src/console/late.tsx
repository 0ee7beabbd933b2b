/** The strips over the columns: what may be an incident, and incidents whose customers wait for news too long. */
import { t } from "../shared/i18n.ts";
import { full, relative } from "../shared/time.ts";
import { icon } from "../staff/icons.tsx";
import { session } from "../staff/session.ts";
import { state } from "./desk.ts";
import { now } from "./ticking.ts";

export function LateUpdates() {
  const late = state.value.late;
  if (!late.length) return null;
  const admin = session.value?.agent.role === "admin";
  return (
    <section class="late" aria-label={t("console.late.count", { n: late.length })}>
      <p class="hidden" role="status">{t("console.late.count", { n: late.length })}</p>
      {icon("clock", 16)}
      <ul>
        {late.map((one) => (
          <li key={one.incident}>
            <span title={full(one.last_update_at)}>{t("console.late", { title: one.title, when: relative(one.last_update_at, minute()) })}</span>
            {admin ? <a href={`/admin#/incidents/${encodeURIComponent(one.incident)}`}>{t("console.late.write")}</a> : <span> {t("console.late.admin")}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function MayBeIncidents() {
  const found = state.value.proposed;
  if (!found.length) return null;
  const admin = session.value?.agent.role === "admin";
  return (
    <section class="late" aria-label={t("console.proposed", { n: found.length })}>
      <p class="hidden" role="status">{t("console.proposed", { n: found.length })}</p>
      {icon("alert", 16)}
      <ul>
        {found.map((one) => (
          <li key={one.proposal}>
            <span title={full(one.opened_at)}>{t(`console.proposed.${one.origin}`, { name: one.components.join(", ") || t("console.report.unsure"), when: relative(one.opened_at, minute()) })}</span>
            {admin ? <a href="/admin#/incidents">{t("console.proposed.look")}</a> : <span> {t("console.proposed.admin")}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The time as a status line may say it: a screen reader must not hear it every second. */
function minute(): Date {
  return new Date(Math.floor(now.value / 60_000) * 60_000);
}
