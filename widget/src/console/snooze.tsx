/** Putting a conversation off: until when, and what for. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { Dialog } from "../staff/dialog.tsx";
import { Field, Working } from "../staff/parts.tsx";
import { snooze } from "./decide.ts";
import { whenText } from "./when-text.ts";

const LATER_HOURS = 3;
const MORNING = 9;
type Choice = "later" | "tomorrow" | "week" | "time" | "customer";

/** When each choice is over, in this person's own time; null: when the customer writes. */
export function untilOf(choice: Choice, chosen: string, from: Date): Date | null {
  const at = new Date(from);
  if (choice === "later") at.setHours(at.getHours() + LATER_HOURS);
  if (choice === "tomorrow") at.setDate(at.getDate() + 1);
  if (choice === "week") at.setDate(at.getDate() + (((8 - at.getDay()) % 7) || 7));
  if (choice === "tomorrow" || choice === "week") at.setHours(MORNING, 0, 0, 0);
  if (choice === "time") return chosen ? new Date(chosen) : null;
  return choice === "customer" ? null : at;
}

/** What `datetime-local` fields hold. */
function local(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const CHOICES: readonly Choice[] = ["later", "tomorrow", "week", "time", "customer"];

export default function Snooze({ conversation, close }: { conversation: string; close: () => void }) {
  const [from] = useState(() => new Date());
  const [choice, choose] = useState<Choice>("later");
  const [time, setTime] = useState("");
  const [note, setNote] = useState("");
  const [busy, work] = useState(false);
  const until = untilOf(choice, time, from);
  const send = async () => {
    work(true);
    const done = await snooze(conversation, until, note.trim());
    work(false);
    if (done) close();
  };
  return (
    <Dialog title={t("console.snooze.title")} onClose={close}>
      <form onSubmit={(event) => { event.preventDefault(); void send(); }}>
        <fieldset class="choices">
          <legend>{t("console.snooze.until")}</legend>
          {CHOICES.map((one) => {
            const at = one === "time" ? null : untilOf(one, "", from);
            return (
              <label key={one} class="choice">
                <input type="radio" name="until" autofocus={one === "later"} checked={choice === one} onChange={() => choose(one)} />
                <span class="choice-name">{t(`console.snooze.${one}`)}</span>
                {at && <span class="choice-load">{whenText(at, from)}</span>}
              </label>
            );
          })}
        </fieldset>
        {choice === "time" && <Field label={t("console.snooze.at")}><input type="datetime-local" required min={local(from)} value={time} onInput={(event) => setTime(event.currentTarget.value)} /></Field>}
        <Field label={t("console.snooze.note")} hint={t("console.snooze.note.hint")}>
          <input type="text" maxLength={200} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        </Field>
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
          <Working type="submit" busy={busy} disabled={choice === "time" && !time}>{t("console.snooze")}</Working>
        </div>
      </form>
    </Dialog>
  );
}
