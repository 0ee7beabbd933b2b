/**
 * `<script src="…/banner.js" defer></script>`: says on any page what is broken, above its content and never over it.
 *
 * Nothing is drawn, kept or sent while all is well. A picture that cannot be refreshed goes away after a while: what
 * nobody can confirm must not stand there.
 */
import { isLocale, nearestLocale, type Locale } from "../shared/languages.ts";
import { CSS } from "./style.ts";

interface Incident {
  id: string;
  title: string;
  title_language: string | null;
  severity: string;
  status: string;
  as_of: string;
  unconfirmed_since: string | null;
  text: string | null;
  url: string;
}

const script = document.currentScript as HTMLScriptElement | null;
const given = script?.dataset ?? {};
const server = new URL(given["server"] || script?.src || "/", location.href).origin;
const EVERY = 30_000;
/** Milliseconds after which a picture that could not be refreshed is taken down. */
const STALE = 600_000;
const KEPT = "handrail-banner";
const SHOWN = 2;

/** Dismissed is one update of an incident: the next one is shown again. */
const keyOf = (one: Incident) => `${one.id}|${one.status}|${one.as_of}`.slice(0, 120);
const drawnOf = (one: Incident) => keyOf(one) + (one.unconfirmed_since ?? "");

function dismissed(): string[] {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(read) ? read.map(String) : [];
  } catch {
    return [];
  }
}

class HandrailBanner extends HTMLElement {
  private root = this.attachShadow({ mode: "open" });
  private items: Incident[] = [];
  private known: string[] = dismissed();
  private at = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    this.root.adoptedStyleSheets = [sheet];
  }

  connectedCallback(): void {
    if (given["theme"]) this.dataset["theme"] = given["theme"];
    document.addEventListener("visibilitychange", this.look);
    this.look();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.look);
    clearTimeout(this.timer);
    setTimeout(() => this.isConnected || place(this)); // pages that swap their body take it out
  }

  get locale(): Locale {
    const set = given["locale"];
    return isLocale(set) ? set : (nearestLocale([document.documentElement.lang, ...navigator.languages]) ?? "en");
  }

  /** Ask again, but not on a page that nobody sees. */
  private look = (): void => {
    clearTimeout(this.timer);
    if (document.hidden || !this.isConnected) return;
    void this.ask().finally(() => {
      clearTimeout(this.timer);
      this.timer = setTimeout(this.look, EVERY * (0.9 + 0.2 * Math.random()));
    });
  };

  private async ask(): Promise<void> {
    try {
      const answer = await fetch(`${server}/api/incidents?locale=${this.locale}`, { credentials: "omit", signal: AbortSignal.timeout(10_000) });
      if (!answer.ok) throw new Error(String(answer.status));
      const read = (await answer.json()) as { items?: Incident[] };
      this.items = read.items ?? [];
      this.at = Date.now();
    } catch {
      if (Date.now() - this.at > STALE) this.items = [];
    }
    this.draw();
  }

  private draw(): void {
    const shown = this.items.filter((one) => !this.known.includes(keyOf(one))).slice(0, SHOWN);
    const drawn = shown.map(drawnOf).join();
    if (this.dataset["drawn"] === drawn) return; // said once, not at every look
    this.dataset["drawn"] = drawn;
    this.root.replaceChildren(...(shown.length ? [this.region(shown)] : []));
  }

  private region(shown: Incident[]): HTMLElement {
    const region = make("section", "");
    region.setAttribute("aria-label", this.say("banner.region"));
    region.setAttribute("lang", this.locale);
    region.setAttribute("role", "status");
    region.append(...shown.map((one) => this.row(one)));
    return region;
  }

  private row(one: Incident): HTMLElement {
    const row = make("div", /critical|major/.test(one.severity) ? "row red" : "row");
    const title = make("strong", "", one.title);
    if (one.title_language) title.setAttribute("lang", one.title_language);
    const time = this.say("chat.incident.as_of").replace("{time}", when(one.as_of, this.locale));
    const since = one.unconfirmed_since;
    const doubt = since ? ` · ${this.say("chat.incident.unconfirmed").replace("{time}", when(since, this.locale))}` : "";
    const about = make("span", "when", `${this.say(`chat.incident.status.${one.status}`)} · ${time}${doubt}`);
    const link = make("a", "", this.say("banner.details")) as HTMLAnchorElement;
    link.href = new URL(one.url, server).href;
    const close = make("button", "", "×") as HTMLButtonElement;
    close.type = "button";
    close.ariaLabel = this.say("chat.incident.dismiss").replace("{title}", one.title);
    close.onclick = () => this.dismiss(one);
    const words = make("p", "");
    words.append(title, " ", about, " ", link);
    row.append(words, close);
    return row;
  }

  private dismiss(one: Incident): void {
    this.known = [...this.known, keyOf(one)].slice(-20);
    try {
      localStorage.setItem(KEPT, JSON.stringify(this.known));
    } catch {
      // A page without storage shows it again after the next load.
    }
    this.draw();
  }

  private say(key: string): string {
    return __BANNER__[this.locale]?.[key] ?? key;
  }
}

function make(tag: string, name: string, text = ""): HTMLElement {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}

function when(at: string, locale: string): string {
  const date = new Date(at);
  const today = date.toDateString() === new Date().toDateString();
  const day: Intl.DateTimeFormatOptions = today ? {} : { day: "numeric", month: "short" };
  return date.toLocaleString(locale, { ...day, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

function place(banner: HTMLElement): void {
  const target = given["target"] ? document.querySelector(given["target"]) : null;
  (target ?? document.body).prepend(banner);
}

function start(): void {
  if (customElements.get("handrail-banner")) return; // the script stands twice
  customElements.define("handrail-banner", HandrailBanner);
  place(document.createElement("handrail-banner"));
}

if (document.body) start();
else addEventListener("DOMContentLoaded", start);
