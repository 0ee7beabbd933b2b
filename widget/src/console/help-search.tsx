/** Finds passages of the help centre and puts them, with their address, into the reply. */
import { useEffect, useRef, useState } from "preact/hooks";
import { isLocale, LANGUAGE_NAMES, LOCALES, locale, t } from "../shared/i18n.ts";
import { Markdown } from "../shared/markdown.tsx";
import { get, query } from "../staff/api.ts";
import { icon } from "../staff/icons.tsx";
import { linksIn } from "../staff/links.ts";
import { ask } from "../staff/dialog.tsx";
import { useResource, useSettled } from "../staff/load.ts";
import { Badge, Empty, languageName, Loaded } from "../staff/parts.tsx";
import { words } from "../staff/texts.ts";
import { rights } from "./desk.ts";
import { insert } from "./drafts.ts";
import { safeUrl } from "../staff/read-loose.ts";

export interface Found {
  passage: string;
  article: string;
  locale: string;
  title: string;
  heading: string | null;
  text: string;
  url: string;
  audience: string;
  score: number;
}

export function HelpSearch({ language }: { language: string | null }) {
  const [text, setText] = useState("");
  const [chosen, choose] = useState<string>(language ?? locale.value);
  useEffect(() => {
    if (isLocale(language)) choose(language);
  }, [language]);
  const q = useSettled(text.trim());
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (q) section.current?.scrollIntoView({ block: "start" });
  }, [q]);
  const found = useResource(q ? `${chosen} ${q}` : null, (signal) => get<Found[]>(`/api/console/search${query({ q, locale: chosen })}`, signal));
  return (
    <section ref={section} class={q ? "part help-open" : "part"} aria-labelledby="help-title">
      <h3 id="help-title">{t("console.help_centre")}</h3>
      <div class="search-row">
        <div class="search-field">
          {icon("search", 16)}
          <input id="help-search" type="search" value={text} placeholder={t("console.search.placeholder")} aria-label={t("console.search")} aria-keyshortcuts="/" onFocus={() => section.current?.scrollIntoView({ block: "nearest" })} onInput={(event) => setText(event.currentTarget.value)} />
        </div>
        <select value={chosen} aria-label={t("console.search.language")} onChange={(event) => choose(event.currentTarget.value)}>
          {LOCALES.map((code) => <option key={code} value={code} lang={code}>{LANGUAGE_NAMES[code]}</option>)}
        </select>
      </div>
      {q && (
        <Loaded from={found} isEmpty={(list) => list.length === 0} empty={<Empty icon="search" title={t("console.search.none")} text={t("console.search.none.text")} />}>
          {(list) => <ul class="found">{list.map((item) => <Result key={item.passage} item={item} sought={chosen} />)}</ul>}
        </Loaded>
      )}
    </section>
  );
}

/** One passage; in another language than the one that was searched it says which. */
export function Result({ item, sought }: { item: Found; sought: string }) {
  const url = safeUrl(item.url) ?? "";
  const open = item.audience === "public";
  const quoted = item.text.trim().split("\n").map((line) => `> ${line}`).join("\n");
  return (
    <li lang={item.locale}>
      <p class="found-title">
        {open ? <a href={url} target="_blank" rel="noopener noreferrer">{item.title}</a> : <b>{item.title}</b>}
        {item.heading && <span> › {item.heading}</span>} {item.locale !== sought && <Badge>{languageName(item.locale)}</Badge>} {!open && <Badge tone="warn">{words("admin.audience", item.audience)}</Badge>}
      </p>
      <div class={open ? "found-text" : "found-text found-whole"}><Markdown text={item.text} top={5} link={linksIn(item.locale)} /></div>
      <div class="found-foot">
        <button type="button" class="link" disabled={!rights.value.reply} onClick={() => (open ? insert(`${quoted}\n\n${url}`) : void quoteInternal(item, quoted))}>{icon("quote", 14)} {t("console.quote")}</button>
        {open && <button type="button" class="link" disabled={!rights.value.reply} onClick={() => insert(url)}>{icon("external", 14)} {t("console.insert_link")}</button>}
      </div>
    </li>
  );
}

/** Quote an article that is not for everybody, if the agent means it; without its address, which the customer could not open. */
async function quoteInternal(item: Found, quoted: string): Promise<void> {
  const audience = words("admin.audience", item.audience);
  if (await ask({ title: t("console.quote.internal"), text: t("console.quote.internal.text", { audience }), yes: t("console.quote") })) insert(quoted);
}
