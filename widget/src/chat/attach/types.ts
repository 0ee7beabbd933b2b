/** What the panel hands to its attachments: they import nothing of it. */
import type { Signal } from "@preact/signals";
import type { AttachmentLimits, Attached } from "../../shared/frames.ts";
import type { Memory } from "../memory.ts";

export type { Attached };

export interface Surroundings {
  root: ShadowRoot;
  server: string;
  /** Who is here: files go with whoever uploaded them. */
  recall: () => Readonly<Pick<Memory, "token" | "owner">>;
  locale: Signal<string>;
  allowed: Signal<AttachmentLimits | null>;
  staged: Signal<Attached[] | null>;
  announcement: Signal<string>;
}

/** Says a text in the language in use. */
export type Say = (key: string, values?: Record<string, string | number>) => string;
/** The words of the language in use, once they are there. */
export type Speak = () => Promise<Say>;
