/**
 * Attachments in the panel: uploading, drawing, opening, saving. Loaded with the first file; it imports nothing, or the
 * bundler cuts the panel into more files than one. Drawn without a framework for the same reason, and on canvases: the
 * policy of the page around us may forbid images from anywhere.
 */
import { Shown } from "./attach/shown.ts";
import style from "./attach/attach.css?inline";
import { speaker } from "./attach/texts.ts";
import { Tray } from "./attach/tray.ts";
import type { Attached, Surroundings } from "./attach/types.ts";

export interface Attach {
  /** Upload files for the next message. */
  add(files: readonly File[]): void;
  /** Put back what a message carried that was not sent. */
  restore(files: readonly Attached[]): void;
  /** Draw what a message carries into a box. */
  show(box: HTMLElement, files: readonly Attached[]): Promise<void>;
}

export async function make(around: Surroundings): Promise<Attach> {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  around.root.adoptedStyleSheets = [...around.root.adoptedStyleSheets, sheet];
  const speak = speaker(around);
  await speak();
  const shown = new Shown(around, speak);
  const tray = new Tray(around, speak);
  return {
    add: (files) => void tray.add(files),
    restore: (files) => tray.restore(files),
    show: (box, files) => shown.draw(box, files),
  };
}
