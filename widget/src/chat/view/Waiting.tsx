/** The customer's place in the queue, and what can honestly be said about the wait. */
import type { VNode } from "preact";
import { Icon } from "../../shared/icons.ts";
import { locale, t } from "../../shared/i18n.ts";
import * as said from "../../shared/shapes-said.ts";
import type { PlaceFrame } from "../../shared/socket.ts";
import { events, place } from "../state.ts";
import { Reach } from "./Reach.tsx";

export function Waiting(): VNode {
  const now = place.value;
  return (
    <div class="queue">
      <Icon shape={said.clock} />
      <div>
        <strong>{now ? placeText(now) : t("chat.queue.called")}</strong>
        <p>{now ? timeText(now) : t("chat.queue.soon")}</p>
        <p class="keep">{t("chat.queue.keep")}</p>
        {now && !now.staffed && <Reach />}
      </div>
    </div>
  );
}

function placeText(now: PlaceFrame): string {
  if (!now.staffed) return t("chat.queue.nobody");
  return now.place === 1 ? t("chat.queue.next") : t("chat.queue.place", { n: now.place });
}

/** A range, never a single number; and no number where none can be honest. */
function timeText(now: PlaceFrame): string {
  if (!now.staffed) return t(events.value.length ? "chat.queue.later" : "chat.queue.soon");
  if (!now.minutes) return t("chat.queue.unknown");
  const [low, high] = now.minutes;
  if (high <= 1) return t("chat.queue.minute");
  if (low >= high) return t("chat.queue.about", { n: high });
  const number = new Intl.NumberFormat(locale.value);
  return t("chat.queue.range", { low: number.format(Math.max(1, low)), high: number.format(high), n: high });
}
