/** The top of the panel: who is speaking now, the menu, closing. */
import type { VNode } from "preact";
import { Icon } from "../../shared/icons.ts";
import { t } from "../../shared/i18n.ts";
import * as shapes from "../../shared/shapes.ts";
import type { PanelHost } from "../host.ts";
import { later } from "../later.ts";
import { menu, place, standing } from "../state.ts";
import { botName } from "../talk.ts";
import { BotAvatar, PersonAvatar } from "./Avatar.tsx";

export function Header({ host, close }: { host: PanelHost; close: () => void }): VNode {
  const Menu = later.value?.Menu;
  return (
    <div class="header">
      <Speaker title={host.mode === "page" ? "h1" : "h2"} />
      <div class="tools">
        <button
          type="button"
          class="tool"
          aria-label={t("chat.menu")}
          aria-expanded={menu.value}
          aria-controls="menu"
          onClick={() => (menu.value = !menu.value)}
        >
          <Icon shape={shapes.more} />
        </button>
        {host.mode === "widget" && (
          <button type="button" class="tool" aria-label={t("chat.close")} onClick={close}>
            <Icon shape={shapes.x} />
          </button>
        )}
      </div>
      {menu.value && Menu && <Menu host={host} done={() => (menu.value = false)} />}
    </div>
  );
}

function Speaker({ title: Title }: { title: "h1" | "h2" }): VNode {
  const { holder, agent } = standing.value;
  if (holder === "agent" && agent) {
    return (
      <div class="speaker">
        <PersonAvatar name={agent.name} />
        <Title>{agent.name}</Title>
        <p>
          <span class="tag person">{t("chat.person.tag")}</span>
        </p>
      </div>
    );
  }
  return (
    <div class="speaker">
      <BotAvatar size={20} />
      <Title>{botName()}</Title>
      <p>
        <span class="tag">{t("chat.bot.tag")}</span>
        {holder === "queue" && place.value?.staffed && <span>{t("chat.queue.header", { n: place.value.place })}</span>}
      </p>
    </div>
  );
}
