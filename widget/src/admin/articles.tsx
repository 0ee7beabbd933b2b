/** All articles with the languages they have, a filter, and the import of Markdown files. */
import { useState } from "preact/hooks";
import { isLocale, LANGUAGE_NAMES, locale, LOCALES, t } from "../shared/i18n.ts";
import { date } from "../shared/time.ts";
import { get, query } from "../staff/api.ts";
import { icon } from "../staff/icons.tsx";
import { useResource, useSettled } from "../staff/load.ts";
import { Badge, Empty, Loaded } from "../staff/parts.tsx";
import { link } from "../staff/router.ts";
import { Table, type Column } from "../staff/table.tsx";
import { when } from "../staff/when.ts";
import { AUDIENCES } from "./import-defaults.tsx";
import { ImportDialog } from "./import.tsx";
import { NewArticleDialog } from "./new-article.tsx";
import { PageHead } from "./page-head.tsx";
import { nameOf } from "./said.ts";
import type { ArticleRow, Category } from "./types.ts";

export const SHORT: Record<string, string> = { en: "EN", "zh-Hans": "简", "zh-Hant": "繁", ms: "MS" };

export function ArticlesPage() {
  const [text, setText] = useState("");
  const [dialog, open] = useState<"import" | "new" | null>(null);
  const [missing, setMissing] = useState("");
  const q = useSettled(text.trim());
  const found = useResource(`articles ${q}`, (signal) => get<ArticleRow[]>(`/api/admin/articles${query({ q })}`, signal));
  const categories = useResource("categories", (signal) => get<Category[]>("/api/admin/categories", signal));
  const lacks = (row: ArticleRow) => !missing || stateOf(row, missing) !== "published";
  return (
    <>
      <PageHead title={t("admin.articles")} text={t("admin.articles.text")}>
        <a class="button" href={link("categories")}>{t("admin.categories")}</a>
        <button type="button" class="button" onClick={() => open("import")}>{icon("upload", 16)} {t("admin.import")}</button>
        <button type="button" class="button button-primary" onClick={() => open("new")}>{icon("plus", 16)} {t("admin.article.new")}</button>
      </PageHead>
      <div class="filters">
        <input type="search" value={text} aria-label={t("admin.articles.search")} placeholder={t("admin.articles.search")} onInput={(event) => setText(event.currentTarget.value)} />
        <select value={missing} aria-label={t("admin.articles.filter")} onChange={(event) => setMissing(event.currentTarget.value)}>
          <option value="">{t("admin.articles.all")}</option>
          {LOCALES.map((code) => <option key={code} value={code}>{t("admin.articles.missing", { language: LANGUAGE_NAMES[code] })}</option>)}
        </select>
        {found.data && <span class="muted nowrap">{t("admin.articles.n", { n: found.data.filter(lacks).length })}</span>}
      </div>
      <Loaded from={found} isEmpty={(rows) => !rows.some(lacks)} empty={<Empty icon="book" title={t(q || missing ? "admin.articles.none" : "admin.articles.empty")} text={q || missing ? "" : t("admin.articles.empty.text")} />}>
        {(rows) => <Table caption={t("admin.articles")} columns={columns(categories.data)} rows={rows.filter(lacks)} rowKey={(row) => row.id} />}
      </Loaded>
      {dialog === "import" && <ImportDialog close={() => open(null)} done={found.reload} />}
      {dialog === "new" && <NewArticleDialog categories={categories.data ?? []} taken={found.data ?? []} close={() => open(null)} />}
    </>
  );
}

function columns(categories: Category[] | null): Column<ArticleRow>[] {
  return [
    { key: "title", title: t("admin.article.title"), cell: (row) => <Title row={row} /> },
    { key: "category", title: t("admin.article.category"), cell: (row) => nameOf(categories, row.category) },
    { key: "languages", title: t("admin.article.languages"), cell: (row) => <Languages row={row} /> },
    { key: "updated", title: t("admin.updated"), cell: (row) => <span class="muted nowrap">{when(latest(row))}</span> },
  ];
}

export function bestLocale(row: ArticleRow): string {
  return row.locales[locale.value] ? locale.value : (LOCALES.find((code) => row.locales[code]) ?? "en");
}

function Title({ row }: { row: ArticleRow }) {
  const best = bestLocale(row);
  return (
    <a class="row-link" href={link("articles", row.id, best)}>
      <span lang={best}>{row.locales[best]?.title ?? row.id}</span>
      <span class="row-id">{row.id}</span>
      {row.audience !== "public" && <Badge>{AUDIENCES.some((one) => one === row.audience) ? t(`admin.audience.${row.audience}`) : row.audience}</Badge>}
    </a>
  );
}

/** What somebody who looks after the languages has to know of one of them. */
export function stateOf(row: ArticleRow, code: string): "missing" | "draft" | "published" | "stale" {
  return row.gaps[code]?.state ?? "published";
}

/** What is lacking, in words: languages of which the same is to be said share a line. */
export function gapsOf(row: ArticleRow): string[] {
  const lines = new Map<string, string[]>();
  for (const code of LOCALES) {
    const gap = row.gaps[code];
    if (!gap) continue;
    const same = JSON.stringify([gap.state, date(gap.since), gap.than]);
    lines.set(same, [...(lines.get(same) ?? []), SHORT[code] ?? code]);
  }
  return [...lines].map(([same, languages]) => {
    const [state, day, than] = JSON.parse(same) as [string, string, string | null];
    return t(`admin.gap.${state}`, { languages: languages.join(", "), day, other: SHORT[than ?? ""] ?? "" });
  });
}

function Languages({ row }: { row: ArticleRow }) {
  return (
    <div>
      <span class="languages">{LOCALES.map((code) => <Mark key={code} row={row} code={code} />)}</span>
      {gapsOf(row).map((line) => <span key={line} class="gap">{line}</span>)}
    </div>
  );
}

function Mark({ row, code }: { row: ArticleRow; code: string }) {
  const state = stateOf(row, code);
  const name = isLocale(code) ? LANGUAGE_NAMES[code] : code;
  return (
    <a class={`lang lang-${state}`} href={link("articles", row.id, code)} title={`${name}: ${t(`admin.state.${state}`)}`}>
      {SHORT[code]}
      <span class="hidden"> {name}: {t(`admin.state.${state}`)}</span>
    </a>
  );
}

export function latest(row: ArticleRow): string {
  return Object.values(row.locales).map((version) => version.updated_at).sort().at(-1) ?? new Date(0).toISOString();
}
