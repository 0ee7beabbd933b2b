/** A generation beside the live one: which articles differ, and how their questions are answered. */
import { t } from "../shared/i18n.ts";
import { get } from "../staff/api.ts";
import { Dialog } from "../staff/dialog.tsx";
import { useResource } from "../staff/load.ts";
import { Badge, Empty, languageName, Loaded, type Tone } from "../staff/parts.tsx";
import { link } from "../staff/router.ts";
import { Table, type Column } from "../staff/table.tsx";
import type { Generation } from "./types.ts";

interface Counts {
  added: number;
  changed: number;
  removed: number;
  passages_added: number;
  passages_removed: number;
}
interface Differing {
  id: string;
  locale: string;
  title: string;
  change: "added" | "changed" | "removed";
  passages_added: number;
  passages_removed: number;
}
interface Differences {
  before: string | null;
  languages: Record<string, Counts>;
  articles: Differing[];
  total: number;
}
interface Asked {
  article: string;
  locale: string;
  question: string;
  before: number | null;
  after: number | null;
  first_before: { id: string; title: string } | null;
  first_after: { id: string; title: string } | null;
  change: "better" | "worse" | "other";
}
interface Checks {
  titles: number;
  asked: number;
  same: number;
  better: number;
  worse: number;
  other: number;
  failures: string[];
  questions: Asked[];
}

const CHANGE: Record<Differing["change"], Tone> = { added: "good", changed: "accent", removed: "warn" };
const OUTCOME: Record<Asked["change"], Tone> = { better: "good", worse: "bad", other: "plain" };

interface Props {
  generation: Generation;
  close: () => void;
  /** Makes it the live one; absent where it cannot be. */
  use?: () => void;
}

export default function CompareDialog({ generation, close, use }: Props) {
  const path = `/api/admin/index/${encodeURIComponent(String(generation.id))}`;
  const held = generation.state === "ready" || generation.state === "retired";
  const found = useResource(held ? `${path}/differences` : null, (signal) => get<Differences>(`${path}/differences`, signal));
  const checks = useResource(`${path}/checks`, async (signal) => ({ found: await get<Checks | null>(`${path}/checks`, signal) }));
  return (
    <Dialog title={`${t("admin.index.generation")} ${generation.id}`} onClose={close} wide>
      {held && (
        <section class="compare">
          <h3>{t("admin.compare.articles")}</h3>
          <Loaded from={found} isEmpty={(all) => !all.total} empty={<p class="muted">{t("admin.compare.none")}</p>}>{(all) => <Articles found={all} />}</Loaded>
        </section>
      )}
      <section class="compare">
        <h3>{t("admin.compare.questions")}</h3>
        <Loaded from={checks} isEmpty={(all) => !all.found} empty={<Empty icon="check" title={t("admin.compare.unchecked")} />}>{(all) => all.found && <Questions found={all.found} />}</Loaded>
      </section>
      <div class="dialog-foot">
        <button type="button" class="button" onClick={close}>{t("staff.close")}</button>
        {use && <button type="button" class="button button-primary" onClick={use}>{t(generation.state === "ready" ? "admin.compare.use" : "admin.index.rollback")}</button>}
      </div>
    </Dialog>
  );
}

function Articles({ found }: { found: Differences }) {
  const languages = Object.entries(found.languages).map(([code, counts]) => ({ code, ...counts }));
  const number = (key: keyof Counts, title: string): Column<Counts & { code: string }> => ({ key, title, number: true, cell: (row) => row[key] });
  const columns: Column<Differing>[] = [
    { key: "title", title: t("admin.article.title"), cell: (row) => (row.change === "removed" ? <span lang={row.locale}>{row.title}</span> : <a href={link("articles", row.id, row.locale)} lang={row.locale}>{row.title}</a>) },
    { key: "locale", title: t("staff.language"), cell: (row) => languageName(row.locale) },
    { key: "change", title: t("admin.compare.change"), cell: (row) => <Badge tone={CHANGE[row.change]}>{t(`admin.compare.${row.change}`)}</Badge> },
    { key: "passages", title: t("admin.index.passages"), number: true, cell: (row) => <span class="nowrap">{passages(row)}</span> },
  ];
  return (
    <>
      <Table caption={t("admin.compare.by_language")} rows={languages} rowKey={(row) => row.code} columns={[
        { key: "language", title: t("staff.language"), cell: (row) => languageName(row.code) },
        number("added", t("admin.compare.added")), number("changed", t("admin.compare.changed")), number("removed", t("admin.compare.removed")),
        { key: "passages", title: t("admin.index.passages"), number: true, cell: (row) => <span class="nowrap">{passages(row)}</span> },
      ]} />
      <div class="results"><Table caption={t("admin.compare.articles")} columns={columns} rows={found.articles} rowKey={(row) => `${row.id} ${row.locale}`} /></div>
      {found.total > found.articles.length && <p class="hint">{t("admin.compare.more", { n: found.total - found.articles.length })}</p>}
    </>
  );
}

const passages = (row: { passages_added: number; passages_removed: number }) => (row.passages_added || row.passages_removed ? `+${row.passages_added} −${row.passages_removed}` : "=");

function Questions({ found }: { found: Checks }) {
  const side = (place: number | null, first: Asked["first_before"], row: Asked) => (
    <span class="side-answer">
      <b>{place === null ? t("admin.compare.not_found") : t("admin.compare.place", { n: place })}</b>
      {first && first.id !== row.article && <span class="muted" lang={row.locale}>{t("admin.compare.first", { title: first.title })}</span>}
    </span>
  );
  const columns: Column<Asked>[] = [
    { key: "question", title: t("admin.compare.question"), cell: (row) => <span lang={row.locale}>{row.question}</span> },
    { key: "before", title: t("admin.compare.before"), cell: (row) => side(row.before, row.first_before, row) },
    { key: "after", title: t("admin.compare.after"), cell: (row) => side(row.after, row.first_after, row) },
    { key: "change", title: t("admin.compare.change"), cell: (row) => <Badge tone={OUTCOME[row.change]}>{t(`admin.compare.${row.change}`)}</Badge> },
  ];
  return (
    <>
      <p>{found.asked ? t("admin.compare.told", { asked: found.asked, same: found.same, better: found.better, worse: found.worse, other: found.other }) : t("admin.compare.first_index", { n: found.titles })}</p>
      {found.failures.length > 0 && <ul class="notice notice-bad">{found.failures.map((line) => <li key={line}>{line}</li>)}</ul>}
      {found.questions.length > 0 && <div class="results"><Table caption={t("admin.compare.questions")} columns={columns} rows={found.questions} rowKey={(row) => `${row.article} ${row.locale} ${row.question}`} /></div>}
    </>
  );
}
