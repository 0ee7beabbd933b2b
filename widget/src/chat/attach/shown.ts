/** What a message carries: images as previews that open larger, everything else as a row; all of it can be saved. */
import { icon, make } from "./parts.ts";
import { paint } from "./picture.ts";
import { fetchBlob, save } from "./reach.ts";
import { sizeOf } from "./texts.ts";
import type { Attached, Say, Speak, Surroundings } from "./types.ts";

const PREVIEW = 480;
const LARGEST = 4096;

export class Shown {
  constructor(
    private readonly around: Surroundings,
    private readonly speak: Speak,
  ) {}

  async draw(box: HTMLElement, files: readonly Attached[]): Promise<void> {
    const say = await this.speak();
    box.replaceChildren(...files.map((file) => (file.width === null ? this.row(file, say) : this.preview(file, say))));
  }

  private preview(file: Attached, say: Say): HTMLElement {
    const canvas = make("canvas");
    const button = make("button", { type: "button", class: "attached-image", "aria-label": say("attach.open", { name: file.name }), title: file.name, click: () => void this.open(file) }, canvas);
    // The room is kept before the image is there: what is being read must not jump.
    canvas.width = file.width ?? 1;
    canvas.height = file.height ?? 1;
    fetchBlob(this.around, file.id, "/preview").then(
      (blob) => paint(canvas, blob, PREVIEW),
      () => button.replaceChildren(icon("file"), file.name),
    );
    return button;
  }

  private row(file: Attached, say: Say): HTMLElement {
    const name = make("span", { class: "attached-name", dir: "auto" }, file.name);
    const size = make("span", { class: "attached-size" }, sizeOf(file.size, this.around.locale.value));
    const label = `${say("attach.save", { name: file.name })}, ${size.textContent}`;
    return make("button", { type: "button", class: "attached-file", "aria-label": label, click: () => void this.keep(file) }, icon("file"), name, size, icon("save", 16));
  }

  private async keep(file: Attached): Promise<void> {
    try {
      save(await fetchBlob(this.around, file.id, ""), file.name);
    } catch {
      this.around.announcement.value = (await this.speak())("attach.gone");
    }
  }

  /** The image as large as the panel allows; Escape and the arrow lead back to where one was. */
  private async open(file: Attached): Promise<void> {
    const { root } = this.around;
    const panel = root.querySelector(".panel");
    const from = root.activeElement as HTMLElement | null;
    const say = await this.speak();
    const behind = [...root.querySelectorAll<HTMLElement>(".logbox, .bottom, .header")];
    const close = () => {
      view.remove();
      for (const one of behind) one.inert = false;
      from?.focus();
    };
    const back = make("button", { type: "button", class: "tool", "aria-label": say("attach.back"), click: close }, icon("back"));
    const keep = make("button", { type: "button", class: "tool", "aria-label": say("attach.save", { name: file.name }), click: () => void this.keep(file) }, icon("save"));
    const canvas = make("canvas", { role: "img", "aria-label": file.name });
    const page = make("div", { class: "page attached-large", tabindex: 0 }, canvas);
    const key = (event: Event) => {
      if ((event as KeyboardEvent).key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      close();
    };
    const bar = make("div", { class: "bar" }, back, make("span", { class: "attached-name", dir: "auto" }, file.name), keep);
    const view = make("div", { class: "source", role: "dialog", "aria-label": file.name, keydown: key }, bar, page);
    for (const one of behind) one.inert = true;
    panel?.append(view);
    back.focus();
    fetchBlob(this.around, file.id, "")
      .then((blob) => paint(canvas, blob, LARGEST))
      .catch(() => page.replaceChildren(make("p", { role: "alert" }, say("attach.gone"))));
  }
}
