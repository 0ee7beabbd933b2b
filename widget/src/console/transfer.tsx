/** Handing a conversation to a colleague, to a team, back into the queue, or to the bot. */
import { useState } from "preact/hooks";
import type { AgentState, Team } from "../shared/frames.ts";
import { t } from "../shared/i18n.ts";
import { Dialog } from "../staff/dialog.tsx";
import { Badge, Field, languageName, Working } from "../staff/parts.tsx";
import { giveBack, transfer } from "./decide.ts";
import { rights, room, state } from "./desk.ts";
import { isFree, takers, teamsFor } from "./state.ts";

const QUEUE = "";
const BOT = "bot";
const TEAM = "team ";

export default function Transfer({ conversation, close }: { conversation: string; close: () => void }) {
  const agents = takers(state.value.queue?.agents ?? [], state.value.me);
  const teams = teamsFor(state.value.queue?.teams ?? [], room.value?.dossier?.language ?? "");
  const [to, choose] = useState(agents.find(isFree)?.id ?? QUEUE);
  const [note, setNote] = useState("");
  const [busy, work] = useState(false);
  const send = async () => {
    work(true);
    const team = teams.find((one) => TEAM + one.id === to) ?? null;
    const agent = agents.find((one) => one.id === to) ?? null;
    const done = to === BOT ? await giveBack(conversation, note.trim()) : await transfer(conversation, { agent, team }, note.trim());
    work(false);
    if (done) close();
  };
  return (
    <Dialog title={t("console.transfer.title")} onClose={close}>
      <form onSubmit={(event) => { event.preventDefault(); void send(); }}>
        <fieldset class="choices">
          <legend>{t("console.transfer.to")}</legend>
          {agents.map((agent) => <Taker key={agent.id} agent={agent} chosen={to === agent.id} choose={() => choose(agent.id)} />)}
          {teams.map((team) => <ToTeam key={team.id} team={team} chosen={to === TEAM + team.id} choose={() => choose(TEAM + team.id)} />)}
          <label class="choice">
            <input type="radio" name="to" checked={to === QUEUE} onChange={() => choose(QUEUE)} />
            <span class="choice-name">{t("console.transfer.queue")}</span>
          </label>
          {rights.value.finish && (
            <label class="choice">
              <input type="radio" name="to" checked={to === BOT} onChange={() => choose(BOT)} />
              <span class="choice-name">{t("console.give_back")}</span>
            </label>
          )}
        </fieldset>
        <Field label={t("console.transfer.note")} hint={t("console.handed.hint")}>
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

function ToTeam({ team, chosen, choose }: { team: Team; chosen: boolean; choose: () => void }) {
  const here = (state.value.queue?.agents ?? []).filter((agent) => team.members.includes(agent.id) && agent.status === "online").length;
  return (
    <label class="choice">
      <input type="radio" name="to" checked={chosen} onChange={choose} />
      <span class="choice-name">{team.name}</span>
      <span class="choice-load">{[...team.languages.map(languageName), t("console.team.here", { n: here })].join(", ")}</span>
    </label>
  );
}
