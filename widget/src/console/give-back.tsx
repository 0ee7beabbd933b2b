/** Giving a conversation back to the bot, with a note for whoever has it after the bot. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { Dialog } from "../staff/dialog.tsx";
import { Field, Working } from "../staff/parts.tsx";
import { giveBack } from "./decide.ts";

export default function GiveBack({ conversation, close }: { conversation: string; close: () => void }) {
  const [note, setNote] = useState("");
  const [busy, work] = useState(false);
  const send = async () => {
    work(true);
    const done = await giveBack(conversation, note.trim());
    work(false);
    if (done) close();
  };
  return (
    <Dialog title={t("console.give_back.title")} onClose={close}>
      <form onSubmit={(event) => { event.preventDefault(); void send(); }}>
        <p class="dialog-text">{t("console.give_back.text")}</p>
        <Field label={t("console.transfer.note")} hint={t("console.handed.hint")}>
          <input type="text" autofocus maxLength={1000} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        </Field>
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
          <Working type="submit" busy={busy}>{t("console.give_back")}</Working>
        </div>
      </form>
    </Dialog>
  );
}
