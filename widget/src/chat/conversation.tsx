/** What is needed only once something was said: messages, answers, sources. Loaded while the greeting is read. */
import type { ComponentChildren, VNode } from "preact";
import { t } from "../shared/i18n.ts";
import { Markdown, plainText } from "../shared/markdown.tsx";
import { day } from "../shared/time.ts";
import { dress } from "./dress.ts";
import { linkTo } from "./links.ts";
import type { PanelHost } from "./host.ts";
import { lineText, rowsOf, type Row } from "./rows.ts";
import { draft, events, pending, standing, typist } from "./state.ts";
import answer from "./style/answer.css?inline";
import colour from "./style/colour.css?inline";
import incident from "./style/incident.css?inline";
import message from "./style/message.css?inline";
import over from "./style/over.css?inline";
import queue from "./style/queue.css?inline";
import { botName } from "./talk.ts";
import { BotAvatar, PersonAvatar } from "./view/Avatar.tsx";
import { PendingMessage, Said } from "./view/Message.tsx";
import { Rating } from "./view/Rating.tsx";

export { plainText };
export { Incidents } from "./view/Incidents.tsx";
export { Menu } from "./view/Menu.tsx";
export { Source } from "./view/Source.tsx";
export { Waiting } from "./view/Waiting.tsx";

export function addStyle(root: ShadowRoot): void {
  dress([colour, incident, message, answer, over, queue].join("\n"), root);
  const tinted = getComputedStyle(root.host).getPropertyValue("--handrail-accent") !== "";
  root.querySelector(".place")?.classList.toggle("tinted", tinted);
}

export function Rows({ host }: { host: PanelHost }): VNode {
  const rows = rowsOf(events.value, pending.value);
  const text = draft.value?.text;
  return (
    <>
      <ol>{rows.map((row) => <li key={row.key} class={row.kind}>{drawn(row, host)}</li>)}</ol>
      {text === undefined && typist.value && <Typing />}
      {text !== undefined && <Draft text={text} host={host} />}
      {standing.value.over && <Rating />}
    </>
  );
}

function Typing(): VNode {
  const { kind, name } = typist.value ?? { kind: "bot", name: null };
  const who = name ?? standing.value.agent?.name ?? "";
  const person = kind === "agent";
  return (
    <div class={`message ${person ? "agent" : "bot"} typing`}>
      {person ? <PersonAvatar name={who} /> : <BotAvatar />}
      <div class="bubble">
        <span class="dots" aria-hidden="true"><i /><i /><i /></span>
        <span class="quiet">{person ? t("chat.typing.person", { name: who }) : t("chat.typing.bot", { name: botName() })}</span>
      </div>
    </div>
  );
}

/** The answer while it is being written; a screen reader hears the whole answer at its end. */
function Draft({ text, host }: { text: string; host: PanelHost }): VNode {
  return (
    <div class="message bot first last" aria-hidden="true">
      <BotAvatar />
      <p class="name" />
      <div class="bubble"><Markdown text={text} cite={() => null} link={linkTo(host.server)} /></div>
    </div>
  );
}

function drawn(row: Row, host: PanelHost): ComponentChildren {
  switch (row.kind) {
    case "day":
      return <span>{day(row.at)}</span>;
    case "line":
      return <span>{lineText(row.event)}</span>;
    case "said":
      return <Said row={row} host={host} />;
    case "pending":
      return <PendingMessage row={row} host={host} />;
  }
}
