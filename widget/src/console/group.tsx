/** Customers who wait because of one incident: one row, and one message that answers them all. */
import { useState } from "preact/hooks";
import type { Group } from "../shared/frames.ts";
import { isLocale, locale, t } from "../shared/i18n.ts";
import { newId } from "../shared/socket.ts";
import { post } from "../staff/api.ts";
import { Dialog } from "../staff/dialog.tsx";
import { icon } from "../staff/icons.tsx";
import { Failure, Field, languageName, Working } from "../staff/parts.tsx";
import { say } from "../staff/toast.tsx";
import { state } from "./desk.ts";
import { Rows, Wait } from "./queue.tsx";
import { answerTogether, singleKeys } from "./shortcuts.ts";

const MOST = 4000;

export function Groups({ groups }: { groups: Group[] }) {
  if (!groups.length) return null;
  return <ul class="rows">{groups.map((group) => <li key={group.incident}><GroupRow group={group} /></li>)}</ul>;
}

function GroupRow({ group }: { group: Group }) {
  return (
    <details class="group">
      <summary class="row">
        <span class="row-top">
          <span class="row-reason">{icon("users", 14)} {t("console.group", { n: group.count })}</span>
          {group.waiting_since && <Wait since={group.waiting_since} />}
        </span>
        <span class="row-preview" dir="auto">{titleOf(group)}</span>
        <span class="row-facts"><span>{languagesOf(group)}</span></span>
      </summary>
      <div class="group-foot">
        <button type="button" class="button button-primary" aria-keyshortcuts={singleKeys.value ? "g" : undefined} onClick={() => answerTogether(group.incident)}>{t("console.group.answer")}</button>
        <span class="hint">{group.unanswered < group.count ? t("console.group.told", { n: group.count - group.unanswered }) : t("console.group.untold")}</span>
      </div>
      <Rows rows={group.rows} kind="waiting" />
      {group.count > group.rows.length && <p class="list-more">{t("console.waiting.more", { n: group.count - group.rows.length })}</p>}
    </details>
  );
}

function titleOf(group: Group): string {
  return group.title[locale.value] || group.title["en"] || Object.values(group.title)[0] || group.incident;
}

/** "English 3, Malay 1", the most first. */
function languagesOf(group: Group): string {
  const counted = Object.entries(group.languages).sort((a, b) => b[1] - a[1]);
  return counted.map(([code, n]) => `${languageName(code)} ${n}`).join(" · ");
}

/** Those who left the group while the agent wrote are not told; those who came are. */
export function AnswerTogether({ incident, close }: { incident: string; close: () => void }) {
  const group = state.value.queue?.groups.find((one) => one.incident === incident);
  const [languages] = useState(() => Object.keys(group?.languages ?? {}).filter(isLocale));
  const [texts, write] = useState<Partial<Record<string, string>>>({});
  const [onlyNew, choose] = useState(group !== undefined && group.unanswered > 0 && group.unanswered < group.count);
  const [id] = useState(newId);
  const [busy, work] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const written = Object.entries(texts).filter(([, text]) => text?.trim());
  const submit = async (event: Event) => {
    event.preventDefault();
    work(true);
    try {
      const body = { id, texts: Object.fromEntries(written), only_new: onlyNew };
      const sent = await post<{ recipients: number }>(`/api/console/incidents/${encodeURIComponent(incident)}/group`, body);
      say(t("console.group.done", { n: sent.recipients }));
      close();
    } catch (problem) {
      work(false);
      fail(problem);
    }
  };
  const missing = languages.filter((code) => !texts[code]?.trim()).map(languageName);
  return (
    <Dialog title={t("console.group.answer")} onClose={close} wide>
      <form onSubmit={(event) => void submit(event)}>
        <p class="dialog-text">{group ? `${titleOf(group)} – ${t("console.group", { n: group.count })}` : t("console.group.gone")}</p>
        {languages.map((code, n) => (
          <Field key={code} label={`${languageName(code)} (${group?.languages[code] ?? 0})`}>
            <textarea rows={3} lang={code} autofocus={n === 0} maxLength={MOST} value={texts[code] ?? ""} onInput={(event) => write({ ...texts, [code]: event.currentTarget.value })} />
          </Field>
        ))}
        {written.length > 0 && missing.length > 0 && <p class="hint">{t("console.group.marked", { languages: missing.join(" · ") })}</p>}
        {group && group.unanswered > 0 && group.unanswered < group.count && (
          <label class="check">
            <input type="checkbox" checked={onlyNew} onChange={(event) => choose(event.currentTarget.checked)} />
            <span>{t("console.group.only_new", { n: group.unanswered })}</span>
          </label>
        )}
        <p class="hint">{t("console.group.hint")}</p>
        {error !== null && <Failure error={error} />}
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
          <Working type="submit" busy={busy} disabled={!written.length}>{t("console.group.send")}</Working>
        </div>
      </form>
    </Dialog>
  );
}
