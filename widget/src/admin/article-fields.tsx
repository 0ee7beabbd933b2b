/** The fields of an article: title, where it belongs, the questions it answers, and the text. */
import { t } from "../shared/i18n.ts";
import { Field } from "../staff/parts.tsx";
import { AUDIENCES } from "./import-defaults.tsx";
import { said } from "./said.ts";
import type { Article, Category, Component } from "./types.ts";

interface FieldsProps {
  draft: Article;
  change: (article: Article) => void;
  categories: Category[];
  components: Component[];
  collections: Component[];
}

export function ArticleFields({ draft, change, categories, components, collections }: FieldsProps) {
  const set = (part: Partial<Article>) => change({ ...draft, ...part });
  return (
    <div class="editor-fields">
      <Field label={t("admin.article.title")}>
        <input type="text" value={draft.title} lang={draft.locale} onInput={(event) => set({ title: event.currentTarget.value })} />
      </Field>
      <Place draft={draft} set={set} categories={categories} />
      <Reach draft={draft} set={set} collections={collections} />
      <Components draft={draft} set={set} components={components} />
      <Field label={t("admin.article.questions")} hint={t("admin.article.questions.hint")}>
        <textarea rows={4} lang={draft.locale} value={draft.questions.join("\n")} onInput={(event) => set({ questions: event.currentTarget.value.split("\n") })} />
      </Field>
      <Field label={t("admin.article.body")} hint={t("admin.article.body.hint")}>
        <textarea class="body-field" rows={22} lang={draft.locale} value={draft.body} onInput={(event) => set({ body: event.currentTarget.value })} />
      </Field>
    </div>
  );
}

type Setter = (part: Partial<Article>) => void;

function Place({ draft, set, categories }: { draft: Article; set: Setter; categories: Category[] }) {
  const known = categories.find((category) => category.id === draft.category);
  const subs = (known?.subcategories ?? []).map((sub) => (typeof sub === "string" ? { id: sub, name: sub } : { id: sub.id, name: said(sub.name) || sub.id }));
  return (
    <div class="two">
      <Field label={t("admin.article.category")}>
        <select value={draft.category} onChange={(event) => set({ category: event.currentTarget.value, subcategory: null })}>
          {!known && <option value={draft.category}>{draft.category || "–"}</option>}
          {categories.map((category) => <option key={category.id} value={category.id}>{said(category.name) || category.id}</option>)}
        </select>
      </Field>
      <Field label={t("admin.article.subcategory")}>
        <select value={draft.subcategory ?? ""} onChange={(event) => set({ subcategory: event.currentTarget.value || null })}>
          <option value="">–</option>
          {subs.map((sub) => <option key={sub.id} value={sub.id}>{sub.name}</option>)}
          {draft.subcategory && !subs.some((sub) => sub.id === draft.subcategory) && <option value={draft.subcategory}>{draft.subcategory}</option>}
        </select>
      </Field>
    </div>
  );
}

function Reach({ draft, set, collections }: { draft: Article; set: Setter; collections: Component[] }) {
  const audiences: string[] = AUDIENCES.some((one) => one === draft.audience) ? [...AUDIENCES] : [draft.audience, ...AUDIENCES];
  const own = audiences.length > AUDIENCES.length ? draft.audience : null;
  return (
    <div class="two">
      <Field label={t("admin.audience")} hint={draft.audience === "public" ? "" : t("admin.audience.hint")}>
        <select value={draft.audience} onChange={(event) => set({ audience: event.currentTarget.value })}>
          {audiences.map((one) => <option key={one} value={one}>{one === own ? one : t(`admin.audience.${one}`)}</option>)}
        </select>
      </Field>
      <Field label={t("admin.collection")}>
        <select value={draft.collection} onChange={(event) => set({ collection: event.currentTarget.value })}>
          {!collections.some((one) => one.id === draft.collection) && <option value={draft.collection}>{draft.collection}</option>}
          {collections.map((one) => <option key={one.id} value={one.id}>{said(one.name) || one.id}</option>)}
        </select>
      </Field>
    </div>
  );
}

export function Components({ draft, set, components }: { draft: { components: string[] }; set: (part: { components: string[] }) => void; components: Component[] }) {
  const toggle = (id: string, on: boolean) => set({ components: on ? [...draft.components, id] : draft.components.filter((other) => other !== id) });
  return (
    <fieldset class="chips">
      <legend>{t("admin.components")}</legend>
      {components.map((component) => (
        <label key={component.id} class="chip">
          <input type="checkbox" checked={draft.components.includes(component.id)} onChange={(event) => toggle(component.id, event.currentTarget.checked)} />
          {said(component.name) || component.id}
        </label>
      ))}
    </fieldset>
  );
}
