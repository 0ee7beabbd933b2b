/** The console's keyboard: what each command does. Single letters can be turned off. */
import { signal } from "@preact/signals";
import { t } from "../shared/i18n.ts";
import { ask } from "../staff/dialog.tsx";
import { commandFor, isTyping, type Command } from "../staff/keys.ts";
import { recall, remember } from "../staff/memory.ts";
import { submit } from "./composer.tsx";
import { claim, cursor, giveBack, judge, open, openConversation, pane, resolve, rights, room, rows, state, verdict } from "./desk.ts";
import { compose, insert } from "./drafts.ts";
import { textOf } from "../staff/read-loose.ts";
import { step } from "./state.ts";

export const singleKeys = signal(recall("single-keys") !== "off");
export const dialog = signal<"help" | "transfer" | "report" | "group" | null>(null);

export function setSingleKeys(on: boolean): void {
  singleKeys.value = on;
  remember("single-keys", on ? "on" : "off");
}

export function listen(): void {
  addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && isTyping(event.target)) return (event.target as HTMLElement).blur();
    const command = commandFor(event, { typing: isTyping(event.target), single: singleKeys.value });
    if (command && act(command)) event.preventDefault();
  });
}

/** Says whether the press was ours. */
function act(command: Command): boolean {
  switch (command) {
    case "next":
      return move(1);
    case "previous":
      return move(-1);
    case "open":
      return openAtCursor();
    case "claim":
      return claimHere();
    case "reply":
    case "note":
      return Boolean(open.value) && (compose(command === "reply" ? "say" : "note"), true);
    case "insert":
      return insertSuggestion();
    case "transfer":
      return rights.value.transfer && ((dialog.value = "transfer"), true);
    case "give_back":
      return rights.value.finish && (void askGiveBack(), true);
    case "resolve":
      return rights.value.finish && (void askResolve(), true);
    case "needed":
    case "not_needed":
      return Boolean(verdict.value) && (void judge(command === "needed"), true);
    case "together":
      return answerTogether();
    case "report":
      return (dialog.value = "report"), true;
    case "search":
      return focusSearch();
    case "help":
      return (dialog.value = "help"), true;
    case "send":
      return submit(), true;
  }
}

/** The incident whose group is answered in the dialog. */
export const answered = signal<string | null>(null);

/** Answer everybody who waits because of one incident: of the group named, or of the one that waits longest. */
export function answerTogether(incident = state.value.queue?.groups[0]?.incident): boolean {
  if (!incident) return false;
  answered.value = incident;
  dialog.value = "group";
  return true;
}

function move(by: 1 | -1): boolean {
  const to = step(rows.value, cursor.value ?? open.value, by);
  if (!to) return false;
  cursor.value = to;
  document.querySelector<HTMLElement>(`[data-conversation="${CSS.escape(to)}"]`)?.focus();
  return true;
}

/** A focused button opens by itself; with the focus elsewhere Enter opens the row J and K stand on. */
function openAtCursor(): boolean {
  if (document.activeElement !== document.body || !cursor.value) return false;
  openConversation(cursor.value);
  return true;
}

function claimHere(): boolean {
  const focused = document.activeElement?.getAttribute("data-conversation");
  const id = focused ?? open.value ?? cursor.value;
  if (!id) return false;
  void claim(id);
  return true;
}

export function suggestion(): string {
  return textOf(room.value?.dossier?.suggested_reply);
}

function insertSuggestion(): boolean {
  const text = suggestion();
  if (!text) return false;
  insert(text);
  return true;
}

function focusSearch(): boolean {
  pane.value = "about";
  setTimeout(() => document.getElementById("help-search")?.focus());
  return true;
}

export async function askResolve(): Promise<void> {
  const id = open.value;
  const question = { title: t("console.resolve.title"), text: t("console.resolve.text"), yes: t("console.resolve") };
  if (id && (await ask(question))) await resolve(id);
}

export async function askGiveBack(): Promise<void> {
  const id = open.value;
  const question = { title: t("console.give_back.title"), text: t("console.give_back.text"), yes: t("console.give_back") };
  if (id && (await ask(question))) await giveBack(id);
}
