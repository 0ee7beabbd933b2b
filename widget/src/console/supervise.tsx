/** Beside a conversation that somebody else has: who looks at it, and what a supervisor can do. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { icon } from "../staff/icons.tsx";
import { Field, Working } from "../staff/parts.tsx";
import { room } from "./desk.ts";
import { Part } from "./part.tsx";
import { singleKeys } from "./shortcuts.ts";
import { listensIn, others, takeOver, whisper } from "./watch.ts";

const MOST = 4000;

/** Colleagues who look at it, too: nobody answers twice. */
export function Lookers() {
  const here = others.value;
  if (!here.length) return null;
  const names = here.map((one) => (one.role === "admin" ? t("console.looking.supervisor", { name: one.name }) : one.name));
  return <p class="lookers" role="status">{icon("users", 14)} {t("console.looking", { names: names.join(" · ") })}</p>;
}

export function Supervise() {
  const dossier = room.value?.dossier;
  if (!dossier?.agent || !listensIn.value) return null;
  const shown = singleKeys.value;
  return (
    <Part title={t("console.supervise")}>
      <p>{t("console.supervise.listening", { name: dossier.agent.name })}</p>
      <Whisper key={dossier.conversation} conversation={dossier.conversation} name={dossier.agent.name} />
      <button type="button" class="button" aria-keyshortcuts={shown ? "o" : undefined} onClick={takeOver}>
        {icon("transfer", 14)} {t("console.take_over")} {shown && <kbd aria-hidden="true">O</kbd>}
      </button>
    </Part>
  );
}

function Whisper({ conversation, name }: { conversation: string; name: string }) {
  const [text, write] = useState("");
  const [busy, work] = useState(false);
  const send = async (event?: Event) => {
    event?.preventDefault();
    if (!text.trim() || busy) return;
    work(true);
    const done = await whisper(conversation, text.trim());
    work(false);
    if (done) write("");
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    void send();
  };
  return (
    <form class="whisper" onSubmit={(event) => void send(event)}>
      <Field label={t("console.whisper", { name })} hint={t("console.whisper.hint")}>
        <textarea rows={2} maxLength={MOST} value={text} onInput={(event) => write(event.currentTarget.value)} onKeyDown={press} />
      </Field>
      <Working type="submit" busy={busy} disabled={!text.trim()} kind="">{t("console.whisper.send")}</Working>
    </form>
  );
}
