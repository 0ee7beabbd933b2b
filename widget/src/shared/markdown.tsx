/** Markdown as Preact nodes. There is no HTML in it: whatever is not Markdown is text, and links go only to safe places. */
import type { ComponentChildren, VNode } from "preact";
import { blocksOf, type Block, type Item } from "./markdown-blocks.ts";
import { inlineOf, safeHref, type Inline } from "./markdown-inline.ts";

export interface MarkdownOptions {
  /** Draws the mark `[n]`; without it, marks stay text. Return null to leave one out. */
  cite?: (n: number) => ComponentChildren;
  /** Where a link goes, before it is checked to be safe: to resolve `/help/…` or `article:…`. */
  link?: (href: string) => string | null;
  /** Given to draw the text between the marks that `highlight` put in as <mark>. */
  marking?: { on: boolean };
  /** The level of `#`: 3 makes `##` an h4. Default 3. */
  top?: number;
}

const START = "\uE000";
const END = "\uE001";
const DEEPEST = 6;

export function Markdown({ text, ...options }: MarkdownOptions & { text: string }): VNode {
  return <div class="markdown">{markdown(text, options)}</div>;
}

export function markdown(text: string, options: MarkdownOptions = {}): VNode[] {
  return drawBlocks(text, options, 0);
}

function drawBlocks(text: string, options: MarkdownOptions, depth: number): VNode[] {
  return read(text, depth).map((block, i) => drawBlock(block, options, i, depth));
}

/** Lists and quotes inside each other are read so deep, and no deeper: the rest is text. */
function read(text: string, depth: number): Block[] {
  return depth < DEEPEST ? blocksOf(text) : [{ kind: "paragraph", text }];
}

/** What a screen reader should say: the words without the marks. */
export function plainText(text: string): string {
  return plainBlocks(text, 0).replace(/[ \t]+/g, " ").trim();
}

function drawBlock(block: Block, options: MarkdownOptions, key: number, depth: number): VNode {
  const words = (text: string) => drawInline(inlineOf(text, options.cite !== undefined), options);
  switch (block.kind) {
    case "heading": {
      const Heading = `h${Math.min(6, (options.top ?? 3) + block.level - 1)}` as "h3";
      return <Heading key={key}>{words(block.text)}</Heading>;
    }
    case "code":
      return <pre key={key} dir="ltr" tabIndex={0}><code>{block.text}</code></pre>;
    case "rule":
      return <hr key={key} />;
    case "quote":
      return <blockquote key={key}>{drawBlocks(block.text, options, depth + 1)}</blockquote>;
    case "list":
      return drawList(block, options, key, depth + 1);
    case "table":
      return drawTable(block, words, key);
    case "paragraph":
      return <p key={key}>{words(block.text)}</p>;
  }
}

function drawList(block: Extract<Block, { kind: "list" }>, options: MarkdownOptions, key: number, depth: number): VNode {
  const items = block.items.map((item, i) => <li key={i}>{drawItem(item, options, depth)}</li>);
  return block.ordered ? <ol key={key} start={block.start}>{items}</ol> : <ul key={key}>{items}</ul>;
}

/** An item of one paragraph is drawn without the paragraph, so that tight lists look tight. */
function drawItem(item: Item, options: MarkdownOptions, depth: number): ComponentChildren {
  return read(item, depth).map((block, i) => {
    if (i > 0 || block.kind !== "paragraph") return drawBlock(block, options, i, depth);
    return drawInline(inlineOf(block.text, options.cite !== undefined), options);
  });
}

function drawTable(block: Extract<Block, { kind: "table" }>, words: (text: string) => ComponentChildren, key: number): VNode {
  return (
    <div key={key} class="table" tabIndex={0} role="group">
      <table>
        <thead>
          <tr>{block.head.map((cell, i) => <th key={i} scope="col">{words(cell)}</th>)}</tr>
        </thead>
        <tbody>
          {block.rows.map((row, r) => (
            <tr key={r}>{block.head.map((_, i) => <td key={i}>{words(row[i] ?? "")}</td>)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function drawInline(parts: Inline[], options: MarkdownOptions): ComponentChildren[] {
  return parts.map((part, i): ComponentChildren => {
    switch (part.kind) {
      case "text":
        return drawText(part.text, options);
      case "break":
        return <br key={i} />;
      case "code":
        return <code key={i} dir="ltr">{part.text}</code>;
      case "strong":
        return <strong key={i}>{drawInline(part.inside, options)}</strong>;
      case "em":
        return <em key={i}>{drawInline(part.inside, options)}</em>;
      case "del":
        return <del key={i}>{drawInline(part.inside, options)}</del>;
      case "link":
        return drawLink(part, options, i);
      case "cite":
        return options.cite?.(part.n);
    }
  });
}

/** Between START and END the text is marked, across blocks: `options.marking` remembers. */
function drawText(text: string, options: MarkdownOptions): ComponentChildren {
  const state = options.marking;
  if (!state) return text;
  return text.split(/([\uE000\uE001])/).map((piece) => {
    if (piece === START || piece === END) {
      state.on = piece === START;
      return null;
    }
    return state.on && piece ? <mark>{piece}</mark> : piece;
  });
}

/** A link that is not safe is its words only. */
function drawLink(part: Extract<Inline, { kind: "link" }>, options: MarkdownOptions, key: number): ComponentChildren {
  const href = safeHref(options.link ? (options.link(part.href) ?? "") : part.href);
  const words = drawInline(part.inside, options);
  if (!href) return words;
  return <a key={key} href={href} target="_blank" rel="noopener noreferrer">{words}</a>;
}

function plainBlocks(text: string, depth: number): string {
  return read(text, depth).map((block) => plainBlock(block, depth + 1)).join("\n");
}

function plainBlock(block: Block, depth: number): string {
  const plain = (text: string) => plainInline(inlineOf(text, true));
  switch (block.kind) {
    case "heading":
    case "paragraph":
      return plain(block.text);
    case "code":
      return block.text;
    case "rule":
      return "";
    case "quote":
      return plainBlocks(block.text, depth);
    case "list":
      return block.items.map((item, i) => `${block.ordered ? `${block.start + i}. ` : ""}${plainBlocks(item, depth)}`).join("\n");
    case "table":
      return [block.head, ...block.rows].map((row) => row.map(plain).join(", ")).join("\n");
  }
}

function plainInline(parts: Inline[]): string {
  return parts
    .map((part) => {
      if (part.kind === "cite") return "";
      if (part.kind === "break") return "\n";
      return "inside" in part ? plainInline(part.inside) : part.text;
    })
    .join("");
}
