/** What the panel and whoever carries it (the loader's element, or the page /chat) say to each other. */
import type { Locale } from "../shared/languages.ts";

/** A signed token that says who the customer is, or how to get one: asked again whenever one has expired. */
export type Proof = string | (() => string | Promise<string>);

export interface PanelHost {
  /** What draws files in this panel, once there are any. */
  attach?: Promise<import("./attach.ts").Attach> | undefined;
  root: ShadowRoot;
  /** The origin of the Handrail server. */
  server: string;
  locale: Locale;
  mode: "widget" | "page";
  /** What the page said of its customer before the panel was there. */
  proof?: Proof | undefined;
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
  /** The page says who its customer is; nobody: they have signed out, and nothing of them stays here. */
  identify(proof?: Proof): void;
  /** The customer has finished what they were at, on this page or on the one named. */
  completed(link?: string): void;
  /** Close the connection, listen to nothing any more, draw nothing. What was said comes back with the next `mount`. */
  destroy(): void;
}
