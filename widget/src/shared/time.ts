/** Instants and spans in words, by Intl, in the language in use. */
import { locale } from "./i18n.ts";

const DAY = 86_400_000;

/** Days between two dates, by the calendar: yesterday is 1. */
function daysAgo(date: Date, now: Date): number {
  const midnight = (d: Date) => new Date(d).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(date)) / DAY);
}

/** `14:05` today, `Tue 14:05` this week, `3 Nov, 14:05` before. */
export function clock(at: string | Date, now: Date = new Date()): string {
  const date = new Date(at);
  const ago = daysAgo(date, now);
  const part: Intl.DateTimeFormatOptions = ago > 0 && ago < 6 ? { weekday: "short" } : { day: "numeric", month: "short" };
  return format(date, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(ago && part) });
}

/** The day as a heading between messages: today, yesterday, or the date. */
export function day(at: string | Date, now: Date = new Date()): string {
  const date = new Date(at);
  const ago = daysAgo(date, now);
  if (ago >= 0 && ago < 2) return capital(new Intl.RelativeTimeFormat(locale.value, { numeric: "auto" }).format(-ago, "day"));
  return format(date, { weekday: "long", day: "numeric", month: "long" });
}

/** The whole instant, for a tooltip. */
export function full(at: string | Date): string {
  return format(new Date(at), { dateStyle: "full", timeStyle: "short" });
}

export function date(at: string | Date): string {
  return format(new Date(at), { dateStyle: "medium" });
}

/** `3 minutes ago`, `in 2 hours`, `yesterday`. */
export function relative(at: string | Date, now: Date = new Date()): string {
  const seconds = (new Date(at).getTime() - now.getTime()) / 1000;
  const words = new Intl.RelativeTimeFormat(locale.value, { numeric: "auto" });
  const size = Math.abs(seconds);
  if (size < 45) return words.format(0, "second");
  if (size < 2700) return words.format(Math.round(seconds / 60), "minute");
  if (size < 79_200) return words.format(Math.round(seconds / 3600), "hour");
  return words.format(Math.round(seconds / 86_400), "day");
}

/** How long something has lasted, as a timer: `0:42`, `12:05`, `1:02:05`. */
export function elapsed(since: string | Date, now: Date = new Date()): string {
  const total = Math.max(0, Math.floor((now.getTime() - new Date(since).getTime()) / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The reader's region, where the browser tells one of the language in use: en-GB writes `3 Nov` and en-US `Nov 3`. */
export const region = () => [...navigator.languages, locale.value].find((tag) => tag.startsWith(locale.value));

function format(at: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(region(), options).format(at);
}
