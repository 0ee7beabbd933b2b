/** An instant near today, in few words. */
import { region } from "../shared/time.ts";

/** "Mon, 9:00": the day is said only where it is not today. */
export function whenText(at: Date, from: Date): string {
  const today = at.toDateString() === from.toDateString();
  return new Intl.DateTimeFormat(region(), { hour: "numeric", minute: "2-digit", ...(today ? {} : { weekday: "short", day: "numeric", month: "short" }) }).format(at);
}
