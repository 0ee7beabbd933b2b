/** Confidence: how far it can be trusted, and how many wrong answers are tolerated for more answers. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { date } from "../shared/time.ts";
import { get, put } from "../staff/api.ts";
import { useResource } from "../staff/load.ts";
import { Badge, Empty, languageName, Loaded, Working } from "../staff/parts.tsx";
import { link } from "../staff/router.ts";
import { Table, type Column } from "../staff/table.tsx";
import { say, sayError } from "../staff/toast.tsx";
import { Curve, Reliability } from "./confidence-plots.tsx";
import { choiceOf, percent, pointFor, type Choice, type ConfidenceState, type LocaleConfidence } from "./confidence-state.ts";
import { useLeaveGuard } from "./leave.ts";
import "./confidence.css";
import { PageHead } from "./page-head.tsx";

const PATH = "/api/admin/index/confidence";
const FIRST = 10;
const MOST = 50;

export function ConfidencePage() {
  const state = useResource("confidence", (signal) => get<ConfidenceState>(PATH, signal));
  return (
    <Loaded from={state} isEmpty={(found) => found.locales.length === 0} empty={<None />}>
      {(found) => <Chooser found={found} replace={state.set} />}
    </Loaded>
  );
}

function None() {
  return (
    <>
      <PageHead title={t("admin.confidence")} text={t("admin.confidence.text")} />
      <Empty icon="layers" title={t("admin.articles.empty")} text={t("admin.confidence.improve.text")} />
    </>
  );
}

function Chooser({ found, replace }: { found: ConfidenceState; replace: (state: ConfidenceState) => void }) {
  const [choice, choose] = useState<Choice>(choiceOf(found));
  const [busy, work] = useState(false);
  const dirty = choice !== choiceOf(found);
  useLeaveGuard(dirty);
  const save = async () => {
    work(true);
    try {
      replace(await put<ConfidenceState>(PATH, { tolerated: choice === null ? null : choice / 100 }));
      say(t("admin.confidence.saved"));
    } catch (error) {
      sayError(error);
    }
    work(false);
  };
  return (
    <>
      <PageHead title={t("admin.confidence")} text={t("admin.confidence.text")}>
        {dirty && <button type="button" class="button" onClick={() => choose(choiceOf(found))}>{t("admin.rules.undo")}</button>}
        <Working busy={busy} disabled={!dirty} onClick={() => void save()}>{t("admin.save")}</Working>
      </PageHead>
      <Choosing state={found} choice={choice} choose={choose} />
      <h2 class="section-title">{t("admin.confidence.costs")}</h2>
      <Table caption={t("admin.confidence.costs")} columns={columns(choice)} rows={found.locales} rowKey={(line) => line.locale} />
      <p class="hint confidence-how">{t("admin.confidence.how")}</p>
      {found.locales.map((line) => <Language key={line.locale} line={line} state={found} choice={choice} />)}
      <section class="confidence-better">
        <h2>{t("admin.confidence.improve")}</h2>
        <p>{t("admin.confidence.improve.text")}</p>
        <p class="confidence-links"><a href={link("articles")}>{t("admin.articles")}</a> <a href={link("unanswered")}>{t("admin.unanswered")}</a></p>
      </section>
    </>
  );
}

function Choosing({ state, choice, choose }: { state: ConfidenceState; choice: Choice; choose: (choice: Choice) => void }) {
  const [last, remember] = useState(choice ?? FIRST);
  const tolerate = (n: number) => {
    if (!Number.isFinite(n)) return;
    const kept = Math.min(MOST, Math.max(0, Math.round(n)));
    remember(kept);
    choose(kept);
  };
  return (
    <fieldset class="choosing">
      <legend>{t("admin.confidence.choose")}</legend>
      <label class="check"><input type="radio" name="by" checked={choice === null} onChange={() => choose(null)} /> <span>{t("admin.confidence.by_setting", { n: percent(state.setting) })}</span></label>
      <label class="check"><input type="radio" name="by" checked={choice !== null} onChange={() => tolerate(last)} /> <span>{t("admin.confidence.by_choice")}</span></label>
      <div class="tolerate">
        <label for="tolerated">{t("admin.confidence.at_most")}</label>
        <input id="tolerated" type="range" min={0} max={MOST} step={1} value={choice ?? last} disabled={choice === null} aria-valuetext={t("admin.confidence.percent", { n: choice ?? last })} onInput={(event) => tolerate(event.currentTarget.valueAsNumber)} />
        <output for="tolerated">{t("admin.confidence.percent", { n: choice ?? last })}</output>
      </div>
      {state.author !== null && state.changed_at !== null && <p class="hint">{t("admin.confidence.last", { name: state.author, at: date(state.changed_at) })}</p>}
    </fieldset>
  );
}

function columns(choice: Choice): Column<LocaleConfidence>[] {
  const share = (value: number | undefined) => (value === undefined ? "–" : t("admin.confidence.percent", { n: percent(value) }));
  return [
    { key: "language", title: t("staff.language"), cell: (line) => <button type="button" class="link" lang={line.locale} onClick={() => goTo(line.locale)}>{languageName(line.locale)}</button> },
    { key: "answers", title: t("admin.confidence.answers"), number: true, cell: (line) => share(pointFor(line, choice)?.answered) },
    { key: "passes", title: t("admin.confidence.passes"), number: true, cell: (line) => share(rest(pointFor(line, choice)?.answered)) },
    { key: "wrong", title: t("admin.confidence.wrong"), number: true, cell: (line) => share(wrongOf(line, choice)) },
    { key: "from", title: t("admin.confidence.from"), number: true, cell: (line) => share(pointFor(line, choice)?.threshold) },
    { key: "note", title: t("admin.confidence.by"), cell: (line) => <Note line={line} choice={choice} /> },
  ];
}

const rest = (answered: number | undefined) => (answered === undefined ? undefined : 1 - answered);

function wrongOf(line: LocaleConfidence, choice: Choice): number | undefined {
  const point = pointFor(line, choice);
  return point && point.answered > 0 ? point.wrong : undefined;
}

function Note({ line, choice }: { line: LocaleConfidence; choice: Choice }) {
  if (!line.enough) return <Badge tone="warn">{t("admin.confidence.setting.few")}</Badge>;
  if (choice === null) return <Badge>{t("admin.confidence.setting")}</Badge>;
  if (pointFor(line, choice)?.answered === 0) return <Badge tone="bad">{t("admin.confidence.silent")}</Badge>;
  return <Badge tone="accent">{t("admin.confidence.choice")}</Badge>;
}

/** Not by an address: those are the router's. */
function goTo(locale: string): void {
  const section = document.getElementById(`language-${locale}`);
  section?.scrollIntoView();
  section?.focus({ preventScroll: true });
}

