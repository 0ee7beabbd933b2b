/** The panel of the chat, as the launcher and the page /chat load it. */
import "./texts.ts";
import { effect } from "@preact/signals";
import { render } from "preact";
import theme from "../shared/theme.css?inline";
import type { PanelHandle, PanelHost } from "./host.ts";
import { loadLater } from "./later.ts";
import { recall, remember } from "./memory.ts";
import { link, markRead, menu, opened, source, unread } from "./state.ts";
import { setLocale } from "../shared/i18n.ts";
import { completed, connect, disconnect, identify, switchLanguage } from "./talk.ts";
import base from "./style/base.css?inline";
import log from "./style/log.css?inline";
import panel from "./style/panel.css?inline";
import { Panel } from "./view/Panel.tsx";

const NOT_ALLOWED = 4403;

/** Draw the panel, closed, into the host's shadow root. Rejects when the texts cannot be had. */
export async function mount(host: PanelHost): Promise<PanelHandle> {
  await setLocale(host.locale);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync([theme, base, panel, log].join("\n"));
  host.root.adoptedStyleSheets = [...host.root.adoptedStyleSheets, sheet];
  const place = document.createElement("div");
  place.className = "place";
  host.root.append(place);
  const close = () => {
    shut();
    host.closed();
  };
  render(<Panel host={host} close={close} />, place);
  const shown = [
    effect(() => host.unread(unread.value)),
    effect(() => {
      if (link.value.at === "stopped" && link.value.code === NOT_ALLOWED) refuse(host);
    }),
  ];
  const listening = new AbortController();
  document.addEventListener("visibilitychange", () => opened.value && document.visibilityState === "visible" && markRead(), listening);
  if (host.proof) identify(host.proof);
  connectLater(host);
  loadLater().then((module) => module.addStyle(host.root), () => undefined);
  fitKeyboard(place, listening);
  const destroy = () => {
    shut();
    for (const stop of shown) stop();
    listening.abort();
    render(null, place);
    disconnect();
  };
  return { open: (focus) => open(host, focus), close, setLocale: (next) => void switchLanguage(next, false).catch(() => undefined), identify, completed: (link) => completed(link === undefined ? null : shortened(link)), destroy };
}

function shut(): void {
  source.value = null;
  menu.value = opened.value = false;
  remember({ open: false });
}

/** Its owner reads why in the console of the browser; its customers see no chat that would not work. */
function refuse(host: PanelHost): void {
  opened.value = false;
  host.refused();
  import("./refused.ts").then(({ tell }) => tell(host.server), () => undefined);
}

/** A conversation from before goes on in the background, so that the launcher can count what is new. */
function connectLater(host: PanelHost): void {
  if (recall().token !== null) connect(host.server, () => placeOf(host));
}

function open(host: PanelHost, focus = true): void {
  connect(host.server, () => placeOf(host));
  opened.value = true;
  remember({ open: true });
  markRead();
  if (focus && (host.mode === "widget" || matchMedia("(hover: hover)").matches)) focusField(host.root);
}

/** On a phone the keyboard covers the page: the panel is as high as what is left to see. */
function fitKeyboard(place: HTMLElement, listening: AbortController): void {
  const view = window.visualViewport;
  view?.addEventListener("resize", () => place.style.setProperty("--visible-height", `${Math.round(view.height)}px`), listening);
}

function focusField(root: ShadowRoot): void {
  requestAnimationFrame(() => root.querySelector<HTMLElement>(".field")?.focus());
}

/** The page the customer is on now, or what it says it is, without what may be private in it; and what it is called. */
function placeOf({ mode, root }: PanelHost): ReturnType<Parameters<typeof connect>[1]> {
  if (mode === "page") return { page: document.referrer || null };
  const { page = "" } = (root.host as HTMLElement).dataset;
  // Half an emoji, where the page or we have cut it, is no text to the server.
  return { page: shortened(URL.canParse(page, location.href) ? page : ""), page_title: document.title.slice(0, 200).toWellFormed() };
}

function shortened(address: string): string {
  const { origin, pathname } = new URL(address, location.href);
  return origin + pathname;
}
