/** The passage behind a citation, read inside the panel: the quoted part is marked, the article is one click away. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../../shared/icons.ts";
import { t } from "../../shared/i18n.ts";
import { Markdown } from "../../shared/markdown.tsx";
import { safeHref } from "../../shared/markdown-inline.ts";
import * as said from "../../shared/shapes-said.ts";
import type { Citation } from "../../shared/socket.ts";
import { date } from "../../shared/time.ts";
import type { PanelHost } from "../host.ts";
import { linkTo } from "../links.ts";
import { source } from "../state.ts";

interface Passage {
  text: string;
  heading: string | null;
  updated: string | null;
}

/** The source text, with the quoted part marked. */
async function fetchPassage(server: string, { passage, text }: Citation): Promise<Passage> {
  const answer = await fetch(`${server}/api/passages/${encodeURIComponent(passage)}`, { credentials: "omit" });
  if (!answer.ok) throw new Error(String(answer.status));
  const found = (await answer.json()) as Passage;
  const { highlight } = await import("../../shared/highlight.ts");
  return { ...found, text: highlight(found.text, text) };
}

/** What is quoted is news of an incident: all of it, and from no article. */
function isStatus(citation: Citation): boolean {
  return citation.article.startsWith("incident:");
}

/** Until the passage is there, and when it cannot be had, the quoted words of the citation stand for it. */
export function Source({ host }: { host: PanelHost }): VNode | null {
  const shown = source.value;
  return shown && <Opened key={shown.citation.passage} host={host} citation={shown.citation} number={shown.number} />;
}

function Opened({ host, citation, number }: { host: PanelHost; citation: Citation; number: number }): VNode {
  const passage = useSignal<Passage | null>(null);
  const failed = useSignal(false);
  const back = useRef<HTMLButtonElement>(null);
  const body = useRef<HTMLDivElement>(null);
  // Read while drawing: what stands behind is inert afterwards and has lost the focus.
  const from = useRef(host.root.activeElement as HTMLElement | null);
  useEffect(() => {
    back.current?.focus();
    if (!isStatus(citation)) {
      fetchPassage(host.server, citation).then(
        (found) => (passage.value = found),
        () => (failed.value = true),
      );
    }
    return () => void requestAnimationFrame(() => from.current?.focus());
  }, []);
  useEffect(() => {
    body.current?.querySelector("mark")?.scrollIntoView({ block: "center" });
  }, [passage.value]);
  const name = t("chat.source.name", { n: number, title: citation.title });
  return (
    <div class="source" role="group" aria-label={name}>
      <div class="bar">
        <button type="button" class="tool" ref={back} aria-label={t("chat.source.back")} onClick={() => (source.value = null)}>
          <Icon shape={said.arrowLeft} />
        </button>
        <span>{t(isStatus(citation) ? "chat.source.status" : "chat.source.from")}</span>
      </div>
      <div class="page" ref={body} lang={citation.locale} tabIndex={0} role="group" aria-label={citation.title}>
        <h3 dir="auto">{citation.title}</h3>
        {citation.heading && citation.heading !== citation.title && <h4 dir="auto">{citation.heading}</h4>}
        <Words citation={citation} passage={passage.value} server={host.server} />
        {failed.value && <p class="note">{t("chat.source.failed")}</p>}
      </div>
      <Foot citation={citation} passage={passage.value} server={host.server} />
    </div>
  );
}

interface Parts {
  citation: Citation;
  passage: Passage | null;
  server: string;
}

function Words({ citation, passage, server }: Parts): VNode {
  return <Markdown text={passage?.text ?? `\uE000${citation.text}\uE001`} marking={{ on: false }} link={linkTo(server)} top={4} />;
}

function Foot({ citation, passage, server }: Parts): VNode {
  const href = safeHref(linkTo(server)(citation.url) ?? "");
  return (
    <div class="foot">
      {passage?.updated && <span>{t("chat.source.updated", { date: date(passage.updated) })}</span>}
      {href && (
        <a href={href} target="_blank" rel="noopener">
          {t(isStatus(citation) ? "chat.source.status" : "chat.source.article")}
          <Icon shape={said.external} size={14} />
        </a>
      )}
    </div>
  );
}
