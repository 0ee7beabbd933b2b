/** Desktop notifications and a sound, for who chose them: nothing is asked, shown or heard before that. */
import { signal } from "@preact/signals";
import type { QueueFrame, Row } from "../shared/frames.ts";
import { t } from "../shared/i18n.ts";
import { recall, remember } from "../staff/memory.ts";
import { languageName } from "../staff/parts.tsx";
import { words } from "../staff/texts.ts";
import { onFrame, openConversation, state } from "./desk.ts";

export interface Chosen {
  notify: boolean;
  sound: boolean;
  /** 0 to 1. */
  volume: number;
}
export interface News {
  waiting: Row[];
  messages: Row[];
}

const NOTHING: Chosen = { notify: false, sound: false, volume: 0.5 };
const QUIET_MS = 3000;
const NAME = "alerts";

export const chosen = signal<Chosen>(read(recall(NAME)));
/** What the browser lets us do; "missing" where it knows no notifications. */
export const permission = signal<NotificationPermission | "missing">(typeof Notification === "undefined" ? "missing" : Notification.permission);

/** What was remembered; whatever cannot be read was not chosen. */
export function read(text: string | null): Chosen {
  try {
    const found = JSON.parse(text ?? "{}") as Partial<Record<keyof Chosen, unknown>>;
    const volume = typeof found.volume === "number" && found.volume >= 0 && found.volume <= 1 ? found.volume : NOTHING.volume;
    return { notify: found.notify === true, sound: found.sound === true, volume };
  } catch {
    return NOTHING;
  }
}

export function choose(part: Partial<Chosen>): void {
  chosen.value = { ...chosen.value, ...part };
  remember(NAME, JSON.stringify(chosen.value));
}

/** Asked only here, when somebody chooses it; what is refused stays off. */
export async function chooseNotifications(on: boolean): Promise<void> {
  if (on && permission.value === "default") permission.value = await Notification.requestPermission();
  choose({ notify: on && permission.value === "granted" });
}

/** Who waits now and did not before, and whose customers have written; what this agent gave away is no news. */
export function newsOf(before: QueueFrame, after: QueueFrame): News {
  const known = new Set([...waitingOf(before), ...before.mine].map((row) => row.conversation));
  const unread = new Map(before.mine.map((row) => [row.conversation, row.unread]));
  return {
    waiting: waitingOf(after).filter((row) => !known.has(row.conversation)),
    messages: after.mine.filter((row) => row.unread > (unread.get(row.conversation) ?? row.unread)),
  };
}

function waitingOf(frame: QueueFrame): Row[] {
  return [...frame.waiting, ...frame.groups.flatMap((group) => group.rows)];
}

export function watchAlerts(): void {
  let before: QueueFrame | null = null;
  onFrame((frame) => {
    if (frame.type === "welcome") before = null; // what came meanwhile stands on the screen
    if (frame.type !== "queue") return;
    if (before && state.value.presence.status === "online") alert(newsOf(before, frame));
    before = frame;
  });
}

function alert({ waiting, messages }: News): void {
  const hidden = document.hidden || !document.hasFocus();
  const heard = document.hidden ? [...waiting, ...messages] : waiting;
  if (heard.length && chosen.value.sound) play();
  if (!chosen.value.notify || !hidden) return;
  for (const row of waiting.slice(0, 3)) notify(t("console.alert.waiting"), row);
  if (document.hidden) for (const row of messages.slice(0, 3)) notify(t("console.alert.message"), row);
}

/** Says nothing that the customer wrote: a screen is seen by others. */
function notify(title: string, row: Row): void {
  try {
    const shown = new Notification(title, { body: [words("console.reason", row.reason), languageName(row.language)].filter(Boolean).join(" · "), tag: row.conversation });
    shown.onclick = () => {
      window.focus();
      openConversation(row.conversation);
      shown.close();
    };
  } catch {
    permission.value = "missing"; // some phones know the word only
  }
}

let audio: AudioContext | null = null;
let played = -QUIET_MS;

/** Two short tones; `now` even if one was heard a moment ago. */
export function play(now = false): void {
  const at = performance.now();
  if (!now && at - played < QUIET_MS) return;
  played = at;
  try {
    audio ??= new AudioContext();
    void audio.resume();
    tone(audio, 660, 0);
    tone(audio, 880, 0.14);
  } catch {
    audio = null; // no sound on this machine
  }
}

function tone(context: AudioContext, pitch: number, after: number): void {
  const [start, end] = [context.currentTime + after, context.currentTime + after + 0.22];
  const [source, level] = [context.createOscillator(), context.createGain()];
  source.frequency.value = pitch;
  level.gain.setValueAtTime(0.0001, start);
  level.gain.exponentialRampToValueAtTime(Math.max(0.0002, 0.4 * chosen.value.volume), start + 0.02);
  level.gain.exponentialRampToValueAtTime(0.0001, end);
  source.connect(level).connect(context.destination);
  source.start(start);
  source.stop(end);
}

/** As it will look and sound. */
export function tryOut(): void {
  if (chosen.value.sound) play(true);
  if (chosen.value.notify && permission.value === "granted") new Notification(t("console.alert.waiting"), { body: t("console.alert.trial"), tag: "trial" });
}
