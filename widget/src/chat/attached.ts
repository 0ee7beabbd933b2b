/** Files that go with a message. How they are sent and drawn is loaded with the first of them. */
import { signal } from "@preact/signals";
import type { AttachmentLimits, Attached } from "../shared/frames.ts";
import { locale } from "../shared/i18n.ts";
import type { PanelHost } from "./host.ts";
import { recall } from "./memory.ts";
import { announcement } from "./state.ts";

/** What may be attached; null until the server has said so, and where it takes nothing. */
export const allowed = signal<AttachmentLimits | null>(null);
/** Uploaded, for the next message; null while one is still on its way. */
export const staged = signal<Attached[] | null>([]);

type Attach = import("./attach.ts").Attach;

export function attach(host: PanelHost): Promise<Attach> {
  host.attach ??= import("./attach.ts").then(
    (module) => module.make({ root: host.root, server: host.server, recall, locale, allowed, staged, announcement }),
    (error: unknown) => {
      host.attach = undefined;
      throw error;
    },
  );
  return host.attach;
}

/** Take what was chosen, pasted or dropped; says whether there was any file in it. */
export function take(host: PanelHost, files: FileList | undefined): boolean {
  const found = [...(files ?? [])];
  if (!allowed.value || !found.length) return false;
  attach(host).then((it) => it.add(found), () => undefined);
  return true;
}
