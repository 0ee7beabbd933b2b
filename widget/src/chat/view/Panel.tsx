/** The panel as a whole. */
import { effect, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { locale, t } from "../../shared/i18n.ts";
import { take } from "../attached.ts";
import type { PanelHost } from "../host.ts";
import { later } from "../later.ts";
import { announcement, link, menu, opened, source } from "../state.ts";
import { Composer } from "./Composer.tsx";
import { Header } from "./Header.tsx";
import { Log } from "./Log.tsx";
import { Connection } from "./Notices.tsx";
import { ToPerson } from "./Queue.tsx";

const LATE_MS = 3000;

export function Panel({ host, close }: { host: PanelHost; close: () => void }): VNode {
  const late = useLate();
  const Source = later.value?.Source;
  const Incidents = later.value?.Incidents;
  const widget = host.mode === "widget";
  const key = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.isComposing) {
      if (source.value) source.value = null;
      else if (menu.value) menu.value = false;
      else if (widget) close();
    } else if (event.key === "F6") jump(host.root);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const brought = (event: Event & Partial<DragEvent & ClipboardEvent>) =>
    take(host, (event.dataTransfer ?? event.clipboardData)?.files) && event.preventDefault();
  return (
    <div
      class={`panel ${host.mode}`}
      id="panel"
      role={widget ? "dialog" : "main"}
      aria-label={t("chat.title")}
      lang={locale.value}
      hidden={!opened.value}
      onKeyDown={key}
      onClick={(event) => keepFocus(event, host.root)}
      onDragOver={(event) => event.dataTransfer?.types.includes("Files") && event.preventDefault()}
      onDrop={brought}
      onPaste={brought}
    >
      <Header host={host} close={close} />
      {Incidents && <Incidents />}
      <Connection late={late} />
      <Log host={host} />
      <div class="bottom" inert={source.value !== null}>
        <ToPerson />
        <Composer host={host} />
      </div>
      {Source && <Source host={host} />}
      <p class="quiet" role="status" aria-live="polite">{announcement.value}</p>
    </div>
  );
}

/** F6 goes between the log and the field. */
function jump(root: ShadowRoot): void {
  const next = root.activeElement?.classList.contains("field") ? ".log" : ".field";
  root.querySelector<HTMLElement>(next)?.focus();
}

/** A button that has done its work goes away: the focus stays in the panel. */
function keepFocus({ target }: Event, root: ShadowRoot): void {
  const button = (target as Element).closest("button");
  setTimeout(() => {
    const now = root.activeElement;
    const lost = !now || (now === button && button.disabled);
    if (button && lost && opened.value) root.querySelector<HTMLElement>(".log")?.focus();
  }, 50);
}

/** Whether connecting has taken so long that it is worth a word. */
function useLate(): boolean {
  const late = useSignal(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = effect(() => {
      clearTimeout(timer);
      if (link.value.at === "online") late.value = false;
      else if (link.value.at === "connecting") timer = setTimeout(() => (late.value = true), LATE_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, []);
  return late.value;
}
