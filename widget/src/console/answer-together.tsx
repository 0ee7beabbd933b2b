/** One message that answers everybody who waits because of one incident. */
import { useState } from "preact/hooks";
import { isLocale, t } from "../shared/i18n.ts";
import { newId } from "../shared/socket.ts";
import { post } from "../staff/api.ts";
import { Dialog } from "../staff/dialog.tsx";
import { Failure, Field, languageName, Working } from "../staff/parts.tsx";
import { say } from "../staff/toast.tsx";
import { state } from "./desk.ts";
import { titleOf } from "./group.tsx";

const MOST = 4000;

/** Those who left the group while the agent wrote are not told; those who came are. */
export default function AnswerTogether({ incident, close }: { incident: string; close: () => void }) {
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
