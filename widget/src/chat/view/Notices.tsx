/** What stands between the header and the log while the connection is not well. */
import type { VNode } from "preact";
import { Icon } from "../../shared/icons.ts";
import { t } from "../../shared/i18n.ts";
import * as shapes from "../../shared/shapes.ts";
import { link } from "../state.ts";

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
