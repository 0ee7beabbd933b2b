/** Finds passages of the help centre and puts them, with their address, into the reply. */
import { useEffect, useRef, useState } from "preact/hooks";
import { isLocale, LANGUAGE_NAMES, LOCALES, locale, t } from "../shared/i18n.ts";
import { Markdown } from "../shared/markdown.tsx";
import { get, query } from "../staff/api.ts";
import { icon } from "../staff/icons.tsx";
import { linksIn } from "../staff/links.ts";
import { useResource, useSettled } from "../staff/load.ts";
import { Empty, Loaded } from "../staff/parts.tsx";
import { rights } from "./desk.ts";
import { insert } from "./drafts.ts";
import { safeUrl } from "../staff/read-loose.ts";

interface Found {
  passage: string;
  article: string;
  locale: string;
  title: string;
  heading: string | null;
  text: string;
  url: string;
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
          {(list) => <ul class="found">{list.map((item) => <Result key={item.passage} item={item} />)}</ul>}
        </Loaded>
      )}
    </section>
  );
}

function Result({ item }: { item: Found }) {
  const url = safeUrl(item.url) ?? "";
  const quote = () => insert(`${item.text.trim().split("\n").map((line) => `> ${line}`).join("\n")}\n\n${url}`);
  return (
    <li lang={item.locale}>
      <p class="found-title">
        <a href={url} target="_blank" rel="noopener noreferrer">{item.title}</a>
        {item.heading && <span> › {item.heading}</span>}
      </p>
      <div class="found-text"><Markdown text={item.text} top={5} link={linksIn(item.locale)} /></div>
      <div class="found-foot">
        <button type="button" class="link" disabled={!rights.value.reply} onClick={quote}>{icon("quote", 14)} {t("console.quote")}</button>
        <button type="button" class="link" disabled={!rights.value.reply} onClick={() => insert(url)}>{icon("external", 14)} {t("console.insert_link")}</button>
      </div>
    </li>
  );
}
