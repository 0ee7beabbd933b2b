/** What will go with the next message, above the field: each file with its progress, or why it cannot go. */
import { icon, make } from "./parts.ts";
import { paint } from "./picture.ts";
import { Refused, fetchBlob, remove, upload, type Upload } from "./reach.ts";
import { sizeOf } from "./texts.ts";
import type { Attached, Say, Speak, Surroundings } from "./types.ts";

interface Item {
  name: string;
  size: number;
  /** Null for what another page uploaded and this one puts back. */
  file: File | null;
  /** Who was here when it was uploaded: the server lets nobody else send it. */
  by: Uploader;
  share: number;
  kept: Attached | null;
  failed: string | null;
  upload: Upload | null;
  picture: HTMLCanvasElement | null;
  row: HTMLLIElement;
}

type Uploader = ReturnType<Surroundings["recall"]>;

const THUMB = 120;
/** No use in trying these again. */
const FINAL = new Set(["too_large", "unsupported_type", "broken_file", "too_many_pixels", "empty_file", "attachments_off", "too_many", "no_attachment"]);

export class Tray {
  private items: Item[] = [];
  /** What was uploaded here, by its id: a message that was not sent brings it back. */
  private readonly uploaded = new Map<string, Item>();
  private readonly box = make("ul", { class: "tray" });

  constructor(
    private readonly around: Surroundings,
    private readonly speak: Speak,
  ) {
    around.root.querySelector(".bottom .composer")?.before(this.box);
    around.staged.subscribe((ready) => {
      if (around.recall().token === null) return this.forget();
      // Sent: only what has failed stays to be seen.
      if (ready?.length === 0 && this.items.some((one) => one.kept)) this.change(this.items.filter((one) => !one.kept));
    });
    // Set by every welcome, when it is known who is here.
    around.allowed.subscribe(() => this.follow());
    around.locale.subscribe(() => void this.draw());
  }

  async add(files: readonly File[]): Promise<void> {
    const { max_bytes: largest = 0, most = 0 } = this.around.allowed.value ?? {};
    const room = most - this.items.filter((one) => one.failed === null).length;
    const fresh = files.map((file, i): Item => {
      const failed = i >= room ? "too_many" : file.size > largest ? "too_large" : null;
      return this.item({ name: file.name, size: file.size, file, failed });
    });
    this.change([...this.items, ...fresh]);
    for (const item of fresh) this.begin(item);
    this.focus();
    await this.told(fresh);
  }

  restore(files: readonly Attached[]): void {
    const again = files.map((kept) => this.uploaded.get(kept.id) ?? this.item({ name: kept.name, size: kept.size, share: 1, kept }));
    this.change([...this.items, ...again]);
    this.follow();
    for (const item of again) if (!item.file && item.kept) void this.look(item, item.kept);
  }

  private item(known: Partial<Item> & Pick<Item, "name" | "size">): Item {
    return { file: null, by: this.around.recall(), share: 0, kept: null, failed: null, upload: null, picture: null, row: make("li"), ...known };
  }

  /** Is it still there, and what does it look like? Without a connection nobody can say, and it stays. */
  private async look(item: Item, kept: Attached): Promise<void> {
    try {
      const blob = await fetchBlob(this.around, kept.id, kept.width ? "/preview" : "");
      if (kept.width) this.picture(item, blob);
    } catch (error) {
      if (error instanceof Refused && error.code === "404") this.settle(item, { kept: null, failed: "no_attachment" });
    }
  }

  /** The customer has signed out: nothing of theirs stays to be seen. */
  private forget(): void {
    for (const item of this.items) item.upload?.stop();
    this.items = [];
    this.uploaded.clear();
    void this.draw();
  }

  /** Somebody else is here. What a contact chose is theirs alone; what was chosen before that goes on with them. */
  private follow(): void {
    const now = this.around.recall();
    const mine = (by: Uploader) => !by.owner || by.owner === now.owner;
    const gone = this.items.filter((one) => !mine(one.by));
    for (const item of gone) item.upload?.stop();
    for (const [id, item] of this.uploaded) if (!mine(item.by)) this.uploaded.delete(id);
    if (gone.length) this.change(this.items.filter((one) => mine(one.by)));
    const moved = this.items.filter(({ by }) => !by.owner && (now.owner || by.token !== now.token));
    for (const item of moved) this.again(item);
  }

  /** Upload it once more, under the name of whoever is here now. */
  private again(item: Item): void {
    item.by = this.around.recall();
    if (FINAL.has(item.failed ?? "")) return;
    item.upload?.stop();
    Object.assign(item, { share: 0, kept: null, failed: item.file ? null : "no_attachment", upload: null });
    this.change([...this.items]);
    this.begin(item);
  }

