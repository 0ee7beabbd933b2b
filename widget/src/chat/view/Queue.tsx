/** The way to a person: the button while the bot answers, the place while the customer waits. */
import type { VNode } from "preact";
import { Icon } from "../../shared/icons.ts";
import { t } from "../../shared/i18n.ts";
import * as shapes from "../../shared/shapes.ts";
import { later } from "../later.ts";
import { pending, standing } from "../state.ts";
import { callPerson } from "../talk.ts";

export function ToPerson(): VNode | null {
  const { holder } = standing.value;
  if (holder === "agent") return null;
  const Waiting = later.value?.Waiting;
  if (holder === "queue") return Waiting ? <Waiting /> : null;
  const asked = pending.value.some((p) => p.kind === "person" && p.state !== "failed");
  return (
    <div class="to-person">
      <button type="button" class="text" disabled={asked} onClick={callPerson}>
        <Icon shape={shapes.user} size={16} />
        {t("chat.person.call")}
      </button>
    </div>
  );
}
