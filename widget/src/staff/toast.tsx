/** Short messages that float: what was done, or what went wrong. */
import { signal } from "@preact/signals";
import { icon } from "./icons.tsx";
import { t } from "../shared/i18n.ts";
import { errorText } from "./api.ts";

type Tone = "done" | "info" | "error";
interface Toast {
  id: number;
  tone: Tone;
  text: string;
  offer?: Offer;
}
/** Something to press in the message; once pressed, the message goes. */
export interface Offer {
  label: string;
  act: () => void;
}

const toasts = signal<Toast[]>([]);
const STAY_MS: Record<Tone, number> = { done: 4000, info: 7000, error: 12_000 };
const ICONS = { done: "check", info: "info", error: "alert" } as const;
let last = 0;

export function say(text: string, tone: Tone = "done"): void {
  const id = ++last;
  toasts.value = [...toasts.value.slice(-2), { id, tone, text }];
  setTimeout(() => close(id), STAY_MS[tone]);
}

/** Say it with something to press, for `ms`; gives how to take the message away. */
export function propose(text: string, offer: Offer, ms: number): () => void {
  const id = ++last;
  toasts.value = [...toasts.value.slice(-2), { id, tone: "done", text, offer }];
  setTimeout(() => close(id), ms);
  return () => close(id);
}

export function sayError(error: unknown): void {
  say(errorText(error), "error");
}

function close(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((toast) => (
        <div key={toast.id} class={`toast toast-${toast.tone}`}>
          {icon(ICONS[toast.tone], 16)}
          <span>{toast.text}</span>
          {toast.offer && <button type="button" class="link toast-offer" onClick={() => { toast.offer?.act(); close(toast.id); }}>{toast.offer.label}</button>}
          <button type="button" class="icon-button" aria-label={t("staff.close")} onClick={() => close(toast.id)}>
            {icon("x", 14)}
          </button>
        </div>
      ))}
    </div>
  );
}