  private begin(item: Item): void {
    const { file } = item;
    if (!file || item.failed) return;
    if (/^image\//.test(file.type) && !item.picture) this.picture(item, file);
    item.by = this.around.recall();
    const sent = upload(this.around, file, (share) => {
      item.share = share;
      void this.progress(item);
    });
    item.upload = sent;
    const settle = (how: Partial<Item>) => item.upload === sent && this.settle(item, how);
    sent.done.then(
      (kept) => settle({ kept, share: 1 }),
      (error: unknown) => settle({ failed: error instanceof Refused ? error.code : "general" }),
    );
  }

  private picture(item: Item, blob: Blob): void {
    const canvas = make("canvas");
    paint(canvas, blob, THUMB).then(
      () => {
        item.picture = canvas;
        item.row.querySelector(".thumb")?.replaceChildren(canvas);
      },
      () => undefined,
    );
  }

  private settle(item: Item, how: Partial<Item>): void {
    if (!this.items.includes(item)) return; // removed meanwhile
    Object.assign(item, how);
    if (how.kept) this.uploaded.set(how.kept.id, item);
    this.change([...this.items]);
    void this.told([item]);
  }

  private change(items: Item[]): void {
    this.items = items;
    const ready = items.flatMap((one) => one.kept ?? []);
    const busy = items.some((one) => !one.kept && one.failed === null);
    this.around.staged.value = busy ? null : ready;
    void this.draw();
  }

  private discard(item: Item): void {
    item.upload?.stop();
    if (item.kept) {
      remove(this.around, item.kept.id);
      this.uploaded.delete(item.kept.id);
    }
    this.change(this.items.filter((one) => one !== item));
    this.focus();
  }

  private retry(item: Item): void {
    item.failed = null;
    item.share = 0;
    this.change([...this.items]);
    this.begin(item);
    this.focus();
  }

  private focus(): void {
    this.around.root.querySelector<HTMLElement>(".field")?.focus();
  }

  /** One sentence for a screen reader: what is ready, or what failed and why. */
  private async told(items: readonly Item[]): Promise<void> {
    const say = await this.speak();
    const done = items.filter((one) => one.kept ?? one.failed);
    if (done.length) this.around.announcement.value = done.map((one) => `${one.name}: ${this.state(one, say)}`).join("\n");
  }

  private state(item: Item, say: Say): string {
    const { locale, allowed } = this.around;
    if (item.failed) {
      const max = sizeOf(allowed.value?.max_bytes ?? 0, locale.value);
      return say(`attach.failed.${item.failed}`, { max, n: allowed.value?.most ?? 0 });
    }
    if (!item.kept && item.share === 1) return say("attach.checking");
    return item.kept ? say("attach.ready") : say("attach.uploading", { percent: Math.floor(item.share * 100) });
  }

  private async draw(): Promise<void> {
    const say = await this.speak();
    this.box.setAttribute("aria-label", say("attach.staged"));
    this.box.hidden = this.items.length === 0;
    for (const item of this.items) this.fill(item, say);
    this.box.replaceChildren(...this.items.map((item) => item.row));
  }

  /** Only what moves: a button that has the focus keeps it. */
  private async progress(item: Item): Promise<void> {
    const state = item.row.querySelector(".attached-size");
    const bar = item.row.querySelector("progress");
    if (!state || !bar || item.kept || item.failed) return;
    bar.value = item.share;
    state.textContent = this.state(item, await this.speak());
  }

  private fill(item: Item, say: Say): void {
    const size = sizeOf(item.size, this.around.locale.value);
    const state = make("span", { class: item.failed ? "error" : "attached-size" }, item.kept ? size : this.state(item, say));
    const words = make("span", { class: "attached-words" }, make("span", { class: "attached-name", dir: "auto" }, item.name), state);
    if (!item.kept && !item.failed) words.append(make("progress", { max: 1, value: item.share, "aria-label": item.name }));
    const again = item.failed !== null && item.file && !FINAL.has(item.failed);
    item.row.className = item.failed ? "failed" : "";
    const parts = [
      make("span", { class: "thumb" }, item.picture ?? icon("file")),
      words,
      again ? make("button", { type: "button", class: "text", click: () => this.retry(item) }, say("attach.retry")) : "",
      make("button", { type: "button", class: "tool", "aria-label": say("attach.remove", { name: item.name }), click: () => this.discard(item) }, icon("remove", 16)),
    ];
    item.row.replaceChildren(...parts);
  }
}
