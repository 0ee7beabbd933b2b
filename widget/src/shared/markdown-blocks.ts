/** The blocks of a Markdown text: headings, lists, tables, code, quotes, paragraphs. Every line is read once. */

/** The Markdown inside one list item. */
export type Item = string;
export type Block =
  | { kind: "heading"; level: number; text: string }
  | { kind: "paragraph" | "code" | "quote"; text: string }
  | { kind: "rule" }
  | { kind: "list"; ordered: boolean; start: number; items: Item[] }
  | { kind: "table"; head: string[]; rows: string[][] };

const FENCE = /^ {0,3}(```+|~~~+)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*$/;
const RULE = /^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$/;
const BULLET = /^( {0,3})([-*+])( +|$)/;
const NUMBER = /^( {0,3})(\d{1,9})[.)]( +|$)/;
const QUOTE = /^ {0,3}> ?/;
const DIVIDER = /^ {0,3}\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

/** Reads lines one after another; `at` is the next one. */
interface Reader {
  lines: string[];
  at: number;
}

export function blocksOf(text: string): Block[] {
  const reader: Reader = { lines: text.replace(/\r\n?/g, "\n").replace(/\t/g, "    ").split("\n"), at: 0 };
  const blocks: Block[] = [];
  while (reader.at < reader.lines.length) {
    if (!peek(reader).trim()) reader.at += 1;
    else blocks.push(next(reader));
  }
  return blocks;
}

function peek(reader: Reader, ahead = 0): string {
  return reader.lines[reader.at + ahead] ?? "";
}

function next(reader: Reader): Block {
  const line = peek(reader);
  const heading = HEADING.exec(line);
  if (FENCE.test(line)) return code(reader);
  if (heading) {
    reader.at += 1;
    return { kind: "heading", level: heading[1]?.length ?? 1, text: heading[2] ?? "" };
  }
  if (RULE.test(line)) {
    reader.at += 1;
    return { kind: "rule" };
  }
  if (QUOTE.test(line)) return quote(reader);
  if (BULLET.test(line) || NUMBER.test(line)) return list(reader);
  if (startsTable(reader)) return table(reader);
  return paragraph(reader);
}

function code(reader: Reader): Block {
  const fence = FENCE.exec(peek(reader))?.[1] ?? "```";
  const lines: string[] = [];
  for (reader.at += 1; reader.at < reader.lines.length; reader.at += 1) {
    const line = peek(reader);
    if (line.trim().startsWith(fence) && !line.trim().slice(fence.length).trim()) break;
    lines.push(line);
  }
  reader.at += 1;
  return { kind: "code", text: lines.join("\n") };
}

function quote(reader: Reader): Block {
  const lines: string[] = [];
  while (QUOTE.test(peek(reader))) {
    lines.push(peek(reader).replace(QUOTE, ""));
    reader.at += 1;
  }
  return { kind: "quote", text: lines.join("\n") };
}

function markOf(line: string): { ordered: boolean; number: number; width: number } | null {
  const number = NUMBER.exec(line);
  if (number) return { ordered: true, number: Number(number[2]), width: number[0].length };
  const bullet = RULE.test(line) ? null : BULLET.exec(line);
  return bullet && { ordered: false, number: 1, width: bullet[0].length };
}

/** A list goes on over blank lines while lines are indented or the same kind of mark follows. */
function list(reader: Reader): Block {
  const first = markOf(peek(reader));
  const ordered = first?.ordered ?? false;
  const items: string[][] = [];
  let width = 0;
  while (reader.at < reader.lines.length) {
    const line = peek(reader);
    const mark = markOf(line);
    if (mark && mark.ordered === ordered && indent(line) < Math.max(2, width)) {
      width = mark.width;
      items.push([line.slice(mark.width)]);
    } else if (!line.trim()) {
      if (!continues(reader, ordered, width)) break;
      items.at(-1)?.push("");
    } else if (indent(line) >= Math.min(2, width)) items.at(-1)?.push(line.slice(Math.min(indent(line), width)));
    else if (mark || interrupts(reader)) break;
    else items.at(-1)?.push(line);
    reader.at += 1;
  }
  return { kind: "list", ordered, start: first?.number ?? 1, items: items.map((lines) => lines.join("\n").trimEnd()) };
}

function continues(reader: Reader, ordered: boolean, width: number): boolean {
  const line = peek(reader, 1);
  const mark = markOf(line);
  return indent(line) >= Math.min(2, width) && line.trim() !== "" ? true : mark?.ordered === ordered;
}

function indent(line: string): number {
  return line.length - line.trimStart().length;
}

function startsTable(reader: Reader): boolean {
  return peek(reader).includes("|") && peek(reader, 1).includes("-") && DIVIDER.test(peek(reader, 1));
}

function table(reader: Reader): Block {
  const head = cells(peek(reader));
  const rows: string[][] = [];
  for (reader.at += 2; peek(reader).includes("|"); reader.at += 1) rows.push(cells(peek(reader)));
  return { kind: "table", head, rows };
}

function cells(line: string): string[] {
  const inner = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/\\\|/g, "|"));
}

/** Does another block begin here, though no blank line stands before it? */
function interrupts(reader: Reader): boolean {
  const line = peek(reader);
  return FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line) || startsTable(reader);
}

function paragraph(reader: Reader): Block {
  const lines = [peek(reader)];
  for (reader.at += 1; reader.at < reader.lines.length; reader.at += 1) {
    const line = peek(reader);
    if (!line.trim() || interrupts(reader) || markOf(line)) break;
    lines.push(line);
  }
  return { kind: "paragraph", text: lines.map((line) => line.trimStart()).join("\n") };
}
