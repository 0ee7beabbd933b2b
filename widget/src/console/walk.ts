/** J and K: from row to row as they stand on the screen, rows of an open group among them. */

/** The rows inside that can be seen, in order: what a closed list hides is not walked over. */
export function stops(inside: ParentNode | null, selector: string): HTMLElement[] {
  const all = [...(inside?.querySelectorAll<HTMLElement>(selector) ?? [])];
  return all.filter((stop) => {
    const around = stop.matches("summary") ? stop.parentElement?.parentElement : stop;
    return !around?.closest("details:not([open])");
  });
}

/** The one after or before where we stand; the ends hold, and from nowhere it is the first. */
export function next(list: readonly HTMLElement[], standing: (stop: HTMLElement) => boolean, by: 1 | -1): HTMLElement | null {
  const focused = list.findIndex((stop) => stop === document.activeElement);
  const at = focused < 0 ? list.findIndex(standing) : focused;
  return list[at < 0 ? 0 : Math.min(list.length - 1, Math.max(0, at + by))] ?? null;
}