function Language({ line, state, choice }: { line: LocaleConfidence; state: ConfidenceState; choice: Choice }) {
  const name = languageName(line.locale);
  const point = pointFor(line, choice);
  const lacking = line.articles - line.with_questions;
  return (
    <section class="confidence" id={`language-${line.locale}`} tabIndex={-1} aria-labelledby={`title-${line.locale}`}>
      <div class="confidence-head">
        <h2 id={`title-${line.locale}`} lang={line.locale}>{name}</h2>
        <span class="muted">{t("admin.confidence.n", { n: line.questions })}</span>
      </div>
      {point && point.answered > 0 && <p>{t("admin.confidence.cost", { answered: percent(point.answered), passed: 100 - percent(point.answered), wrong: percent(point.wrong) })}</p>}
      {point?.answered === 0 && <p class="notice notice-warn">{t("admin.confidence.nothing", { language: name })}</p>}
      {line.questions === 0 && <p class="notice notice-warn">{t("admin.confidence.unmeasured", { language: name })}</p>}
      {line.questions > 0 && !line.enough && <p class="notice notice-warn">{t("admin.confidence.few", { n: line.questions, few: state.few, language: name })}</p>}
      {lacking > 0 && <p class={lacking === line.articles ? "notice notice-warn" : "hint"}>{t("admin.confidence.unasked", { n: lacking, all: line.articles })}</p>}
      {line.questions > 0 && (
        <div class="plots">
          <Reliability line={line} name={name} />
          <Curve line={line} name={name} choice={choice} point={point && point.answered > 0 ? point : null} />
        </div>
      )}
    </section>
  );
}
