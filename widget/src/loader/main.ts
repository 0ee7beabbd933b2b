/** `<script src="…/widget.js" async>`: draws the launcher and nothing more until somebody wants it. */
import type { PanelHandle, PanelHost } from "../chat/host.ts";
import { isLocale, nearestLocale, type Locale } from "../shared/languages.ts";
import { CSS, launcherIcons } from "./launcher.ts";

type Listener = (detail: unknown) => void;
interface Api {
  open(): void;
  close(): void;
  on(event: string, listener: Listener): void;
  identify(): void;
  completed(link?: string): void;
}
declare global {
  interface Window {
    Handrail?: Api;
  }
}

const script = document.currentScript as HTMLScriptElement | null;
const given = script?.dataset ?? {};
const TAG = "handrail-chat";
const listeners: [string, Listener][] = [];

function emit(event: string, detail?: unknown): void {
  for (const [name, listener] of listeners) {
    try {
      if (name === event) listener(detail);
    } catch (error) {
      setTimeout(() => { throw error; });
    }
  }
}

/** What the panel kept on an earlier visit; nothing is written here. */
function kept(): { token?: string; open?: boolean; locale?: string } {
  try {
    return JSON.parse(localStorage.getItem("handrail") ?? "{}");
  } catch {
    return {};
  }
}

class HandrailChat extends HTMLElement {
  static observedAttributes = ["locale"];
  private root = this.attachShadow({ mode: "open" });
  private button = document.createElement("button");
  private badge = document.createElement("span");
  private server = new URL(given["server"] || script?.src || "/", location.href).origin;
  private panel: Promise<PanelHandle> | null = null;
  private count = 0;
  private isOpen = false;

  constructor() {
    super();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    this.root.adoptedStyleSheets = [sheet];
    this.button.className = "launcher";
    this.button.type = "button";
    this.badge.className = "badge";
    this.badge.ariaHidden = "true";
    this.button.append(...launcherIcons(), this.badge);
    this.button.onpointerenter = this.button.onfocus = () => this.load();
    this.button.onclick = () => (this.isOpen ? this.close() : this.open());
    this.root.append(this.button);
  }

  connectedCallback(): void {
    if (given["theme"]) this.dataset["theme"] = given["theme"];
    if (given["accent"]) this.style.setProperty("--handrail-accent", given["accent"]);
    this.show();
    const before = kept();
    const small = matchMedia("(max-width:480px)").matches;
    if (before.open && !small) this.open(false);
    else if (before.token) setTimeout(() => this.load(), 1000);
  }

  /** Pages that swap their body (Turbo, SPAs) take the element out: put it back. */
  disconnectedCallback(): void {
    setTimeout(() => this.isConnected || document.body.append(this));
  }

  attributeChangedCallback(_name: string, _old: string | null, next: string): void {
    if (isLocale(next)) this.panel?.then((panel) => panel.setLocale(next), () => 0);
    this.show();
  }

  get locale(): Locale {
    const set = this.getAttribute("locale") || kept().locale || given["locale"];
    const tags = [set, document.documentElement.lang, ...navigator.languages];
    return isLocale(set) ? set : (nearestLocale(tags) ?? "en");
  }

  open(focus = true): void {
    this.load()?.then(
      (panel) => {
        this.isOpen = true;
        panel.open(focus);
        this.show();
        emit("open");
      },
      () => 0,
    );
  }

  close(): void {
    this.panel?.then((panel) => panel.close(), () => 0);
  }

  completed(link?: string): void {
    if (kept().token) this.load()?.then((panel) => panel.completed(link), () => 0);
  }

  private load(): Promise<PanelHandle> | null {
    this.panel ??= this.fetchPanel().catch((error: unknown) => {
      this.away();
      throw error;
    });
    this.panel.catch(() => 0);
    return this.panel;
  }

  private async fetchPanel(): Promise<PanelHandle> {
    const at = (name: string) => import(/* @vite-ignore */ `${this.server}/a/${name}`);
    const { locale } = this;
    const [module] = await Promise.all([at(__FILES__.panel), at(__FILES__.texts[locale] ?? "")]);
    return (module as { mount(host: PanelHost): Promise<PanelHandle> }).mount({
      root: this.root,
      server: this.server,
      locale,
      mode: "widget",
      refused: () => (this.hidden = true),
      closed: () => {
        this.isOpen = false;
        this.show();
        this.button.focus();
        emit("close");
      },
      unread: (count) => {
        this.count = count;
        this.show();
        emit("unread", count);
      },
    });
  }

  /** The server cannot be had: be gone, and look again in a while. */
  private away(): void {
    this.hidden = true;
    setTimeout(() => {
      this.panel = null;
      this.hidden = false;
    }, 30_000);
  }

  private show(): void {
    const label = __LABELS__[this.locale] ?? "";
    this.button.ariaLabel = this.count ? `${label} (${this.count})` : label;
    this.button.ariaExpanded = String(this.isOpen);
    this.badge.textContent = this.count ? String(Math.min(this.count, 99)) : "";
    this.toggleAttribute("open", this.isOpen);
  }
}

function start(): void {
  const element = document.createElement(TAG) as HandrailChat;
  window.Handrail = {
    open: () => element.open(),
    close: () => element.close(),
    on: (event, listener) => void listeners.push([event, listener]),
    identify: () => undefined,
    completed: (link) => element.completed(link),
  };
  document.body.append(element);
}

if (!customElements.get(TAG)) {
  customElements.define(TAG, HandrailChat);
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
}
