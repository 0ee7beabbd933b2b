/**
 * The conversation as a plain text that the customer keeps: made from what is on the screen, without asking the server.
 * Loaded when it is wanted; it imports nothing, or the bundler cuts the panel into more files than one.
 */
import type { Attached, Citation } from "../shared/frames.ts";
import type { Line, Row, Saying } from "./rows.ts";

/** The words of the chat, in the language the customer reads. */
export interface Words {
  locale: string;
  company: string;
  bot: string;
  t: (key: string) => string;
  line: (event: Line) => string;
  plain: (text: string) => string;
  link: (href: string) => string | null;
}

/** Who said what, when; days and times are those of the reader's own clock, whose zone stands at the top. */
export function write(rows: readonly Row[], words: Words, now: Date): string {
  const { locale, company, t } = words;
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const made = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short" }).format(now);
  const parts = [`${company} · ${t("chat.title")}\n${made} (${zone})`, ...rows.map((row) => part(row, words))];
  return `${parts.join("\n\n")}\n`;
}

function part(row: Row, words: Words): string {
  switch (row.kind) {
    case "day":
      return `=== ${new Intl.DateTimeFormat(words.locale, { dateStyle: "full" }).format(new Date(row.at))} ===`;
    case "line":
      return `${time(row.event.at, words)} --- ${words.line(row.event)}`;
    case "pending":
      return entry(row.entry.at, `${words.t("chat.you")} · ${state(row.entry.state, words)}`, withFiles(row.entry.text, row.entry.files), words);
    case "said":
      return entry(row.event.at, speaker(row.event, words), said(row.event, words), words);
  }
}

/** What was said is indented: no message can look like the line of another speaker. */
function entry(at: string, who: string, text: string, words: Words): string {
  return `${time(at, words)} ${who}\n${text.replace(/\r\n?|[\u0085\u2028\u2029\v\f]/g, "\n").replace(/^/gm, "    ")}`;
}

function time(at: string, { locale }: Words): string {
  return `[${new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at))}]`;
}

function speaker(event: Saying, { t, bot }: Words): string {
  if (event.kind === "customer.said") return t("chat.you");
  if (event.kind === "incident.told") return t("chat.source.status");
  if (event.kind === "agent.said" || event.kind === "group.said") return `${event.data.agent.name} · ${t("chat.person.tag")}`;
  return `${bot} · ${t("chat.bot.tag")}`;
}

function said(event: Saying, words: Words): string {
  if (event.kind === "customer.said") return withFiles(event.data.text, event.data.attachments);
  const text = words.plain(event.data.text);
  if (event.kind === "agent.said") return withFiles(text, event.data.attachments);
  if (event.kind === "incident.told") return `${event.data.title}\n${text}`;
  if (event.kind !== "bot.answered" || !event.data.citations.length) return text;
  return [text, "", `${words.t("chat.sources")}:`, ...event.data.citations.map((one) => cited(one, words))].join("\n");
}

/** The files that came with it by name: a text cannot hold them. */
function withFiles(text: string, files: readonly Attached[] = []): string {
  return [text, ...files.map((file) => `[${file.name}]`)].filter(Boolean).join("\n");
}

function cited({ title, url }: Citation, { link }: Words): string {
  return `- ${title} ${link(url) ?? ""}`.trim();
}

function state(now: "sending" | "sent" | "failed", { t }: Words): string {
  if (now === "sent") return t("chat.state.sent");
  return t(now === "failed" ? "chat.failed.general" : "chat.state.sending");
}

/** `Sampan 2026-11-22.txt`, by the reader's own calendar day. */
export function fileName(company: string, now: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return `${company.replace(/[\p{Cc}\p{Cf}\\/:*?"<>|.]+/gu, " ").trim()} ${day}.txt`.trim();
}

/** Hand the text to the browser as a file in UTF-8. */
export function save(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
