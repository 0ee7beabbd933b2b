/** Ending a conversation: why, by a digit or the arrows, and Enter. */
import type { TargetedKeyboardEvent } from "preact";
import { useState } from "preact/hooks";
import type { EndReason } from "../shared/frames.ts";
import { t } from "../shared/i18n.ts";
import { Dialog } from "../staff/dialog.tsx";
import { isTyping } from "../staff/keys.ts";
import { Field, Working } from "../staff/parts.tsx";
import { words } from "../staff/texts.ts";
import { resolve } from "./decide.ts";

export const END_REASONS: readonly EndReason[] = ["solved", "no_answer", "duplicate", "not_support", "elsewhere"];

export default function Resolve({ conversation, close }: { conversation: string; close: () => void }) {
  const [why, choose] = useState<EndReason>("solved");
  const [note, setNote] = useState("");
  const [busy, work] = useState(false);
  const send = async () => {
    work(true);
    const done = await resolve(conversation, why, note.trim());
    work(false);
    if (done) close();
  };
  const pressed = (event: TargetedKeyboardEvent<HTMLFormElement>) => {
    const digit = Number(event.key) - 1;
    const found = END_REASONS[digit];
    const writes = isTyping(event.target) && !(event.target as HTMLElement).matches("[type=radio]");
    if (!found || writes || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    choose(found);
    // The arrows go on from what the digit chose.
    event.currentTarget.querySelectorAll<HTMLInputElement>("[name=why]")[digit]?.focus();
  };
  return (
    <Dialog title={t("console.resolve.title")} onClose={close}>
      <form onSubmit={(event) => { event.preventDefault(); void send(); }} onKeyDown={pressed}>
        <p class="dialog-text">{t("console.resolve.text")}</p>
        <fieldset class="choices">
          <legend>{t("console.resolve.why")}</legend>
          {END_REASONS.map((one, i) => (
            <label key={one} class="choice">
              <input type="radio" name="why" autofocus={one === "solved"} checked={why === one} onChange={() => choose(one)} />
              <span class="choice-name">{words("console.end", one)}</span>
              <kbd>{i + 1}</kbd>
            </label>
          ))}
        </fieldset>
        <Field label={t("console.resolve.note")} hint={t("console.transfer.note.hint")}>
          <textarea rows={2} maxLength={4000} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        </Field>
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
          <Working type="submit" busy={busy}>{t("console.resolve")}</Working>
        </div>
      </form>
    </Dialog>
  );
}
