/** `<script src="…/widget.js" async>`: draws the launcher and nothing more until somebody wants it. */
import type { PanelHandle, PanelHost, Proof } from "../chat/host.ts";
import { nearestLocale, type Locale } from "../shared/languages.ts";
import { STYLE, launcherIcon } from "./launcher.ts";

type Listener = (detail: unknown) => void;
/** What attributes of the script say at the start (`data-…`), and the page whenever it likes; "" takes it back. */
type Wishes = { [wish in "accent" | "locale" | "page" | "position" | "theme"]?: string };
interface Api {
  open(focus?: boolean): void;
  close(): void;
  /** Gives what takes the listener off again. */
  on(event: string, listener: Listener): () => void;
  identify(proof: Proof): void;
  forget(): void;
  completed(link?: string): void;
  set(wishes: Wishes): void;
  /** Take the chat off the page. What the browser keeps of the customer stays: `forget` takes that away. */
  destroy(): void;
}
declare global {
  interface Window {
    Handrail?: Api;
  }
}

const script = document.currentScript as HTMLScriptElement | null;
const TAG = "handrail-chat";
const files = __FILES__;

/** What the panel kept on an earlier visit; nothing is written here. `gone`: it is taken away, before the page is. */
function kept(gone?: boolean): { token?: string; open?: boolean; locale?: string } {
  try {
    if (gone) delete localStorage["handrail"];
    return JSON.parse(localStorage["handrail"] ?? "{}");
  } catch {
    return {};
  }
}

/** The element is the API, and the host of the panel; what pages may call is bound to it, so that it can be handed on as a function. */
class HandrailChat extends HTMLElement implements Api, PanelHost {
  static observedAttributes = ["data-locale"];
  root = this.attachShadow({ mode: "open" });
  private button = document.createElement("button");
  private icon = launcherIcon();
  private badge = document.createElement("span");
  private panel: Promise<PanelHandle> | null = null;
  declare server: string;
  readonly mode = "widget";
  declare proof?: Proof | undefined;
  /** The language that the script names: the customer's own choice comes before it. */
  private declare named?: string | undefined;
  private count = 0;
  private isOpen = false;

  constructor() {
    super();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.root.adoptedStyleSheets = [sheet];
    this.button.className = "launcher";
    this.badge.className = "badge";
    this.button.append(this.icon[0], this.badge);
    this.button.onpointerenter = this.button.onfocus = () => this.load();
    this.button.onclick = () => (this.isOpen ? this.close() : this.open());
    this.root.append(this.button);
  }

  /** `source`: where the script came from, should it name no server. */
  begin({ locale, server, ...wishes }: Wishes & { server?: string }, source: string): void {
    this.named = locale;
    this.server = new URL(server || source, location.href).origin;
    this.set({ position: document.dir === "rtl" ? "left" : "", ...wishes });
    document.body.append(this);
    this.show();
    const before = kept();
    if (before.open && innerWidth > 480) this.open(false);
    else if (before.token) setTimeout(() => this.load(), 1000);
  }

  /** Pages that go back to a copy of their body (Turbo) bring a copy of the chat: there is one already. */
  connectedCallback(): void {
    if (this.gone) this.remove();
  }

  /** Pages that swap their body (Turbo, SPAs) take the element out: put it back. */
  disconnectedCallback(): void {
    setTimeout(() => this.gone || this.isConnected || document.body.append(this));
  }

  attributeChangedCallback(): void {
    this.tell((panel) => panel.setLocale(this.locale));
    this.show();
  }

  /** A copy, or destroyed. */
  private get gone(): boolean {
    return window.Handrail !== this;
  }

  get locale(): Locale {
    const { lang } = document.documentElement;
    return nearestLocale([this.dataset["locale"], kept().locale, this.named, lang, ...navigator.languages, "en"]) as Locale;
  }

  set = (wishes: Wishes): void => {
    Object.assign(this.dataset, wishes);
    const { accent = "" } = wishes;
    if (CSS.supports("color", accent)) this.style.setProperty("--handrail-accent", accent);
  };

  destroy = (): void => {
    this.tell((panel) => panel.destroy());
    this.panel = null;
    if (!this.gone) delete window.Handrail;
    this.remove();
  };

  open = (focus: unknown = true): void => {
    this.load();
    this.tell((panel) => {
      this.isOpen = true;
      panel.open(focus !== false);
      this.show();
      this.emit("open");
    });
  };

  close = (): void => this.tell((panel) => this.isOpen && panel.close());

  on = (event: string, listener: Listener): (() => void) => {
    const heard = (told: Event) => listener((told as CustomEvent).detail);
    this.addEventListener(event, heard);
    return () => this.removeEventListener(event, heard);
  };

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

  private tell(what: (panel: PanelHandle) => unknown): void {
    this.panel?.then(what, () => 0);
  }

  private load(): void {
    if (this.panel) return;
    this.panel = this.fetchPanel();
    this.panel.catch(() => this.away());
  }

  private async fetchPanel(): Promise<PanelHandle> {
    const at = (name: string) => import(/* @vite-ignore */ `${this.server}/a/${name}`);
    const [module] = await Promise.all([at(files.panel), at(files.texts[this.locale])]);
    if (this.gone) throw 0;
    return (module as { mount(host: PanelHost): Promise<PanelHandle> }).mount(this);
  }

  refused(): void {
    this.hidden = true;
  }

  closed(): void {
    this.isOpen = false;
    this.show();
    this.button.focus();
    this.emit("close");
  }

  unread(count: number): void {
    this.count = count;
    this.show();
    this.emit("unread", count);
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
    const label = __LABELS__[this.locale];
    this.button.ariaLabel = this.count ? `${label} (${this.count})` : label;
    this.button.ariaExpanded = `${this.isOpen}`;
    this.badge.textContent = `${Math.min(this.count, 99) || ""}`;
    this.icon[1](this.isOpen);
    this.toggleAttribute("open", this.isOpen);
  }
}

function start(): void {
  if (window.Handrail) return;
  // The name is taken for as long as the page lives: a script that comes after destroy() finds it so.
  const chat = document.createElement(TAG) as HandrailChat;
  window.Handrail = chat;
  chat.begin({ ...script?.dataset }, script?.src || "/");
}

if (!customElements.get(TAG)) customElements.define(TAG, HandrailChat);
if (document.body) start();
else addEventListener("DOMContentLoaded", start);
