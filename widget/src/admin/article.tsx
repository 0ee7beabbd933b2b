/** The editor of one article in one language: fields and Markdown at the left, what customers will see at the right. */
import { useState } from "preact/hooks";
import { isLocale, LANGUAGE_NAMES, LOCALES, t } from "../shared/i18n.ts";
import { Markdown } from "../shared/markdown.tsx";
import { ApiError, get, put } from "../staff/api.ts";
import { icon } from "../staff/icons.tsx";
import { linksIn } from "../staff/links.ts";
import { useResource } from "../staff/load.ts";
import { Badge, Loaded, Working } from "../staff/parts.tsx";
import { later } from "../staff/later.tsx";
import { askBeforeLeaving, link } from "../staff/router.ts";
import { needTexts } from "../staff/texts.ts";
import { say, sayError } from "../staff/toast.tsx";
import { when } from "../staff/when.ts";
import { ArticleFields } from "./article-fields.tsx";
import { AUDIENCES } from "./import-defaults.tsx";
import { useLeaveGuard } from "./leave.ts";
import { MORE_TEXTS } from "./more-texts.ts";
import { begun } from "./new-article.tsx";
import { TranslateDialog } from "./translate.tsx";
import { PageHead } from "./page-head.tsx";
import { PullDialog } from "./pull.tsx";
import { nameOf } from "./said.ts";
import type { Article, Category, Component } from "./types.ts";

const VersionsDialog = later(async () => {
  const [module] = await Promise.all([import("./versions.tsx"), needTexts(MORE_TEXTS)]);
  return module;
});

const addressOf = (id: string, locale: string) => `/api/admin/articles/${encodeURIComponent(id)}/${encodeURIComponent(locale)}`;

/** The article, or an empty one in this language that takes category and components from another language. */
async function read(id: string, locale: string, signal: AbortSignal): Promise<Article> {
  if (begun.has(id)) return { ...NEW, id, locale };
  try {
    return await get<Article>(addressOf(id, locale), signal);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
  }
  for (const other of LOCALES) {
    const found = await get<Article>(addressOf(id, other), signal).catch(() => null);
    if (found) return { ...found, ...BLANK, locale };
  }
  return { ...NEW, id, locale };
}

const BLANK = { title: "", questions: [], body: "", source: null, version: null, published: false, answers: false, updated_at: null, author: null };
const NEW = { ...BLANK, category: "", subcategory: null, components: [], audience: "public", collection: "main" };

export function ArticlePage({ id, locale }: { id: string; locale: string }) {
  const article = useResource(`${id} ${locale}`, (signal) => read(id, locale, signal));
  const lists = useResource("lists", async (signal) => ({
    categories: await get<Category[]>("/api/admin/categories", signal),
    components: await get<Component[]>("/api/admin/components", signal),
    collections: await get<Component[]>("/api/admin/collections", signal),
  }));
  return (
    <>
      <Loaded from={article}>{(found) => <Editor key={`${found.version}`} found={found} replace={article.set} reload={article.reload} categories={lists.data?.categories ?? []} components={lists.data?.components ?? []} collections={lists.data?.collections ?? []} />}</Loaded>
    </>
  );
}

interface EditorProps {
  found: Article;
  replace: (article: Article) => void;
  reload: () => void;
  categories: Category[];
  components: Component[];
  collections: Component[];
}

function Editor({ found, replace, reload, categories, components, collections }: EditorProps) {
  const [draft, change] = useState<Article>(() => (found.version === null ? { ...found, ...begun.get(found.id) } : found));
  const [busy, work] = useState<"draft" | "publish" | null>(null);
  const [tab, turn] = useState<"write" | "preview">("write");
  const [versions, showVersions] = useState(false);
  const [pulling, askToPull] = useState(false);
  const { published, answers } = found; // a pull changes them under an editor that goes on
  const dirty = JSON.stringify({ ...draft, published, answers }) !== JSON.stringify(found);
  useLeaveGuard(dirty);
  const save = async (publish: boolean) => {
    if (!draft.title.trim() || !draft.body.trim()) return say(t("admin.article.incomplete"), "error");
    work(publish ? "publish" : "draft");
    const saved = await store(draft, publish);
    work(null);
    if (!saved) return;
    askBeforeLeaving(null);
    replace(saved);
  };
  const restored = (saved: Article) => {
    showVersions(false);
    replace(saved);
  };
  return (
    <div class="editor">
      <PageHead back={{ href: link("articles"), name: t("admin.articles") }} title={draft.title || t("admin.article.untitled")} text={<State article={found} dirty={dirty} />}>
        <button type="button" class="button" onClick={() => showVersions(true)} disabled={found.version === null}>{icon("history", 16)} {t("admin.versions")}</button>
        {found.answers && <button type="button" class="button button-danger" onClick={() => askToPull(true)}>{t("admin.pull")}</button>}
        <Working kind="" busy={busy === "draft"} disabled={!dirty || busy !== null} onClick={() => void save(false)}>{t("admin.save_draft")}</Working>
        <Working busy={busy === "publish"} disabled={(!dirty && found.published) || busy !== null} onClick={() => void save(true)}>{t("admin.publish")}</Working>
      </PageHead>
      <Origin article={found} />
      <LocaleTabs id={found.id} current={found.locale} />
      <div class="tabs phone-tabs" role="group" aria-label={t("admin.article.view")}>
        {(["write", "preview"] as const).map((name) => <button key={name} type="button" class="tab" aria-pressed={tab === name} onClick={() => turn(name)}>{t(`admin.article.${name}`)}</button>)}
      </div>
      <div class="editor-sides" data-tab={tab}>
        <ArticleFields draft={draft} change={change} categories={categories} components={components} collections={collections} />
        <Preview draft={draft} />
      </div>
      {pulling && <PullDialog article={found} close={() => askToPull(false)} pulled={reload} />}
      {versions && <VersionsDialog article={found} dirty={dirty} names={names({ categories, components, collections })} close={() => showVersions(false)} restored={restored} reload={reload} />}
    </div>
  );
}

