/** Reads what the server says loosely (evidence, what was tried, passages) into shapes the dossier can draw. */
import { isRecord } from "./api.ts";

export interface PassageSeen {
  id: string;
  title: string;
  heading: string;
  text: string;
  url: string | null;
}
export interface Attempt {
  query: string;
  text: string;
  confidence: number | null;
  helpful: boolean | null;
  passages: PassageSeen[];
}
/** `confidence=0.42` is a measure with a name; anything else is the customer's own words. */
export interface Evidence {
  name: string | null;
  value: string;
}

export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (!isRecord(value)) return "";
  return textOf(value["text"] ?? value["title"] ?? value["name"] ?? value["label"] ?? value["id"] ?? "");
}

export function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value === null || value === undefined || value === "" ? [] : [value];
}

/** Texts of a list; of an object, its values with their names. */
export function linesOf(value: unknown): string[] {
  if (isRecord(value) && textOf(value) === "") {
    return Object.entries(value).map(([name, inside]) => [name.replace(/_/g, " "), textOf(inside) || String(inside)].join(": "));
  }
  return listOf(value).map(textOf).filter(Boolean);
}

/**
 * What the customer said already: a kind (`booking`, `card`) when the server knows it, the fact in
 * the agent's language, and the customer's own words, "" where they are the same.
 */
export interface Known {
  kind: string | null;
  text: string;
  said: string;
}

export function knownOf(value: unknown): Known[] {
  return listOf(value)
    .map((item) => {
      const fields = isRecord(item) ? item : {};
      const text = textOf(item);
      const said = textOf(fields["said"]);
      return { kind: typeof fields["kind"] === "string" ? fields["kind"] : null, text, said: said === text ? "" : said };
    })
    .filter((known) => known.text);
}

export function evidenceOf(value: unknown): Evidence[] {
  return linesOf(value).map((line) => {
    if (line === "button") return { name: line, value: "" };
    const found = /^(rule|component|confidence|emotion|failed|incident|score|lexicon|model|repeats|rejected|capitals|marks|booking)\s*[=:]\s*(.+)$/i.exec(line);
    return found ? { name: (found[1] ?? "").toLowerCase(), value: found[2] ?? "" } : { name: null, value: line };
  });
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export function passageOf(value: unknown): PassageSeen | null {
  if (typeof value === "string") return { id: value, title: value, heading: "", text: "", url: null };
  if (!isRecord(value)) return null;
  const id = textOf(value["passage"] ?? value["id"]);
  const title = textOf(value["title"] ?? value["article"]) || id;
  if (!title) return null;
  return {
    id,
    title,
    heading: textOf(value["heading"]),
    text: textOf(value["text"]),
    url: typeof value["url"] === "string" ? value["url"] : null,
  };
}

export function passagesOf(value: unknown): PassageSeen[] {
  return listOf(value).map(passageOf).filter((passage) => passage !== null);
}

export function attemptOf(value: unknown): Attempt | null {
  if (typeof value === "string") return { query: value, text: "", confidence: null, helpful: null, passages: [] };
  if (!isRecord(value)) return null;
  const helpful = value["helpful"];
  return {
    query: textOf(value["query"] ?? value["question"]),
    text: textOf(value["answer"] ?? value["text"]),
    confidence: numberOf(value["confidence"]),
    helpful: typeof helpful === "boolean" ? helpful : null,
    passages: passagesOf(value["passages"] ?? value["articles"] ?? value["citations"]),
  };
}

export function attemptsOf(value: unknown): Attempt[] {
  return listOf(value).map(attemptOf).filter((attempt) => attempt !== null);
}

/** Only addresses of the web: a link to anything else is not drawn as one. */
export function safeUrl(value: string | null): string | null {
  if (!value) return null;
  try {
    const url = new URL(value, location.origin);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

/** A page in few characters: host and path. */
export function shortUrl(value: string): string {
  const url = safeUrl(value);
  if (!url) return value;
  const { host, pathname } = new URL(url);
  return host + (pathname === "/" ? "" : pathname);
}
