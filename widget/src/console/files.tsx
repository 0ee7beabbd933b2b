/** Files that go with a reply, and files that came with a message: uploaded, shown, opened, saved. */
import "./attach.css";
import { useSignal } from "@preact/signals";
import type { Attached } from "../shared/frames.ts";
import { locale, t } from "../shared/i18n.ts";
import { csrfHeader, errorOf, errorText, type ApiError } from "../staff/api.ts";
import { Dialog } from "../staff/dialog.tsx";
import { icon } from "../staff/icons.tsx";
import { itemsOf, put, type Item } from "./attach.tsx";
import { open, state } from "./desk.ts";

const PATH = "/api/attachments";
let last = 0;

function change(conversation: string | null, key: number, next: Partial<Item>): void {
  put(conversation, (items) => items.map((one) => (one.key === key ? { ...one, ...next } : one)));
}

/** Upload files for the reply in this conversation. */
export function add(conversation: string | null, found: readonly File[]): void {
  const limits = state.value.attachments;
  if (!limits) return;
  const room = limits.most - itemsOf(conversation).filter((one) => one.failed === null).length;
  const fresh = found.map((file, i): Item => {
    const failed = i >= room ? t("console.attach.too_many", { n: limits.most }) : file.size > limits.max_bytes ? tooLarge() : null;
    return { key: ++last, name: file.name, size: file.size, file, share: 0, kept: null, failed };
  });
  put(conversation, (items) => [...items, ...fresh]);
  for (const item of fresh) begin(conversation, item);
}

function tooLarge(): string {
  return t("console.attach.too_large", { max: sizeOf(state.value.attachments?.max_bytes ?? 0) });
}

/** fetch() tells nothing of how far an upload is. */
function begin(conversation: string | null, item: Item): void {
  if (!item.file || item.failed) return;
  const call = new XMLHttpRequest();
  const fail = (error: ApiError) => change(conversation, item.key, { failed: error.code === "too_large" ? tooLarge() : errorText(error) });
  call.open("POST", PATH);
  call.responseType = "json";
  const headers = { ...csrfHeader(), "X-File-Name": encodeURIComponent(item.name.slice(-200)) };
  for (const [name, value] of Object.entries(headers)) call.setRequestHeader(name, value);
  call.upload.onprogress = (event) => event.lengthComputable && change(conversation, item.key, { share: event.loaded / event.total });
  call.onerror = () => fail(errorOf(0, { error: { code: "offline" } }));
  call.onload = () => (call.status === 200 ? change(conversation, item.key, { kept: call.response as Attached }) : fail(errorOf(call.status, call.response)));
  call.send(item.file);
}

/** If that fails the server forgets it by itself. */
function removeItem(item: Item): void {
  put(open.value, (items) => items.filter((one) => one.key !== item.key));
  if (item.kept) fetch(`${PATH}/${item.kept.id}`, { method: "DELETE", headers: csrfHeader(), credentials: "same-origin" }).catch(() => undefined);
}

function retry(item: Item): void {
  change(open.value, item.key, { failed: null, share: 0 });
  begin(open.value, { ...item, failed: null });
}

export function Tray() {
  const items = itemsOf(open.value);
  const told = items.filter((one) => one.kept ?? one.failed).map((one) => `${one.name}: ${one.failed ?? t("console.attach.ready")}`);
  return (
    <>
      <ul class="tray" aria-label={t("console.attach.staged")}>
        {items.map((item) => <Row key={item.key} item={item} />)}
      </ul>
      <p class="hidden" role="status">{told.join(". ")}</p>
    </>
  );
}

function Row({ item }: { item: Item }) {
  const waiting = !item.kept && !item.failed;
  return (
    <li class={item.failed ? "tray-failed" : undefined}>
      {item.kept?.width ? <img src={`${PATH}/${item.kept.id}/preview`} alt="" /> : icon("file", 20)}
      <span class="tray-words">
        <span class="tray-name" dir="auto">{item.name}</span>
        {waiting ? <progress max={1} value={item.share} aria-label={item.name} /> : <span class={item.failed ? "error" : "hint"}>{item.failed ?? sizeOf(item.size)}</span>}
      </span>
      {item.failed && item.file && <button type="button" class="link" onClick={() => retry(item)}>{t("console.attach.retry")}</button>}
      <button type="button" class="icon-button" aria-label={t("console.attach.remove", { name: item.name })} onClick={() => removeItem(item)}>{icon("x", 16)}</button>
    </li>
  );
}

/** What came with a message: images open larger, the rest is saved. */
export function Files({ files }: { files: readonly Attached[] }) {
  const large = useSignal<Attached | null>(null);
  return (
    <div class="files">
      {files.map((file) => (file.width === null ? <Document key={file.id} file={file} /> : <Picture key={file.id} file={file} open={() => (large.value = file)} />))}
      {large.value && <Large file={large.value} close={() => (large.value = null)} />}
    </div>
  );
}

function Picture({ file, open: press }: { file: Attached; open: () => void }) {
  const scale = Math.min(1, 240 / Math.max(file.width ?? 1, file.height ?? 1));
  return (
    <button type="button" class="file-image" aria-label={t("console.attach.open", { name: file.name })} title={file.name} onClick={press}>
      <img src={`${PATH}/${file.id}/preview`} alt="" width={Math.round((file.width ?? 1) * scale)} height={Math.round((file.height ?? 1) * scale)} loading="lazy" />
    </button>
  );
}

function Document({ file }: { file: Attached }) {
  return (
    <a class="file-row" href={`${PATH}/${file.id}`} download={file.name}>
      {icon("file", 16)}
      <span class="tray-name" dir="auto">{file.name}</span>
      <span class="hint">{sizeOf(file.size)}</span>
      {icon("download", 14)}
    </a>
  );
}

function Large({ file, close }: { file: Attached; close: () => void }) {
  return (
    <Dialog title={file.name} wide onClose={close}>
      <img class="file-large" src={`${PATH}/${file.id}`} alt={file.name} />
      <div class="dialog-foot">
        <a class="button" href={`${PATH}/${file.id}`} download={file.name}>{icon("download", 16)} {t("console.attach.save")}</a>
      </div>
    </Dialog>
  );
}

/** `340 kB`, `2.4 MB`, as the language writes it. */
function sizeOf(bytes: number): string {
  const mega = bytes >= 999_500;
  const unit = { style: "unit", unit: mega ? "megabyte" : "kilobyte", maximumFractionDigits: mega ? 1 : 0 } as const;
  return new Intl.NumberFormat(locale.value, unit).format(mega ? bytes / 1e6 : Math.max(1, Math.round(bytes / 1000)));
}
