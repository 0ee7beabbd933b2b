/** `<script src="…/widget.js" async>`: draws the launcher and nothing more until somebody wants it. */
import type { PanelHandle, PanelHost, Proof } from "../chat/host.ts";
import { isLocale, nearestLocale, type Locale } from "../shared/languages.ts";
import { CSS, launcherIcons } from "./launcher.ts";

type Listener = (detail: unknown) => void;
interface Api {
  open(focus?: boolean): void;
  close(): void;
  on(event: string, listener: Listener): void;
  identify(proof: Proof): void;
  forget(): void;
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
const files = __FILES__;

/** What the panel kept on an earlier visit; nothing is written here. `gone`: it is taken away, before the page is. */
function kept(gone?: boolean): { token?: string; open?: boolean; locale?: string } {
  try {
    if (gone) localStorage.removeItem("handrail");
    return JSON.parse(localStorage.getItem("handrail") ?? "{}");
  } catch {
    return {};
  }
}

/** The element is the API, too; what pages may call is bound to it, so that it can be handed on as a function. */
class HandrailChat extends HTMLElement implements Api {
  static observedAttributes = ["locale"];
  private root = this.attachShadow({ mode: "open" });
  private button = document.createElement("button");
  private badge = document.createElement("span");
  private server = new URL(given["server"] || script?.src || "/", location.href).origin;
  private panel: Promise<PanelHandle> | null = null;
  private declare proof?: Proof;
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
    if (isLocale(next)) this.tell((panel) => panel.setLocale(next));
    this.show();
  }

  get locale(): Locale {
    const set = this.getAttribute("locale") || kept().locale || given["locale"];
    const tags = [set, document.documentElement.lang, ...navigator.languages];
    return isLocale(set) ? set : (nearestLocale(tags) ?? "en");
  }

  open = (focus: unknown = true): void => {
    this.load();
    this.tell((panel) => {
      this.isOpen = true;
      panel.open(focus !== false);
      this.show();
      this.emit("open");
    });
  };

  close = (): void => this.tell((panel) => panel.close());

  on = (event: string, listener: Listener): void => this.addEventListener(event, (told) => listener((told as CustomEvent).detail));

  completed = (link?: string): void => {
    if (kept().token) this.load();
    this.tell((panel) => panel.completed(link));
  };

  /** The panel is told when it comes: who only reads the page loads none for it. */
  identify = (proof?: Proof): void => {
    this.proof = proof;
    this.tell((panel) => panel.identify(proof));
  };

  forget = (): void => {
    kept(true);
    this.identify();
  };

  private emit(event: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }

  private tell(what: (panel: PanelHandle) => void): void {
    this.panel?.then(what, () => 0);
  }

  private load(): void {
    if (this.panel) return;
    this.panel = this.fetchPanel();
    this.panel.catch(() => this.away());
  }

  private async fetchPanel(): Promise<PanelHandle> {
    const at = (name: string) => import(/* @vite-ignore */ `${this.server}/a/${name}`);
    const { locale } = this;
    const [module] = await Promise.all([at(files.panel), at(files.texts[locale] ?? "")]);
    return (module as { mount(host: PanelHost): Promise<PanelHandle> }).mount({
      root: this.root,
      server: this.server,
      locale,
      mode: "widget",
      proof: this.proof,
      refused: () => (this.hidden = true),
      closed: () => {
        this.isOpen = false;
        this.show();
        this.button.focus();
        this.emit("close");
      },
      unread: (count) => {
        this.count = count;
        this.show();
        this.emit("unread", count);
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
  window.Handrail = document.createElement(TAG) as HandrailChat;
  document.body.append(window.Handrail as HandrailChat);
}

if (!customElements.get(TAG)) {
  customElements.define(TAG, HandrailChat);
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
}
