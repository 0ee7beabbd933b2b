/** The console's dialogs: the keyboard map, and handing a conversation to somebody else. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import type { AgentState } from "../shared/frames.ts";
import { Dialog } from "../staff/dialog.tsx";
import { BINDINGS, isMac, keyName } from "../staff/keys.ts";
import { Badge, Field, Working } from "../staff/parts.tsx";
import { open, state, transfer } from "./desk.ts";
import { AnswerTogether } from "./group.tsx";
import { Report } from "./report.tsx";
import { answered, dialog, setSingleKeys, singleKeys } from "./shortcuts.ts";
import { isFree, takers } from "./state.ts";

export function Dialogs() {
  const close = () => (dialog.value = null);
  if (dialog.value === "help") return <KeyHelp close={close} />;
  if (dialog.value === "report") return <Report close={close} />;
  if (dialog.value === "group" && answered.value) return <AnswerTogether key={answered.value} incident={answered.value} close={close} />;
  if (dialog.value === "transfer" && open.value) return <Transfer conversation={open.value} close={close} />;
  return null;
}

function KeyHelp({ close }: { close: () => void }) {
  return (
    <Dialog title={t("console.keys")} onClose={close}>
      <dl class="keys">
        {BINDINGS.map((binding) => (
          <div key={binding.command}>
            <dt>{t(`console.keys.${binding.command}`)}</dt>
            <dd><kbd>{keyName(binding, isMac)}</kbd></dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input type="checkbox" checked={singleKeys.value} onChange={(event) => setSingleKeys(event.currentTarget.checked)} />
        <span>{t("console.keys.single")}</span>
      </label>
      <p class="hint">{t("console.keys.single.text")}</p>
    </Dialog>
  );
}

const QUEUE = "";

function Transfer({ conversation, close }: { conversation: string; close: () => void }) {
  const agents = takers(state.value.queue?.agents ?? [], state.value.me);
  const [to, choose] = useState(agents.find(isFree)?.id ?? QUEUE);
  const [note, setNote] = useState("");
  const [busy, work] = useState(false);
  const send = async () => {
    work(true);
    const name = agents.find((agent) => agent.id === to)?.name ?? "";
    const done = await transfer(conversation, to === QUEUE ? null : to, name, note.trim());
    work(false);
    if (done) close();
  };
  return (
    <Dialog title={t("console.transfer.title")} onClose={close}>
      <form onSubmit={(event) => { event.preventDefault(); void send(); }}>
        <fieldset class="choices">
          <legend>{t("console.transfer.to")}</legend>
          {agents.map((agent) => <Taker key={agent.id} agent={agent} chosen={to === agent.id} choose={() => choose(agent.id)} />)}
          <label class="choice">
            <input type="radio" name="to" checked={to === QUEUE} onChange={() => choose(QUEUE)} />
            <span class="choice-name">{t("console.transfer.queue")}</span>
          </label>
        </fieldset>
        <Field label={t("console.transfer.note")} hint={t("console.transfer.note.hint")}>
          <textarea rows={3} maxLength={4000} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        </Field>
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
          <Working type="submit" busy={busy}>{t("console.transfer")}</Working>
        </div>
      </form>
    </Dialog>
  );
}

function Taker({ agent, chosen, choose }: { agent: AgentState; chosen: boolean; choose: () => void }) {
  const free = isFree(agent);
  return (
    <label class={free ? "choice" : "choice choice-off"}>
      <input type="radio" name="to" checked={chosen} disabled={!free} onChange={choose} />
      <span class="choice-name">{agent.name}</span>
      <Badge tone={agent.status === "online" ? "good" : "plain"}>{t(`console.status.${agent.status}`)}</Badge>
      <span class="choice-load">{t(free || agent.status !== "online" ? "console.load" : "console.full", { load: agent.load, capacity: agent.capacity })}</span>
    </label>
  );
}
