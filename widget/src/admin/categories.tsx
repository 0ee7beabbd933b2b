/** The help centre's categories: their names in every language, their order, and the empty ones removed. */
import { useState } from "preact/hooks";
import { LANGUAGE_NAMES, LOCALES, t } from "../shared/i18n.ts";
import { revised, type Revised } from "../staff/api.ts";
import { icon } from "../staff/icons.tsx";
import { useResource } from "../staff/load.ts";
import { Badge, Empty, Field, Loaded, Working } from "../staff/parts.tsx";
import { link } from "../staff/router.ts";
import "./hours.css";
import { PageHead } from "./page-head.tsx";
import { said } from "./said.ts";
import type { Localized } from "./types.ts";
import { useWholeList } from "./whole-list.tsx";

interface Place {
  id: string;
  name: Localized;
  articles: number;
}
interface Shelf extends Place {
  subcategories: Place[];
}

const PATH = "/api/admin/categories";

/** An id for addresses from a name; empty where no letter of a to z is in it. */
export function slug(name: string): string {
  return name.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60);
}

/** What is sent: the places without their counts, and those that are there no more. */
export function changes(before: Shelf[], after: Shelf[]) {
  const plain = ({ id, name }: Place) => ({ id, name: Object.fromEntries(Object.entries(name).filter(([, text]) => text?.trim())) });
  const there = new Set(after.flatMap((one) => [one.id, ...one.subcategories.map((sub) => `${one.id}/${sub.id}`)]));
  const had = before.flatMap((one) => [one.id, ...one.subcategories.map((sub) => `${one.id}/${sub.id}`)]);
  return {
    categories: after.map((one) => ({ ...plain(one), subcategories: one.subcategories.map(plain) })),
    removed: had.filter((place) => !there.has(place)),
  };
}

export default function CategoriesPage() {
  const found = useResource("categories", (signal) => revised<Shelf[]>("GET", PATH, undefined, signal));
  return <Loaded from={found}>{(shelves) => <Editor found={shelves} replace={found.set} />}</Loaded>;
}

function Editor({ found, replace }: { found: Revised<Shelf[]>; replace: (shelves: Revised<Shelf[]>) => void }) {
  const { draft, change, busy, dirty, save, undo, notice } = useWholeList(PATH, found, replace);
  const set = (id: string, shelf: Shelf) => change(draft.map((one) => (one.id === id ? shelf : one)));
  return (
    <>
      <PageHead back={{ href: link("articles"), name: t("admin.articles") }} title={t("admin.categories")} text={t("admin.categories.text")}>
        {undo}
        <Working busy={busy} disabled={!dirty || !draft.every(named)} onClick={() => void save(changes(found.data, draft), t("admin.categories.saved"))}>{t("admin.save")}</Working>
      </PageHead>
      {notice}
      {!draft.length && <Empty icon="book" title={t("admin.categories.none")} />}
      <div class="rules">
        {draft.map((shelf, n) => (
          <details key={shelf.id} class="rule" open={!found.data.some((one) => one.id === shelf.id)}>
            <summary>
              {icon("chevron-right", 16)} <span><b>{said(shelf.name) || shelf.id}</b> <span class="muted mono">{shelf.id}</span></span>
              {LOCALES.filter((code) => !shelf.name[code]?.trim()).length > 0 && <Badge tone="warn">{t("admin.categories.lacks", { languages: LOCALES.filter((code) => !shelf.name[code]?.trim()).map((code) => LANGUAGE_NAMES[code]).join(", ") })}</Badge>}
              <span class="muted rule-count">{t("admin.articles.n", { n: shelf.articles })}</span>
            </summary>
            <div class="rule-body">
              <Names place={shelf} set={(name) => set(shelf.id, { ...shelf, name })} />
              <Foot place={shelf} first={n === 0} last={n === draft.length - 1} move={(by) => change(moved(draft, n, by))} remove={() => change(draft.filter((one) => one.id !== shelf.id))} />
              <h2 class="label">{t("admin.categories.parts")}</h2>
              {shelf.subcategories.map((part, m) => (
                <div key={part.id} class="category-part">
                  <Names place={part} set={(name) => set(shelf.id, { ...shelf, subcategories: shelf.subcategories.map((one) => (one.id === part.id ? { ...one, name } : one)) })} />
                  <Foot place={part} first={m === 0} last={m === shelf.subcategories.length - 1} move={(by) => set(shelf.id, { ...shelf, subcategories: moved(shelf.subcategories, m, by) })} remove={() => set(shelf.id, { ...shelf, subcategories: shelf.subcategories.filter((one) => one.id !== part.id) })} />
                </div>
              ))}
              <Adding label={t("admin.categories.add_part")} taken={shelf.subcategories} add={(place) => set(shelf.id, { ...shelf, subcategories: [...shelf.subcategories, place] })} />
            </div>
          </details>
        ))}
      </div>
      <Adding label={t("admin.categories.add")} taken={draft} add={(place) => change([...draft, { ...place, subcategories: [] }])} />
    </>
  );
}

