/** The console's keyboard: what each command does. Single letters can be turned off. */
import { signal } from "@preact/signals";
import { commandFor, isTyping, type Command } from "../staff/keys.ts";
import { recall, remember } from "../staff/memory.ts";
import { submit } from "./composer.tsx";
import { claim, cursor, judge, open, openConversation, pane, rights, row, state, verdict } from "./desk.ts";
import { undo, wake } from "./decide.ts";
import { compose, insert } from "./drafts.ts";
import { suggestions } from "./suggestions.ts";
import { stepper, takeOver, toggleOverview } from "./watch.ts";
import { next, stops } from "./walk.ts";

export const singleKeys = signal(recall("single-keys") !== "off");
export const dialog = signal<"help" | "transfer" | "give_back" | "resolve" | "snooze" | "report" | "group" | "alerts" | "palette" | null>(null);

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
export function act(command: Command): boolean {
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
    case "attach":
      return chooseFiles();
    case "insert":
    case "insert_1":
      return insertSuggestion(0);
    case "insert_2":
      return insertSuggestion(1);
    case "insert_3":
      return insertSuggestion(2);
    case "transfer":
      return rights.value.transfer && ((dialog.value = "transfer"), true);
    case "give_back":
      return rights.value.finish && ((dialog.value = "give_back"), true);
    case "resolve":
      return rights.value.finish && ((dialog.value = "resolve"), true);
    case "snooze":
      return rights.value.finish && snoozeOrWake();
    case "undo":
      return undo();
    case "needed":
    case "not_needed":
      return Boolean(verdict.value) && (void judge(command === "needed"), true);
    case "together":
      return answerTogether();
    case "alerts":
      return (dialog.value = "alerts"), true;
    case "overview":
      return toggleOverview();
    case "take_over":
      return takeOver();
    case "report":
      return (dialog.value = "report"), true;
    case "search":
      return focusSearch();
    case "help":
      return (dialog.value = "help"), true;
    case "palette":
      return (dialog.value = "palette"), true;
    case "send":
      return submit(), true;
  }
}

function snoozeOrWake(): boolean {
  if (row.value?.nap?.asleep) void wake(row.value.conversation);
  else dialog.value = "snooze";
  return true;
}

/** The incident whose group is answered in the dialog. */
export const answered = signal<string | null>(null);

/** The incident of the group that has the focus. */
function focusedGroup(): string | undefined {
  return document.activeElement?.getAttribute("data-group") ?? undefined;
}

/** Answer everybody who waits because of one incident: of the group named, of the one with the focus, or of the one that waits longest. */
export function answerTogether(incident = focusedGroup() ?? state.value.queue?.groups[0]?.incident): boolean {
  if (!incident) return false;
  answered.value = incident;
  dialog.value = "group";
  return true;
}

function move(by: 1 | -1): boolean {
  if (stepper.value) return stepper.value(by);
  const here = cursor.value ?? open.value;
  const to = next(stops(document.querySelector(".list-column"), "[data-conversation], [data-group]"), (stop) => stop.dataset["conversation"] === here, by);
  if (!to) return false;
  cursor.value = to.dataset["conversation"] ?? cursor.value;
  to.focus();
  return true;
}

/** A focused button opens by itself; with the focus elsewhere Enter opens the row J and K stand on. */
function openAtCursor(): boolean {
  if (document.activeElement !== document.body || !cursor.value) return false;
  openConversation(cursor.value);
  return true;
}

function claimHere(): boolean {
  if (focusedGroup()) return false; // it is answered together; its rows are claimed one by one
  const focused = document.activeElement?.getAttribute("data-conversation");
  const id = focused ?? open.value ?? cursor.value;
  if (!id) return false;
  void claim(id);
  return true;
}

function insertSuggestion(place: number): boolean {
  const found = suggestions.value[place];
  if (!found || !rights.value.reply) return false;
  insert(found.text);
  return true;
}

function chooseFiles(): boolean {
  const input = document.getElementById("attach");
  input?.click();
  return input !== null;
}

function focusSearch(): boolean {
  pane.value = "about";
  setTimeout(() => document.getElementById("help-search")?.focus());
  return true;
}
