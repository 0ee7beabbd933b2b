/** An instant as lists show it: how long ago while that says something, the date after a month. */
import { date, relative } from "../shared/time.ts";

const MONTH = 30 * 86_400_000;

export function when(at: string, now: Date = new Date()): string {
  return Math.abs(now.getTime() - new Date(at).getTime()) > MONTH ? date(at) : relative(at, now);
}
