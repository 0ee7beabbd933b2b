/** What the panel and whoever carries it (the loader's element, or the page /chat) say to each other. */
import type { Locale } from "../shared/languages.ts";

export interface PanelHost {
  root: ShadowRoot;
  /** The origin of the Handrail server. */
  server: string;
  locale: Locale;
  mode: "widget" | "page";
  /** The panel closed itself (button, Escape): give the focus back to the launcher. */
  closed(): void;
  unread(count: number): void;
  /** The server does not want this site: nothing of the chat may be seen. */
  refused(): void;
}

export interface PanelHandle {
  /** `focus`: put the cursor into the field; not when the panel opens by itself. */
  open(focus?: boolean): void;
  close(): void;
  setLocale(locale: Locale): void;
  /** The customer has finished what they were at, on this page or on the one named. */
  completed(link?: string): void;
}
