/**
 * Articles that may answer what is being written, before it is sent: finding them, and going to them by the keyboard.
 * Loaded with the first letter; it imports nothing, or the bundler cuts the panel into more files than one.
 */
import type { Citation } from "../shared/frames.ts";

export type Article = Omit<Citation, "text">;

const MOST = 3;
/** The server reads so much of a question; the end is what is being written now. */
const LONGEST = 200;

/** At most three articles for what was written so far; rejects when there is no answer or it is wanted no more. */
export async function look(server: string, text: string, locale: string, signal: AbortSignal): Promise<Article[]> {
  const query = new URLSearchParams({ q: text.slice(-LONGEST), locale });
  const answer = await fetch(`${server}/api/suggest?${query}`, { credentials: "omit", signal });
  if (!answer.ok) throw new Error(String(answer.status));
  const articles = (await answer.json()) as Article[];
  signal.throwIfAborted();
  return articles.slice(0, MOST);
}

/** Arrow up in the field goes to the articles, unless it has a line to go up to: says whether it went. */
export function enter(event: KeyboardEvent): boolean {
  const field = event.currentTarget as HTMLTextAreaElement;
  const last = [...(field.getRootNode() as ShadowRoot).querySelectorAll<HTMLElement>(".found button")].pop();
  const oneLine = field.clientHeight < 2 * parseFloat(getComputedStyle(field).lineHeight);
  if (!last || event.shiftKey || !(oneLine || field.selectionEnd === 0)) return false;
  event.preventDefault();
  last.focus();
  return true;
}

/** Up and down among the articles; down from the last of them, and Escape (which hides them), back to the field. */
export function move(event: KeyboardEvent, hide: () => void): void {
  const box = event.currentTarget as HTMLElement;
  const buttons = [...box.querySelectorAll("button")];
  const now = buttons.indexOf(event.target as HTMLButtonElement);
  const field = (box.getRootNode() as ShadowRoot).querySelector<HTMLElement>(".field");
  if (event.key === "ArrowUp") buttons[Math.max(0, now - 1)]?.focus();
  else if (event.key === "ArrowDown") (buttons[now + 1] ?? field)?.focus();
  else if (event.key === "Escape") {
    field?.focus();
    hide();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}
