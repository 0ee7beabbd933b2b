/**
 * The part of a passage that was quoted, marked. Loaded with the passage; it imports nothing, or the bundler cuts the
 * panel into more files than one.
 */

/** As markdown.tsx draws them. */
const START = "\uE000";
const END = "\uE001";

/** The text with marks around the part that was quoted, for `marking`; unchanged when the part is not in it. */
export function highlight(text: string, part: string): string {
  const start = part.replace(/^(\s*([-*+>|]|\d+[.)]|#{1,6})\s+)+/, "").trim();
  const words = start.split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const found = start && words.length < 400 ? new RegExp(words.join("\\s+")).exec(text) : null;
  if (!found) return text;
  const end = found.index + found[0].length;
  return text.slice(0, found.index) + START + found[0].replace(/\s*\|?\s*$/, (tail) => END + tail) + text.slice(end);
}
