/** What differs between two versions of an article: marked text, never HTML. */
import { Fragment } from "preact";
import { t } from "../shared/i18n.ts";

export interface Run {
  kind: "same" | "added" | "removed";
  text: string;
}
interface Change {
  field: string;
  runs: Run[];
}
interface Side {
  version: number;
  author: string;
  at: string;
}
export interface Difference {
  before: Side | null;
  after: Side;
  changes: Change[];
}
/** What a value of a field is called: a category, a part of the product, who may read. */
export type Names = (field: string, value: string) => string;

const LABELS: Record<string, string> = { components: "admin.components", audience: "admin.audience", collection: "admin.collection" };
const TEXTS = ["title", "questions", "body"];

export function Changes({ found, locale, names }: { found: Difference; locale: string; names: Names }) {
  const { before, after, changes } = found;
  return (
    <div class="changes">
      <p class="muted">{before ? t("admin.versions.from_to", { before: before.version, after: after.version }) : t("admin.versions.first", { after: after.version })}</p>
      {!changes.length && <p>{t("admin.versions.equal")}</p>}
      {changes.map(({ field, runs }) => (
        <section key={field}>
          <h3 class="section-title">{t(LABELS[field] ?? `admin.article.${field}`)}</h3>
          {TEXTS.includes(field) ? <Text runs={runs} locale={locale} /> : <p class="values">{runs.map((run) => <Marked key={run.text} run={{ ...run, text: names(field, run.text) }} />)}</p>}
        </section>
      ))}
    </div>
  );
}

/** A text with what came and went; long stretches that stayed are folded away. */
function Text({ runs, locale }: { runs: Run[]; locale: string }) {
  return (
    <div class="marked" lang={locale} dir="auto">
      {runs.map((run, n) => (run.kind === "same" ? <Stayed key={n} text={run.text} first={n === 0} last={n === runs.length - 1} /> : <Marked key={n} run={run} />))}
    </div>
  );
}

function Marked({ run }: { run: Run }) {
  if (run.kind === "same") return <span>{run.text}</span>;
  const Mark = run.kind === "added" ? "ins" : "del";
  return (
    <Mark>
      <span class="hidden">{t(`admin.versions.${run.kind}`)} </span>
      {run.text.trim() ? run.text : <Blank text={run.text} />}
    </Mark>
  );
}

/** Line breaks that came or went by themselves have nothing that could be marked. */
function Blank({ text }: { text: string }) {
  const parts = text.split("\n");
  return <>{parts.map((part, n) => <Fragment key={n}>{part}{n < parts.length - 1 && "↵\n"}</Fragment>)}</>;
}

const AROUND = 3;

/** The lines next to a change, and what lies between them; all of it where little would be hidden. */
export function fold(text: string, first: boolean, last: boolean): { head: string; hidden: string; tail: string } {
  const lines = text.split("\n");
  const [begin, end] = [first ? 0 : AROUND, last ? lines.length : lines.length - AROUND];
  if (end - begin <= AROUND) return { head: text, hidden: "", tail: "" };
  const [head, hidden, tail] = [lines.slice(0, begin), lines.slice(begin, end), lines.slice(end)];
  return { head: head.join("\n"), hidden: hidden.join("\n"), tail: tail.join("\n") };
}

function Stayed({ text, first, last }: { text: string; first: boolean; last: boolean }) {
  const { head, hidden, tail } = fold(text, first, last);
  if (!hidden.trim()) return <span>{text}</span>;
  return (
    <>
      {head && <span>{head}</span>}
      <details>
        <summary>{t("admin.versions.stayed", { n: hidden.split("\n").length })}</summary>
        {hidden}
      </details>
      {tail && <span>{tail}</span>}
    </>
  );
}
