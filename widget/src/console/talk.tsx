/** The middle column: whose conversation it is, what can be done with it, the log and the composer. */
import { t } from "../shared/i18n.ts";
import { icon, type IconName } from "../staff/icons.tsx";
import { Badge, Empty, languageName } from "../staff/parts.tsx";
import { words } from "../staff/texts.ts";
import { Composer } from "./composer.tsx";
import { claim, open, openConversation, pane, rights, room, row, state } from "./desk.ts";
import { takeBack, wake } from "./decide.ts";
import { textOf } from "../staff/read-loose.ts";
import { Log } from "./log.tsx";
import { nameOf } from "./names.ts";
import { dialog, singleKeys } from "./shortcuts.ts";
import { isDecided, isWaiting, type Room } from "./state.ts";
import { Lookers } from "./supervise.tsx";

/** How a visitor is called: by the name their site vouches for, by one that is known, else by the end of the id. */
export function visitorName(found: Room | null): string {
  if (found?.dossier?.contact?.name) return found.dossier.contact.name;
  return nameOf(textOf(found?.dossier?.visitor));
}

export function Talk() {
  const current = room.value;
  if (!open.value || !current) {
    return (
      <section class="column talk-column" aria-label={t("console.conversation")}>
        <Empty icon="message" title={t("console.none")} text={t(singleKeys.value ? "console.none.keys" : "console.none.text")} />
      </section>
    );
  }
  return (
    <section class="column talk-column" aria-label={t("console.conversation")}>
      <TalkHead current={current} />
      <Log key={open.value} room={current} visitor={visitorName(current)} />
      <Lookers />
      {!current.refused && <Composer key={`${open.value}-composer`} />}
    </section>
  );
}

function TalkHead({ current }: { current: Room }) {
  const dossier = current.dossier;
  return (
    <div class="talk-head">
      <button type="button" class="icon-button phone-only" aria-label={t("console.back")} onClick={() => openConversation(null)}>
        {icon("arrow-left")}
      </button>
      <div class="talk-title">
        <h2>{visitorName(current)}</h2>
        <p>
          <Holder current={current} />
          {dossier && <span>{languageName(dossier.language)}</span>}
          {dossier?.reason && !rights.value.finish && <span class="talk-reason">{words("console.reason", dossier.reason)}</span>}
        </p>
      </div>
      <Actions />
      <button type="button" class="icon-button narrow-only" aria-label={t("console.about")} onClick={() => (pane.value = "about")}>
        {icon("info")}
      </button>
    </div>
  );
}

function Holder({ current }: { current: Room }) {
  const dossier = current.dossier;
  if (!dossier) return null;
  if (dossier.agent) {
    const mine = dossier.agent.id === state.value.me?.id;
    return <Badge tone={mine ? "accent" : "plain"}>{mine ? t("console.holder.me") : t("console.holder.agent", { name: dossier.agent.name })}</Badge>;
  }
  if (dossier.status === "resolved") return <Badge>{t("console.holder.over")}</Badge>;
  return isWaiting(dossier) ? <Badge tone="warn">{t("console.holder.queue")}</Badge> : <Badge>{t("console.holder.bot")}</Badge>;
}

function Actions() {
  const may = rights.value;
  const own = row.value;
  if (own && isDecided(own)) return <div class="actions"><Action name="console.undo" shape="rotate-left" keys="z" primary act={() => void takeBack(own.conversation)} /></div>;
  return (
    <div class="actions">
      {may.claim && <Action name="console.claim" shape="check" keys="a" primary act={() => void claim()} />}
      {may.transfer && <Action name="console.transfer" shape="transfer" keys="t" act={() => (dialog.value = "transfer")} />}
      {may.finish && <Action name="console.give_back" shape="bot" keys="b" act={() => (dialog.value = "give_back")} />}
      {may.finish && (own?.nap?.asleep ? <Action name="console.wake" shape="clock" keys="s" act={() => void wake(own.conversation)} /> : <Action name="console.snooze" shape="clock" keys="s" act={() => (dialog.value = "snooze")} />)}
      {may.finish && <Action name="console.resolve" shape="check" keys="e" primary act={() => (dialog.value = "resolve")} />}
    </div>
  );
}

function Action({ name, shape, keys, primary = false, act }: { name: string; shape: IconName; keys: string; primary?: boolean; act: () => void }) {
  const shown = singleKeys.value;
  return (
    <button type="button" class={primary ? "button button-primary" : "button"} title={shown ? `${t(name)} (${keys.toUpperCase()})` : t(name)} aria-keyshortcuts={shown ? keys : undefined} onClick={act}>
      {icon(shape, 16)}
      <span class="action-name">{t(name)}</span>
    </button>
  );
}
