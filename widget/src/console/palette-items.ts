/** What the palette offers: what can be done now, conversations, settings and pages; and how it is searched. */
import { LANGUAGE_NAMES, locale, LOCALES, t } from "../shared/i18n.ts";
import { BINDINGS, isMac, keyName, type Command } from "../staff/keys.ts";
import { chooseTheme, chosenTheme, THEMES } from "../staff/person-menu.tsx";
import { session, signOut } from "../staff/session.ts";
import { chooseLocale, words } from "../staff/texts.ts";
import { undoable } from "./decide.ts";
import { claim, link, open, openConversation, rights, row, setPresence, state, verdict } from "./desk.ts";
import { nameOf } from "./names.ts";
import { act, setSingleKeys, singleKeys } from "./shortcuts.ts";
import { suggestions } from "./suggestions.ts";
import { isSupervisor, listensIn, listenIn, live } from "./watch.ts";

export interface Item {
  id: string;
  label: string;
  /** What kind of thing it is, in a word. */
  group: string;
  /** Found by these words, too. */
  also?: string;
  keys?: string;
  run: () => void;
}

/** Which commands make sense here and now, in the order they are offered. */
const USABLE: readonly [Command, () => boolean][] = [
  ["claim", () => rights.value.claim],
  ["reply", () => rights.value.reply],
  ["note", () => open.value !== null],
  ["attach", () => rights.value.reply && state.value.attachments !== null],
  ["insert_1", () => canInsert(0)],
  ["insert_2", () => canInsert(1)],
  ["insert_3", () => canInsert(2)],
  ["undo", () => undoable() !== null],
  ["transfer", () => rights.value.transfer],
  ["give_back", () => rights.value.finish],
  ["snooze", () => rights.value.finish],
  ["resolve", () => rights.value.finish],
  ["take_over", () => listensIn.value],
  ["needed", () => verdict.value !== null],
  ["not_needed", () => verdict.value !== null],
  ["search", () => true],
  ["together", () => Boolean(state.value.queue?.groups.length)],
  ["overview", () => isSupervisor.value],
  ["report", () => true],
  ["alerts", () => true],
  ["help", () => true],
];
/** Those about the whole desk; the others are about the open conversation. */
const OF_THE_DESK: ReadonlySet<Command> = new Set(["search", "together", "overview", "report", "alerts", "help"]);

function canInsert(place: number): boolean {
  return rights.value.reply && suggestions.value[place] !== undefined;
}

export function items(): Item[] {
  return [...USABLE.filter(([, usable]) => usable()).map(([command]) => doing(command)), ...conversations(), ...settings(), ...pages()];
}

function doing(command: Command): Item {
  const binding = BINDINGS.find((one) => one.command === command && (singleKeys.value || one.mod));
  const wakes = command === "snooze" && row.value?.nap?.asleep;
  const label = wakes ? t("console.wake") : t(`console.keys.${command}`);
  // Not by the row that has the focus, as the key does: the palette speaks of the open conversation.
  const run = command === "claim" ? () => void claim(open.value) : () => void act(command);
  return { id: command, label, group: t(OF_THE_DESK.has(command) ? "console.palette.desk" : "console.conversation"), ...(binding && { keys: keyName(binding, isMac) }), run };
}

/** Everybody who is in the lists, each once; what a supervisor sees of the others, too. */
function conversations(): Item[] {
  const { queue } = state.value;
  const listed = queue ? [...queue.mine, ...queue.waiting, ...queue.groups.flatMap((group) => group.rows), ...queue.snoozed] : [];
  const all = new Map([...listed, ...(live.value?.rows.values() ?? [])].map((one) => [one.conversation, one]));
  return [...all.values()].filter((one) => one.conversation !== open.value).map((one) => {
    const why = one.reason ? words("console.reason", one.reason) : "";
    return {
      id: `to ${one.conversation}`,
      label: [nameOf(one.visitor), one.preview].filter(Boolean).join(": "),
      group: one.agent ? t("console.holder.agent", { name: one.agent.name }) : why || t("console.conversation"),
      also: `${one.conversation} ${why}`,
      run: () => listenIn(one.conversation),
    };
  });
}

function settings(): Item[] {
  const { status, capacity } = state.value.presence;
  const other = status === "online" ? "away" : "online";
  const presence: Item[] = link.value.at === "online" ? [setting("presence", t("console.overview.presence"), t(`console.status.${other}`), () => void setPresence(other, capacity))] : [];
  const theme = THEMES.filter((one) => one !== chosenTheme()).map((one) => setting(one, t("staff.theme"), t(`staff.theme.${one}`), () => chooseTheme(one)));
  const language = LOCALES.filter((one) => one !== locale.value).map((one) => setting(one, t("staff.language"), LANGUAGE_NAMES[one], () => void chooseLocale(one)));
  const single = t(singleKeys.value ? "console.palette.off" : "console.palette.on");
  return [...presence, ...theme, ...language, setting("single", t("console.keys.single"), single, () => setSingleKeys(!singleKeys.value))];
}

function setting(id: string, name: string, value: string, run: () => void): Item {
  return { id: `set ${id}`, label: `${name}: ${value}`, group: t("console.palette.setting"), run };
}

function pages(): Item[] {
  const admin: Item[] = session.value?.agent.role === "admin" ? [page("admin", t("staff.to_admin"), () => location.assign("/admin"))] : [];
  return [...admin, page("out", t("staff.sign_out"), () => void signOut())];
}

function page(id: string, label: string, run: () => void): Item {
  return { id: `page ${id}`, label, group: t("console.palette.page"), run };
}

/** The id of a conversation as it stands in its address, pasted whole. */
const WHOLE_ID = /^[0-9A-Za-z_-]{16,40}$/;

/** Those that have every word of what was typed, in any order; where the label begins with it first. */
export function search(all: readonly Item[], typed: string): Item[] {
  const wish = typed.trim().toLocaleLowerCase();
  const terms = wish.split(/\s+/);
  const rank = (one: Item) => {
    const label = one.label.toLocaleLowerCase();
    return label.startsWith(wish) ? 0 : terms.every((term) => label.includes(term)) ? 1 : 2;
  };
  const fits = (one: Item) => {
    const text = `${one.label}\n${one.group}\n${one.also ?? ""}`.toLocaleLowerCase();
    return terms.every((term) => text.includes(term));
  };
  const found = all.filter(fits).sort((a, b) => rank(a) - rank(b));
  const id = typed.trim();
  if (found.length || !WHOLE_ID.test(id)) return found;
  return [{ id: `to ${id}`, label: id, group: t("console.conversation"), run: () => openConversation(id) }];
}
