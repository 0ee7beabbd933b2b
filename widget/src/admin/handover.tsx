/** From when on a person is called: each limit in plain words, and what it means for past conversations before it holds. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { clock } from "../shared/time.ts";
import { ApiError, get, put } from "../staff/api.ts";
import { useResource } from "../staff/load.ts";
import { Loaded, Working } from "../staff/parts.tsx";
import { say, sayError } from "../staff/toast.tsx";
import "./handover.css";
import { Effect } from "./handover-effect.tsx";
import { useLeaveGuard } from "./leave.ts";
import { Newer } from "./newer.tsx";
import { PageHead } from "./page-head.tsx";

/** Name → value: shares from 0 to 1, but for the number of answers. */
export type Limits = Record<string, number>;
interface Known {
  limits: { name: string; value: number; setting: number }[];
  author: string | null;
  changed_at: string | null;
}

const PATH = "/api/admin/handover";
const COUNTED = "max_failed_answers";
const MOST_FAILED = 10;

const valuesOf = (known: Known): Limits => Object.fromEntries(known.limits.map(({ name, value }) => [name, value]));
const settingsOf = (known: Known): Limits => Object.fromEntries(known.limits.map(({ name, setting }) => [name, setting]));
const same = (one: Limits, other: Limits) => Object.keys(one).every((name) => one[name] === other[name]);

/** A value as people read it. */
const told = (name: string, value: number) => (name === COUNTED ? String(value) : t("admin.confidence.percent", { n: Math.round(value * 100) }));

export default function HandoverPage() {
  const found = useResource("handover", (signal) => get<Known>(PATH, signal));
  return <Loaded from={found}>{(known) => <Editor key={known.changed_at ?? "never"} known={known} replace={found.set} />}</Loaded>;
}

function Editor({ known, replace }: { known: Known; replace: (known: Known) => void }) {
  const [draft, change] = useState(valuesOf(known));
  const [busy, work] = useState(false);
  const [newer, learn] = useState<Known | null>(null);
  const settings = settingsOf(known);
  const dirty = !same(draft, valuesOf(known));
  useLeaveGuard(dirty);
  const refused = async (error: unknown) => {
    const theirs = error instanceof ApiError && error.code === "version_conflict" ? await get<Known>(PATH).catch(() => null) : null;
    if (theirs) learn(theirs);
    else sayError(error);
  };
  const save = async () => {
    work(true);
    await put<Known>(PATH, { ...draft, base: (newer ?? known).changed_at }).then((stored) => { replace(stored); say(t("admin.handover.saved")); }, refused);
    work(false);
  };
  return (
    <>
      <PageHead title={t("admin.handover")} text={t("admin.handover.text")}>
        {!same(draft, settings) && <button type="button" class="button" onClick={() => change(settings)}>{t("admin.handover.reset")}</button>}
        {dirty && <button type="button" class="button" onClick={() => change(valuesOf(known))}>{t("admin.rules.undo")}</button>}
        <Working busy={busy} disabled={!dirty} onClick={() => void save()}>{t("admin.save")}</Working>
      </PageHead>
      {newer && <Newer text={t("admin.handover.newer", { name: newer.author ?? "–", at: newer.changed_at ? clock(newer.changed_at) : "" })} show={() => replace(newer)} />}
      <p class="notice">{t("admin.handover.always")}</p>
      <ul class="limits">
        {known.limits.map(({ name, setting }) => <Limit key={name} name={name} value={draft[name] ?? setting} setting={setting} set={(value) => change({ ...draft, [name]: value })} />)}
      </ul>
      {known.author && known.changed_at && <p class="hint">{t("admin.handover.last", { name: known.author, at: clock(known.changed_at) })}</p>}
      <Effect limits={draft} dirty={dirty} />
    </>
  );
}

interface LimitProps {
  name: string;
  value: number;
  setting: number;
  set: (value: number) => void;
}

function Limit({ name, value, setting, set }: LimitProps) {
  const id = `limit-${name}`;
  const counted = name === COUNTED;
  const [least, most, unit] = counted ? [1, Math.max(MOST_FAILED, value), 1] : [0, 100, 100];
  return (
    <li class="limit">
      <label for={id}>{t(`admin.handover.${name}`)}</label>
      <p class="hint" id={`${id}-hint`}>{t(`admin.handover.${name}.text`)}</p>
      <div class="limit-slider">
        <input id={id} type="range" min={least} max={most} step={1} value={Math.round(value * unit)} aria-describedby={`${id}-hint`} aria-valuetext={told(name, value)} onInput={(event) => set(event.currentTarget.valueAsNumber / unit)} />
        <output for={id}>{told(name, value)}</output>
        <span class="limit-ends muted" aria-hidden="true"><span>{t("admin.handover.more")}</span><span>{t("admin.handover.fewer")}</span></span>
      </div>
      {value !== setting && <p class="hint">{t("admin.handover.setting", { value: told(name, setting) })}</p>}
    </li>
  );
}
