/** What stands in the log before anything was said: the greeting, and questions to choose or articles that were found. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useEffect } from "preact/hooks";
import { Icon } from "../../shared/icons.ts";
import { locale, t } from "../../shared/i18n.ts";
import * as shapes from "../../shared/shapes.ts";
import type { PanelHost } from "../host.ts";
import type { Article } from "../search.ts";
import { announcement, company, link, source } from "../state.ts";
import { say } from "../talk.ts";
import { composing, search, words } from "../writing.ts";
import { BotAvatar } from "./Avatar.tsx";

const REST_MS = 150;
const SHORTEST = 2;

export function Welcome({ host }: { host: PanelHost }): VNode {
  const { greeting, name } = company.value;
  if (!name && link.value.at !== "online") {
    return (
      <div class="welcome">
        {link.value.at !== "stopped" && <p class="loading">{t("chat.loading")}</p>}
      </div>
    );
  }
  return (
    <div class="welcome">
      <BotAvatar size={26} />
      <p class="greeting" dir="auto">{greeting}</p>
      <p class="who">{t("chat.welcome.bot")}</p>
      <Choices server={host.server} />
    </div>
  );
}

/** Articles for what is being written; the common questions while there are none. */
function Choices({ server }: { server: string }): VNode {
  const { found, hide } = useFound(server);
  const { suggestions } = company.value;
  if (found.length) {
    return (
      <div class="suggestions found" role="group" aria-label={t("chat.source.from")} onKeyDown={(event) => search.value?.move(event, hide)}>
        <h3>{t("chat.source.from")}</h3>
        {found.map((article, i) => (
          <Choice key={article.passage} lang={article.locale} press={() => (source.value = { citation: { ...article, text: "" }, number: i + 1 })}>
            {article.title}
          </Choice>
        ))}
      </div>
    );
  }
  // What is behind the button draws itself, beside it: only who wants the topics loads them.
  const open = (button: HTMLButtonElement) =>
    import("../topics.ts").then((it) => it.open(button, server, locale.value, say)).catch(() => (button.textContent = t("chat.retry")));
  return (
    <>
      {suggestions.length > 0 && (
        <div class="suggestions" role="group" aria-label={t("chat.welcome.try")}>
          {suggestions.map((text) => <Choice key={text} press={() => say(text)}>{text}</Choice>)}
        </div>
      )}
      <div key={locale.value} class="topics">
        <button type="button" class="text" onClick={({ currentTarget: button }) => open(button)}>{t("chat.welcome.topics")}</button>
      </div>
    </>
  );
}

function Choice({ lang, press, children }: { lang?: string; press: () => void; children: ComponentChildren }): VNode {
  return (
    <button type="button" lang={lang} dir="auto" onClick={press}>
      <span>{children}</span>
      <Icon shape={shapes.chevronRight} size={16} />
    </button>
  );
}

/** Looks when the writing has rested. Where nothing can be found, writing and sending go on without it. */
function useFound(server: string): { found: Article[]; hide: () => void } {
  const found = useSignal<Article[]>([]);
  const text = words.value.trim();
  useEffect(() => {
    if (composing.value) return;
    if (text.length < SHORTEST) return void (found.value = []);
    const gone = new AbortController();
    const look = async () => {
      search.value ??= await import("../search.ts");
      show(await search.value.look(server, text, locale.value, gone.signal));
    };
    const timer = setTimeout(() => look().catch(() => undefined), REST_MS);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [text, composing.value, locale.value]);
  /** Said once, when articles appear: not again at every letter. */
  const show = (articles: Article[]) => {
    if (articles.length && !found.value.length) announcement.value = t("chat.search.found", { n: articles.length });
    found.value = articles;
  };
  return { found: found.value, hide: () => (found.value = []) };
}
