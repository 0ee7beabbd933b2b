/** What stands inside a line of Markdown: emphasis, code, links, citation marks. No backtracking over the whole text. */

export type Inline =
  | { kind: "text" | "code"; text: string }
  | { kind: "break" }
  | { kind: "strong" | "em" | "del"; inside: Inline[] }
  /** `href` as written: pass it through `safeHref` before use. */
  | { kind: "link"; href: string; inside: Inline[] }
  | { kind: "cite"; n: number };

const MARKS = [
  ["**", "strong"],
  ["__", "strong"],
  ["~~", "del"],
  ["*", "em"],
  ["_", "em"],
] as const;
const LINK = /^\[((?:[^[\]\\]|\\.|\[[^[\]]{0,200}\]){0,1000})\]\(\s*<?([^\s<>()]{0,2000}(?:\([^\s<>()]{0,200}\)[^\s<>()]{0,200})?)>?(?:\s+"[^"]{0,300}")?\s*\)/;
const CITE = /^\[(\d{1,2})\](?!\()/;
const BARE = /^https?:\/\/[^\s<>"'`\])}]{1,2000}/i;
const DEEPEST = 8;

/** Read a text; `cites` says whether `[1]` is a citation mark. */
export function inlineOf(text: string, cites: boolean, depth = 0): Inline[] {
  const parts: Inline[] = [];
  let plain = "";
  const push = (part: Inline) => {
    if (plain) parts.push({ kind: "text", text: plain });
    plain = "";
    parts.push(part);
  };
  for (let at = 0; at < text.length; ) {
    const found = depth < DEEPEST ? tokenAt(text, at, cites, depth) : null;
    if (found?.part) push(found.part);
    else plain += found?.text ?? text[at];
    at += found?.length ?? 1;
  }
  if (plain) parts.push({ kind: "text", text: plain });
  return parts;
}

interface Token {
  length: number;
  part?: Inline;
  text?: string;
}

function tokenAt(text: string, at: number, cites: boolean, depth: number): Token | null {
  switch (text[at]) {
    case "\\":
      return /[!-/:-@[-`{-~]/.test(text[at + 1] ?? "") ? { length: 2, text: text[at + 1] ?? "" } : null;
    case "\n":
      return / {2}$/.test(text.slice(Math.max(0, at - 2), at)) ? { length: 1, part: { kind: "break" } } : null;
    case "`":
      return codeAt(text, at);
    case "[":
      return bracketAt(text, at, cites, depth);
    case "*":
    case "_":
    case "~":
      return emphasisAt(text, at, cites, depth);
    case "h":
    case "H":
      return bareAt(text, at);
    default:
      return null;
  }
}

function codeAt(text: string, at: number): Token | null {
  const ticks = /^`+/.exec(text.slice(at, at + 20))?.[0] ?? "`";
  const end = text.indexOf(ticks, at + ticks.length);
  if (end < 0) return { length: ticks.length, text: ticks };
  const inside = text.slice(at + ticks.length, end).replace(/^ (.+) $/, "$1");
  return { length: end - at + ticks.length, part: { kind: "code", text: inside } };
}

function bracketAt(text: string, at: number, cites: boolean, depth: number): Token | null {
  const rest = text.slice(at, at + 4000);
  const cite = cites ? CITE.exec(rest) : null;
  if (cite) return { length: cite[0].length, part: { kind: "cite", n: Number(cite[1]) } };
  const link = LINK.exec(rest);
  if (!link) return null;
  const inside = inlineOf(link[1] ?? "", false, depth + 1);
  return { length: link[0].length, part: { kind: "link", href: link[2] ?? "", inside } };
}

function emphasisAt(text: string, at: number, cites: boolean, depth: number): Token | null {
  for (const [mark, kind] of MARKS) {
    if (!text.startsWith(mark, at)) continue;
    const from = at + mark.length;
    const inWord = mark[0] === "_" && /[\p{L}\p{N}]/u.test(text[at - 1] ?? "");
    const end = inWord || /\s|^$/.test(text[from] ?? "") ? -1 : closing(text, from, mark);
    if (end < 0) {
      if (mark.length === 2) return { length: 2, text: mark };
      continue;
    }
    return { length: end + mark.length - at, part: { kind, inside: inlineOf(text.slice(from, end), cites, depth + 1) } };
  }
  return null;
}

/** Where the emphasis ends: not after a space, not inside a word for `_`, and a single mark is not half of a double one. */
function closing(text: string, from: number, mark: string): number {
  const limit = Math.min(text.length, from + 2000);
  for (let end = text.indexOf(mark, from); end >= 0 && end < limit; end = text.indexOf(mark, end + 1)) {
    if (end === from || /\s|\\/.test(text[end - 1] ?? "")) continue;
    const after = text[end + mark.length] ?? "";
    if (mark.length === 1 && (after === mark || text[end - 1] === mark)) {
      if (after === mark) end += 1;
      continue;
    }
    if (mark[0] === "_" && /[\p{L}\p{N}]/u.test(after)) continue;
    return end;
  }
  return -1;
}

function bareAt(text: string, at: number): Token | null {
  if (/[\p{L}\p{N}]/u.test(text[at - 1] ?? "")) return null;
  const found = BARE.exec(text.slice(at, at + 2100))?.[0].replace(/[.,;:!?。，；：！？、)）*_~]+$/u, "");
  return found ? { length: found.length, part: { kind: "link", href: found, inside: [{ kind: "text", text: found }] } } : null;
}

/** The address if it is http(s) or stays on this site (`/help/…`, `#…`, `page`), else null. */
export function safeHref(text: string): string | null {
  // eslint-disable-next-line no-control-regex
  const address = text.replace(/[\u0000-\u0020\u007f-\u009f\u200b-\u200f\u2028-\u202e\ufeff]/g, "");
  if (!address || /^[/\\]{2}/.test(address) || address.includes("\\")) return null;
  if (/^https?:\/\/[^/]/i.test(address)) return address;
  return /^[^/?#]*[:&]/.test(address) ? null : address;
}
