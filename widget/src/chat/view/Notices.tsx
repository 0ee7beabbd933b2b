/** What stands between the header and the log: incidents that are on, and a connection that is not. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { Icon } from "../../shared/icons.ts";
import { t, tryT } from "../../shared/i18n.ts";
import * as shapes from "../../shared/shapes.ts";
import type { Incident } from "../../shared/socket.ts";
import { clock } from "../../shared/time.ts";
import { dismissed, incidents, link } from "../state.ts";
import { dismiss } from "../talk.ts";

/** Dismissed is one update of an incident: the next one is shown again. */
function keyOf(incident: Incident): string {
  return [incident.id, incident.status, incident.text ?? incident.as_of].join("|").slice(0, 160);
}

export function Incidents(): VNode | null {
  const shown = incidents.value.filter((i) => !dismissed.value.includes(keyOf(i)));
  if (!shown.length) return null;
  return (
    <div class="incidents" role="alert">
      {shown.slice(0, 2).map((incident) => <Banner key={keyOf(incident)} incident={incident} />)}
    </div>
  );
}

function Banner({ incident }: { incident: Incident }): VNode {
  const wide = useSignal(false);
  const red = /critical|outage/.test(incident.severity);
  const more = Boolean(incident.text ?? incident.workaround);
  return (
    <div class={red ? "incident red" : "incident"}>
      <Icon shape={shapes.alert} />
      <div class="what">
        <strong>{incident.title}</strong>
        <p class="when">
          {tryT(`chat.incident.status.${incident.status}`) ?? incident.status} · {t("chat.incident.as_of", { time: clock(incident.as_of) })}
        </p>
        {wide.value && incident.text && <p>{incident.text}</p>}
        {wide.value && incident.workaround && <p><b>{t("chat.incident.meanwhile")}</b> {incident.workaround}</p>}
        {wide.value && incident.next_update_at && (
          <p class="when">{t("chat.incident.next", { time: clock(incident.next_update_at) })}</p>
        )}
        {more && (
          <button type="button" class="text" aria-expanded={wide.value} onClick={() => (wide.value = !wide.value)}>
            {t(wide.value ? "chat.less" : "chat.more")}
          </button>
        )}
      </div>
      <button type="button" class="tool" aria-label={t("chat.incident.dismiss", { title: incident.title })} onClick={() => dismiss(keyOf(incident))}>
        <Icon shape={shapes.x} size={16} />
      </button>
    </div>
  );
}

/** Words for the connection; nothing while it is well or just being made. */
export function Connection({ late }: { late: boolean }): VNode | null {
  const { at } = link.value;
  if (at === "online" || at === "idle" || (at === "connecting" && !late)) return null;
  const words = at === "offline" ? "chat.link.offline" : at === "stopped" ? "chat.link.stopped" : "chat.link.waiting";
  return (
    <p class="link" role="status">
      <Icon shape={shapes.wifiOff} size={16} />
      {t(words)}
    </p>
  );
}
