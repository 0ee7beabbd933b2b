/** Pages of a staff page by `#/articles/…`: the server knows one address, the browser's history works. */
import { signal } from "@preact/signals";

/** The parts of the address after `#/`, decoded. */
export const route = signal<readonly string[]>(partsOf(typeof location === "undefined" ? "" : location.hash));

let guard: (() => Promise<boolean>) | null = null;
let here = typeof location === "undefined" ? "" : location.hash;

export function partsOf(hash: string): string[] {
  return hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decode);
}

export function link(...parts: string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

export function go(...parts: string[]): void {
  location.hash = link(...parts);
}

/** Ask before leaving the page shown; null takes the question away. It says whether leaving is fine. */
export function askBeforeLeaving(ask: (() => Promise<boolean>) | null): void {
  guard = ask;
}

export function startRouter(): void {
  addEventListener("hashchange", () => void follow());
  addEventListener("beforeunload", (event) => {
    if (guard) event.preventDefault();
  });
  if (location.hash !== here) void follow(); // it changed while the page was being loaded
}

async function follow(): Promise<void> {
  const next = location.hash;
  if (guard && next !== here) {
    history.replaceState(null, "", here || "#/");
    if (!(await guard())) return;
    guard = null;
    history.pushState(null, "", next);
  }
  here = next;
  route.value = partsOf(next);
  scrollTo(0, 0);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
