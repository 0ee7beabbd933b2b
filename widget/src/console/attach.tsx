/** Files of a reply and of messages. How they are sent and drawn is loaded with the first of them. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Attached } from "../shared/frames.ts";
import { t } from "../shared/i18n.ts";
import { icon } from "../staff/icons.tsx";
import { open, state } from "./desk.ts";

export interface Item {
  key: number;
  name: string;
  size: number;
  file: File | null;
  share: number;
  kept: Attached | null;
  failed: string | null;
}

/** Per conversation, like the drafts: they survive looking at another one. */
const staged = signal<Readonly<Record<string, readonly Item[]>>>({});

type Drawn = typeof import("./files.tsx");
const drawn = signal<Drawn | null>(null);
let loading: Promise<Drawn> | null = null;

function load(): Promise<Drawn> {
  loading ??= import("./files.tsx").then(
    (module) => (drawn.value = module),
    (error: unknown) => {
      loading = null;
      throw error;
    },
  );
  return loading;
}

export const itemsOf = (conversation: string | null) => staged.value[conversation ?? ""] ?? [];

/** What is ready to go with the reply; null while something is still being uploaded. */
export function readyFiles(): Attached[] | null {
  const items = itemsOf(open.value);
  return items.some((one) => !one.kept && one.failed === null) ? null : items.flatMap((one) => one.kept ?? []);
}

/** They went with a reply: only what has failed stays to be seen. */
export function clearFiles(): void {
  put(open.value, (items) => items.filter((one) => !one.kept));
}

export function put(conversation: string | null, by: (items: readonly Item[]) => readonly Item[]): void {
  const key = conversation ?? "";
  staged.value = { ...staged.value, [key]: by(itemsOf(key)) };
}

/** Take what was chosen, pasted or dropped; says whether there was any file in it. */
export function takeFiles(files: FileList | null | undefined): boolean {
  const found = [...(files ?? [])];
  const conversation = open.value;
  if (!state.value.attachments || !found.length) return false;
  load().then((it) => it.add(conversation, found), () => undefined);
  return true;
}

/** The way to choose files; pasting and dropping do the same. */
export function AttachButton() {
  useDrop();
  if (!state.value.attachments) return null;
  const chosen = (input: HTMLInputElement) => {
    takeFiles(input.files);
    input.value = ""; // the same file may be chosen again after it was removed
  };
  return (
    <label class="button attach-button" title={t("console.attach")}>
      <input id="attach" type="file" multiple accept="image/*,.pdf" aria-label={t("console.attach")} aria-keyshortcuts="f" onChange={(event) => chosen(event.currentTarget)} />
      {icon("clip", 16)}
    </label>
  );
}

/** A file dropped anywhere goes to the reply: the browser would leave the console for it. */
function useDrop(): void {
  useEffect(() => {
    const over = (event: DragEvent) => event.dataTransfer?.types.includes("Files") && event.preventDefault();
    const drop = (event: DragEvent) => takeFiles(event.dataTransfer?.files) && event.preventDefault();
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  }, []);
}

export function Tray() {
  const Drawn = drawn.value?.Tray;
  return itemsOf(open.value).length > 0 && Drawn ? <Drawn /> : null;
}

/** What came with a message: its names until it is drawn. */
export function Files({ files = [] }: { files?: readonly Attached[] | undefined }) {
  useEffect(() => {
    if (files.length) load().catch(() => undefined);
  }, [files.length]);
  if (!files.length) return null;
  const Drawn = drawn.value?.Files;
  return Drawn ? <Drawn files={files} /> : <p class="files">{files.map((file) => file.name).join(", ")}</p>;
}
