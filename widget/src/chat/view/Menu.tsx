/** The language, and starting over. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { Icon } from "../../shared/icons.ts";
import { LANGUAGE_NAMES, LOCALES, isLocale, locale, t } from "../../shared/i18n.ts";
import * as shapes from "../../shared/shapes.ts";
import { conversation, events } from "../state.ts";
import { startOver, switchLanguage } from "../talk.ts";

export function Menu({ done }: { done: () => void }): VNode {
  const asking = useSignal(false);
  const failed = useSignal(false);
  const started = conversation.value !== null && events.value.length > 0;
  const leave = () => {
    startOver().then(done, () => (failed.value = true));
  };
  return (
    <div class="menu" id="menu" role="group" aria-label={t("chat.menu")}>
      <label>
        <span>{t("chat.language")}</span>
        <select value={locale.value} onChange={(event) => choose(event.currentTarget.value)}>
          {LOCALES.map((l) => <option key={l} value={l} lang={l}>{LANGUAGE_NAMES[l]}</option>)}
        </select>
      </label>
      {started && !asking.value && (
        <button type="button" class="plain" onClick={() => (asking.value = true)}>
          <Icon shape={shapes.rotateLeft} />
          {t("chat.start_over")}
        </button>
      )}
      {asking.value && (
        <div class="confirm">
          <p>{t("chat.start_over.ask")}</p>
          {failed.value && <p class="error">{t("chat.failed.general")}</p>}
          <button type="button" class="small strong" onClick={leave}>{t("chat.start_over.yes")}</button>
          <button type="button" class="small" onClick={done}>{t("chat.start_over.no")}</button>
        </div>
      )}
    </div>
  );
}

function choose(value: string): void {
  if (isLocale(value)) void switchLanguage(value, true).catch(() => undefined);
}