const named = (shelf: Shelf) => [shelf, ...shelf.subcategories].every((place) => Object.values(place.name).some((text) => text?.trim()));

/** The list with one of its members a step further up or down. */
export function moved<T>(list: readonly T[], at: number, by: number): T[] {
  const rest = list.filter((_, n) => n !== at);
  const one = list[at];
  return one === undefined ? [...list] : [...rest.slice(0, at + by), one, ...rest.slice(at + by)];
}

function Names({ place, set }: { place: Place; set: (name: Localized) => void }) {
  return (
    <div class="rule-words">
      {LOCALES.map((code) => (
        <Field key={code} label={LANGUAGE_NAMES[code]}>
          <input type="text" lang={code} maxLength={300} value={place.name[code] ?? ""} onInput={(event) => set({ ...place.name, [code]: event.currentTarget.value })} />
        </Field>
      ))}
    </div>
  );
}

function Foot({ place, first, last, move, remove }: { place: Place; first: boolean; last: boolean; move: (by: number) => void; remove: () => void }) {
  const name = said(place.name) || place.id;
  return (
    <div class="rule-foot">
      <button type="button" class="link" disabled={first} aria-label={t("admin.categories.up.of", { name })} onClick={() => move(-1)}>{t("admin.categories.up")}</button>
      <button type="button" class="link" disabled={last} aria-label={t("admin.categories.down.of", { name })} onClick={() => move(1)}>{t("admin.categories.down")}</button>
      {place.articles > 0 ? <span class="muted">{t("admin.categories.full", { n: place.articles })}</span> : <button type="button" class="link link-danger" aria-label={t("admin.categories.remove.of", { name })} onClick={remove}>{icon("trash", 14)} {t("admin.replies.remove")}</button>}
    </div>
  );
}

function Adding({ label, taken, add }: { label: string; taken: readonly Place[]; add: (place: Place) => void }) {
  const [name, write] = useState("");
  const [own, choose] = useState("");
  const id = own || slug(name);
  const twice = taken.some((one) => one.id === id);
  const submit = (event: Event) => {
    event.preventDefault();
    add({ id, name: { [document.documentElement.lang || "en"]: name.trim() }, articles: 0 });
    write("");
    choose("");
  };
  return (
    <form class="filters" onSubmit={submit}>
      <input type="text" maxLength={300} aria-label={label} placeholder={label} value={name} onInput={(event) => write(event.currentTarget.value)} />
      <input type="text" class="mono" maxLength={60} pattern="[a-z0-9]+(-[a-z0-9]+)*" aria-label={t("admin.categories.id")} placeholder={id || t("admin.categories.id")} value={own} onInput={(event) => choose(event.currentTarget.value)} />
      <button type="submit" class="button" disabled={!name.trim() || !id || twice}>{icon("plus", 16)} {label}</button>
      {twice && <span class="field-error" role="alert">{t("admin.categories.twice", { id })}</span>}
    </form>
  );
}
