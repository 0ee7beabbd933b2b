/** The forms of an incident: a new one, and the next update. */
import { useState } from "preact/hooks";
import { LANGUAGE_NAMES, locale, LOCALES, t, type Locale } from "../shared/i18n.ts";
import { post } from "../staff/api.ts";
import { Dialog } from "../staff/dialog.tsx";
import { Failure, Field, Working } from "../staff/parts.tsx";
import { go } from "../staff/router.ts";
import { words } from "../staff/texts.ts";
import { say } from "../staff/toast.tsx";
import { Components } from "./article-fields.tsx";
import { filled } from "./incident-changes.ts";
import type { Incident } from "./incident-types.ts";
import type { Component, Localized } from "./types.ts";

export const STATUSES = ["investigating", "identified", "monitoring", "resolved"];
export const SEVERITIES = ["minor", "major", "critical"];
const MINUTES = [15, 30, 60, 120, 240];

export function StatusSelect({ value, choose, options = STATUSES, group = "admin.status", label }: { value: string; choose: (value: string) => void; options?: string[]; group?: string; label: string }) {
  return (
    <Field label={label}>
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {options.map((option) => <option key={option} value={option}>{words(group, option)}</option>)}
      </select>
    </Field>
  );
}

export function NextUpdate({ value, choose }: { value: number | null; choose: (value: number | null) => void }) {
  return (
    <Field label={t("admin.incident.next")}>
      <select value={String(value ?? "")} onChange={(event) => choose(Number(event.currentTarget.value) || null)}>
        <option value="">{t("admin.incident.next.none")}</option>
        {MINUTES.map((n) => <option key={n} value={String(n)}>{t("admin.incident.next.minutes", { n })}</option>)}
      </select>
    </Field>
  );
}

interface LocalizedProps {
  label: string;
  value: Localized;
  change: (value: Localized) => void;
  rows?: number;
  /** A language whose text belongs to somebody else and is only read here. */
  fixed?: string | null;
}

/** One text in every language, the page's own first; which are still empty is said. */
export function LocalizedField({ label, value, change, rows = 2, fixed = null }: LocalizedProps) {
  const [at, turn] = useState<Locale>(locale.value);
  return (
    <div class="localized">
      <div class="tabs tabs-small" role="group" aria-label={label}>
        <span class="label">{label}</span>
        {LOCALES.map((code) => (
          <button key={code} type="button" class="tab" lang={code} aria-pressed={at === code} onClick={() => turn(code)}>
            {LANGUAGE_NAMES[code]}
            {!value[code]?.trim() && <span class="lacking" title={t("admin.state.missing")}><span class="hidden">{t("admin.state.missing")}</span></span>}
          </button>
        ))}
      </div>
      <textarea rows={rows} lang={at} readOnly={at === fixed} value={value[at] ?? ""} aria-label={`${label} (${LANGUAGE_NAMES[at]})`} onInput={(event) => change({ ...value, [at]: event.currentTarget.value })} />
      {at === fixed && <p class="hint">{t("admin.update.fixed")}</p>}
    </div>
  );
}

const BEGIN = { title: {} as Localized, components: [] as string[], severity: "major", status: "investigating", workaround: {} as Localized, next: 30 as number | null, text: {} as Localized };

export function NewIncidentDialog({ components, close }: { components: Component[]; close: () => void }) {
  const [draft, change] = useState(BEGIN);
  const [busy, work] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const set = (part: Partial<typeof BEGIN>) => change({ ...draft, ...part });
  const ready = Object.keys(filled(draft.title)).length > 0 && Object.keys(filled(draft.text)).length > 0 && draft.components.length > 0;
  const submit = async (event: Event) => {
    event.preventDefault();
    work(true);
    const { components: affected, severity, status, next } = draft;
    const body = { components: affected, severity, status, next_update_minutes: next, title: filled(draft.title), workaround: filled(draft.workaround), text: filled(draft.text) };
    try {
      const made = await post<Partial<Incident>>("/api/admin/incidents", body);
      say(t("admin.incident.declared"));
      close();
      if (made?.id) go("incidents", made.id);
    } catch (problem) {
      work(false);
      fail(problem);
    }
  };
  return (
    <Dialog title={t("admin.incident.new")} onClose={close} wide>
      <form onSubmit={(event) => void submit(event)}>
        <LocalizedField label={t("admin.incident.title")} value={draft.title} change={(title) => set({ title })} rows={1} />
        <Components draft={draft} set={set} components={components} />
        <div class="three">
          <StatusSelect label={t("admin.incident.severity")} value={draft.severity} options={SEVERITIES} group="admin.severity" choose={(severity) => set({ severity })} />
          <StatusSelect label={t("admin.incident.status")} value={draft.status} choose={(status) => set({ status })} />
          <NextUpdate value={draft.next} choose={(next) => set({ next })} />
        </div>
        <LocalizedField label={t("admin.incident.text")} value={draft.text} change={(text) => set({ text })} rows={3} />
        <LocalizedField label={t("admin.incident.workaround")} value={draft.workaround} change={(workaround) => set({ workaround })} />
        {error !== null && <Failure error={error} />}
        <p class="hint">{t("admin.incident.languages")}</p>
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
          <Working type="submit" busy={busy} disabled={!ready}>{t("admin.incident.declare")}</Working>
        </div>
      </form>
    </Dialog>
  );
}
