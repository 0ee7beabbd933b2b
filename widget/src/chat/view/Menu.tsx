/** The language, keeping a copy, and starting over. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { Icon } from "../../shared/icons.ts";
import { LANGUAGE_NAMES, LOCALES, isLocale, locale, t } from "../../shared/i18n.ts";
import * as said from "../../shared/shapes-said.ts";
import { plainText } from "../../shared/markdown.tsx";
import type { PanelHost } from "../host.ts";
import { linkTo } from "../links.ts";
import { lineText, rowsOf } from "../rows.ts";
import { company, conversation, events, pending } from "../state.ts";
import { botName, startOver, switchLanguage } from "../talk.ts";

export function Menu({ host, done }: { host: PanelHost; done: () => void }): VNode {
  const asking = useSignal(false);
  const failed = useSignal(false);
  const unsaved = useSignal(false);
  // The button that was pressed goes away with the menu, and with it the focus.
  const close = () => {
    done();
    host.root.querySelector<HTMLElement>(".log")?.focus();
  };
  const keep = () => {
    saveTranscript(host.server).then(close, () => (unsaved.value = true));
  };
  const started = conversation.value !== null && events.value.length > 0;
  const leave = () => {
    startOver().then(close, () => (failed.value = true));
  };
  return (
    <div class="menu" id="menu" role="group" aria-label={t("chat.menu")}>
      <label>
        <span>{t("chat.language")}</span>
        <select value={locale.value} onChange={(event) => choose(event.currentTarget.value)}>
          {LOCALES.map((l) => <option key={l} value={l} lang={l}>{LANGUAGE_NAMES[l]}</option>)}
        </select>
      </label>
      {started && (
        <button type="button" class="plain" onClick={keep}>
          <Icon shape={said.download} />
          {t("chat.transcript")}
        </button>
      )}
      {unsaved.value && <p class="error" role="alert">{t("chat.transcript.failed")}</p>}
      {started && !asking.value && (
        <button type="button" class="plain" onClick={() => (asking.value = true)}>
          <Icon shape={said.rotateLeft} />
          {t("chat.start_over")}
        </button>
      )}
      {asking.value && (
        <div class="confirm">
          <p>{t("chat.start_over.ask")}</p>
          {failed.value && <p class="error">{t("chat.failed.general")}</p>}
          <button type="button" class="small strong" onClick={leave}>{t("chat.start_over")}</button>
          <button type="button" class="small" onClick={close}>{t("chat.start_over.no")}</button>
        </div>
      )}
    </div>
  );
}

async function saveTranscript(server: string): Promise<void> {
  const { fileName, save, write } = await import("../transcript.ts");
  const now = new Date();
  const { name } = company.value;
  const words = { locale: locale.value, company: name, bot: botName(), t, line: lineText, plain: plainText, link: linkTo(server) };
  save(write(rowsOf(events.value, pending.value), words, now), fileName(name, now));
}

function choose(value: string): void {
  if (isLocale(value)) void switchLanguage(value, true).catch(() => undefined);
}
