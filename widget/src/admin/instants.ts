/** Instants in and out of `<input type="datetime-local">`, which knows the browser's own zone only. */
import { region } from "../shared/time.ts";

/** What the field shows for an instant: minutes, on the browser's clock; "" for none. */
export function toField(at: string | null): string {
  if (!at) return "";
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The instant that a field means; null for an empty or unfinished one. */
export function fromField(text: string): string | null {
  // A browser guesses at what is no whole instant.
  const date = new Date(/^\d{4,}-\d\d-\d\dT\d\d:\d\d/.test(text) ? text : Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** The browser's zone in words: `Asia/Kuala_Lumpur, GMT+8`. */
export function zoneName(at: Date = new Date()): string {
  const format = new Intl.DateTimeFormat(region(), { timeZoneName: "short" });
  const short = format.formatToParts(at).find((part) => part.type === "timeZoneName")?.value ?? "";
  const zone = format.resolvedOptions().timeZone;
  return short && short !== zone ? `${zone.replace(/_/g, " ")}, ${short}` : zone;
}