/** What the values of an article's fields are called. */
function names(lists: { categories: Category[]; components: Component[]; collections: Component[] }) {
  const parts = lists.categories.flatMap((category) => category.subcategories).map((sub) => (typeof sub === "string" ? { id: sub, name: {} } : { id: sub.id, name: sub.name ?? {} }));
  return (field: string, value: string): string => {
    if (field === "audience") return AUDIENCES.some((one) => one === value) ? t(`admin.audience.${value}`) : value;
    const list = field === "components" ? lists.components : field === "collection" ? lists.collections : field === "subcategory" ? parts : lists.categories;
    return nameOf(list, value);
  };
}

async function store(draft: Article, publish: boolean): Promise<Article | null> {
  const { title, category, subcategory, components, questions, body, audience, collection } = draft;
  const fields = { title: title.trim(), category, subcategory, components, questions: questions.filter((line) => line.trim()), body, audience, collection };
  try {
    const saved = await put<Article>(addressOf(draft.id, draft.locale), { ...fields, publish, base_version: draft.version });
    begun.delete(draft.id);
    say(t(publish ? "admin.published" : "admin.saved"));
    return saved;
  } catch (error) {
    sayError(error);
    return null;
  }
}

function State({ article, dirty }: { article: Article; dirty: boolean }) {
  const state = article.version === null ? "missing" : article.published ? "published" : "draft";
  return (
    <span class="state-line">
      <Badge tone={state === "published" ? "good" : state === "draft" ? "warn" : "plain"}>{t(`admin.state.${state}`)}</Badge>
      <span class="mono">{article.id}</span>
      {article.version !== null && <span>{t("admin.version", { n: article.version })}</span>}
      {article.updated_at && <span>{when(article.updated_at)}{article.author ? ` · ${article.author}` : ""}</span>}
      {dirty && <span class="dirty">{t("admin.unsaved")}</span>}
    </span>
  );
}

/** Where the article comes from, and what waits there to be decided. */
function Origin({ article }: { article: Article }) {
  const [dialog, open] = useState(false);
  const { source } = article;
  if (article.version === null) return null;
  const waiting = source !== null && (source.proposed || source.state === "missing");
  return (
    <div class={waiting ? "origin notice notice-warn" : "origin"}>
      {source && <span>{t("admin.article.from")} <a href={link("imports", source.name)}>{source.name === "upload" ? t("admin.imports.kind.upload") : source.name}</a>{source.url && <> · <a href={source.url} rel="noreferrer noopener" target="_blank">{t("admin.article.original")}</a></>}</span>}
      {source?.proposed && <span>{t("admin.article.newer")}</span>}
      {source?.state === "missing" && <span>{t("admin.article.gone")}</span>}
      <button type="button" class="link" onClick={() => open(true)}>{t("admin.translate")}</button>
      {dialog && <TranslateDialog article={article} close={() => open(false)} />}
    </div>
  );
}

function LocaleTabs({ id, current }: { id: string; current: string }) {
  return (
    <nav class="tabs" aria-label={t("admin.article.languages")}>
      {LOCALES.map((code) => (
        <a key={code} class="tab" href={link("articles", id, code)} lang={code} aria-current={code === current ? "page" : undefined}>
          {LANGUAGE_NAMES[code]}
        </a>
      ))}
    </nav>
  );
}

function Preview({ draft }: { draft: Article }) {
  return (
    <section class="preview" aria-label={t("admin.article.preview")} lang={isLocale(draft.locale) ? draft.locale : undefined}>
      <h2>{draft.title || t("admin.article.untitled")}</h2>
      {draft.body.trim() ? <Markdown text={draft.body} top={2} link={linksIn(draft.locale)} /> : <p class="muted">{t("admin.article.preview.empty")}</p>}
    </section>
  );
}
