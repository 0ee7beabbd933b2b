/** The part of the panel that opening it does not wait for. */
import { signal } from "@preact/signals";

type Conversation = typeof import("./conversation.tsx");
export const later = signal<Conversation | null>(null);
let loading: Promise<Conversation> | null = null;

/** Load it once; a failure is tried again by the next caller. */
export function loadLater(): Promise<Conversation> {
  loading ??= import("./conversation.tsx").then(
    (module) => (later.value = module),
    (error: unknown) => {
      loading = null;
      throw error;
    },
  );
  return loading;
}
