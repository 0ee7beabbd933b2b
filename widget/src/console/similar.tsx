/** Conversations that agents solved before and that were about the same, and the replies they suggest. */
import { useEffect, useState } from "preact/hooks";
import { locale, t } from "../shared/i18n.ts";
import { Markdown } from "../shared/markdown.tsx";
import { full, relative } from "../shared/time.ts";
import { get } from "../staff/api.ts";
import { icon } from "../staff/icons.tsx";
import { linksIn } from "../staff/links.ts";
import { useResource } from "../staff/load.ts";
import { Badge, Failure, languageName } from "../staff/parts.tsx";
import { rights, room } from "./desk.ts";
import { insert } from "./drafts.ts";
import { Part } from "./part.tsx";
import { singleKeys } from "./shortcuts.ts";
import { GAP, solvedBefore, suggestions, type Solved, type Suggestion } from "./suggestions.ts";
import { now } from "./ticking.ts";

/** After so many messages the question is known: later ones are about its answer. */
const ASKED = 6;

export function Similar({ conversation }: { conversation: string }) {
  const [own, include] = useState(false);
  const said = Math.min(ASKED, (room.value?.events ?? []).filter((event) => event.kind === "customer.said").length);
  const found = useResource(`${conversation} ${own} ${said}`, (signal) => get<Solved[]>(`/api/console/conversations/${encodeURIComponent(conversation)}/similar?own=${own}`, signal));
  useEffect(() => {
    if (found.data) solvedBefore.value = { conversation, list: found.data };
  }, [found.data, conversation]);
  return (
    <Part title={t("console.similar")} count={found.data?.length}>
      {found.error !== null && <Failure error={found.error} retry={found.reload} />}
      {found.data?.length === 0 && <p class="muted">{t("console.similar.none")}</p>}
      {found.data !== null && found.data.length > 0 && <ul class="solved">{found.data.map((one) => <SolvedItem key={one.conversation} solved={one} />)}</ul>}
      <label class="check">
        <input type="checkbox" checked={own} onChange={(event) => include(event.currentTarget.checked)} />
        <span>{t("console.similar.own")}</span>
      </label>
    </Part>
  );
}

function SolvedItem({ solved }: { solved: Solved }) {
  return (
    <li>
      <details>
        <summary dir="auto" lang={solved.language}>{solved.question}</summary>
        <div class="solved-answer" dir="auto" lang={solved.language}><Markdown text={solved.answer} top={5} link={linksIn(locale.value)} /></div>
      </details>
      <p class="row-facts">
        <time dateTime={solved.solved_at} title={full(solved.solved_at)}>{t("console.similar.by", { name: solved.agent, when: relative(solved.solved_at, new Date(now.value)) })}</time>
        <span>{languageName(solved.language)}</span>
        {solved.own && <Badge tone="accent">{t("console.similar.mine")}</Badge>}
        {solved.same_component && <Badge>{t("console.similar.component")}</Badge>}
      </p>
    </li>
  );
}

/** Each with where it is from and the key that inserts it. */
export function Suggestions() {
  const list = suggestions.value;
  if (!list.length) return null;
  return (
    <Part title={t("console.suggested")} count={list.length > 1 ? list.length : undefined}>
      <ol class="suggestions">{list.map((one, n) => <Suggested key={one.text} suggestion={one} digit={String(n + 1)} />)}</ol>
    </Part>
  );
}

function Suggested({ suggestion, digit }: { suggestion: Suggestion; digit: string }) {
  const shown = singleKeys.value;
  const keys = digit === "1" ? "1 i" : digit;
  return (
    <li>
      <p class="row-facts">{icon(suggestion.from === "help" ? "book" : "history", 14)} {t(`console.suggested.${suggestion.from}`)}</p>
      <div class="suggested" dir="auto"><Markdown text={suggestion.text} top={4} link={linksIn(locale.value)} /></div>
      {suggestion.text.includes(GAP) && <p class="hint">{t("console.suggested.gaps")}</p>}
      {rights.value.reply && (
        <button type="button" class="button" aria-keyshortcuts={shown ? keys : undefined} onClick={() => insert(suggestion.text)}>
          {icon("pencil", 14)} {t("console.insert")} {shown && <kbd aria-hidden="true">{digit}</kbd>}
        </button>
      )}
    </li>
  );
}
