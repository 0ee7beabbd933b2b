/** "Something may be wrong": what customers' questions and colleagues propose, for an admin to declare or dismiss. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { clock, full } from "../shared/time.ts";
import { post } from "../staff/api.ts";
import { ask } from "../staff/dialog.tsx";
import { icon } from "../staff/icons.tsx";
import type { Resource } from "../staff/load.ts";
import { Badge, Failure, Field, Working } from "../staff/parts.tsx";
import { go } from "../staff/router.ts";
import { say, sayError } from "../staff/toast.tsx";
import { when } from "../staff/when.ts";
import type { Proposal } from "./incident-types.ts";
import { ProposalPlot } from "./proposal-plot.tsx";
import { said } from "./said.ts";
import { chanceWords, countWords } from "./sensor-words.ts";
import type { Component } from "./types.ts";

interface ListProps {
  from: Resource<Proposal[]>;
  components: Component[] | null;
  /** Something was decided: the incidents changed too. */
  decided: () => void;
}

export function Proposals({ from, components, decided }: ListProps) {
  if (from.error && !from.data) return <Failure error={from.error} retry={from.reload} />;
  if (!from.data?.length) return null;
  return (
    <section class="proposals" aria-labelledby="proposals-title">
      <h2 id="proposals-title">{icon("alert", 18)} {t("admin.proposals")}</h2>
      <p class="muted">{t("admin.proposals.text")}</p>
      <ul>
        {from.data.map((proposal) => (
          <li key={proposal.id}><Proposed proposal={proposal} components={components ?? []} decided={() => (from.reload(), decided())} /></li>
        ))}
      </ul>
    </section>
  );
}

function Proposed({ proposal, components, decided }: { proposal: Proposal; components: Component[]; decided: () => void }) {
  const { evidence } = proposal;
  const name = nameOfProposal(proposal) || t("admin.proposal.unnamed");
  return (
    <article class="proposal" aria-label={name}>
      <div class="proposal-head">
        <h3>{name}</h3>
        <Badge tone="warn">{t(`admin.proposal.by_${proposal.origin}`)}</Badge>
        <time class="muted" dateTime={proposal.opened_at} title={full(proposal.opened_at)}>{t("admin.proposal.since", { when: when(proposal.opened_at) })}</time>
      </div>
      <div class={evidence ? "proposal-body" : undefined}>
        {evidence && (
          <div>
            <p class="proposal-count">{countWords(evidence)}</p>
            <p class="muted">{chanceWords(evidence.chance)}</p>
            <ProposalPlot points={evidence.plot} name={name} />
          </div>
        )}
        <div class="stack">
          <Notes proposal={proposal} />
          <Examples proposal={proposal} />
        </div>
      </div>
      <Decision proposal={proposal} name={name} components={components} decided={decided} />
    </article>
  );
}

/** The component guessed first, then those that the same customers asked about. */
function nameOfProposal(proposal: Proposal): string {
  return proposal.components.map((id, i) => said(proposal.names[i]) || id).join(", ");
}

function Notes({ proposal }: { proposal: Proposal }) {
  if (!proposal.notes.length) return null;
  return (
    <div>
      <h4 class="label">{t("admin.proposal.notes")}</h4>
      <ul class="quotes">
        {proposal.notes.map((note) => (
          <li key={note.at + note.by}><q dir="auto">{note.text}</q> <span class="muted nowrap">{note.by}, {clock(note.at)}</span></li>
        ))}
      </ul>
    </div>
  );
}

function Examples({ proposal }: { proposal: Proposal }) {
  if (!proposal.examples.length) return null;
  return (
    <div>
      <h4 class="label">{t("admin.proposal.examples")}</h4>
      <ul class="quotes">
        {proposal.examples.map((one) => (
          <li key={one.conversation + String(one.position)}>
            <a href={`/console#${encodeURIComponent(one.conversation)}`} target="_blank" dir="auto" title={t("admin.proposal.open")}>{one.text}</a> <time class="muted nowrap" dateTime={one.at}>{clock(one.at)}</time>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** One click and one question: customers hear of it. A report without a component needs one first. */
function Decision({ proposal, name, components, decided }: { proposal: Proposal; name: string; components: Component[]; decided: () => void }) {
  const [chosen, choose] = useState("");
  const [busy, work] = useState(false);
  const open = proposal.components.length === 0;
  const decide = async (how: "declare" | "dismiss", body: object) => {
    work(true);
    try {
      const done = await post<Proposal>(`/api/admin/proposals/${encodeURIComponent(proposal.id)}/${how}`, body);
      say(t(how === "declare" ? "admin.incident.declared" : "admin.proposal.dismissed"));
      if (how === "declare" && done.incident) return go("incidents", done.incident);
    } catch (error) {
      sayError(error);
    }
    work(false);
    decided();
  };
  const declare = async () => {
    const what = open ? said(components.find((one) => one.id === chosen)?.name) || chosen : name;
    const question = { title: t("admin.proposal.declare.title", { name: what }), text: t("admin.proposal.declare.text"), yes: t("admin.incident.declare"), danger: true };
    if (await ask(question)) await decide("declare", open ? { components: [chosen] } : {});
  };
  return (
    <div class="proposal-foot">
      {open && (
        <Field label={t("admin.proposal.component")}>
          <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
            <option value="">–</option>
            {components.map((one) => <option key={one.id} value={one.id}>{said(one.name) || one.id}</option>)}
          </select>
        </Field>
      )}
      <Working busy={busy} disabled={open && !chosen} onClick={() => void declare()}>{t("admin.incident.declare")}</Working>
      <button type="button" class="button" disabled={busy} onClick={() => void decide("dismiss", {})}>{t("admin.proposal.dismiss")}</button>
      <span class="hint">{t("admin.proposal.quiet")}</span>
    </div>
  );
}
