/** One line about something that seems broken; an admin decides what becomes of it. */
import { useState } from "preact/hooks";
import { locale, t } from "../shared/i18n.ts";
import { get, post } from "../staff/api.ts";
import { Dialog } from "../staff/dialog.tsx";
import { useResource } from "../staff/load.ts";
import { Failure, Field, Working } from "../staff/parts.tsx";
import { say } from "../staff/toast.tsx";

interface Component {
  id: string;
  name: Partial<Record<string, string>>;
}
const MOST = 300;

export default function Report({ close }: { close: () => void }) {
  const components = useResource("components", (signal) => get<Component[]>("/api/console/problems/components", signal)).data ?? [];
  const [text, write] = useState("");
  const [component, choose] = useState("");
  const [busy, work] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    work(true);
    try {
      await post("/api/console/problems", { text: text.trim(), component: component || null });
      say(t("console.report.done"));
      close();
    } catch (problem) {
      work(false);
      fail(problem);
    }
  };
  return (
    <Dialog title={t("console.report")} onClose={close}>
      <form onSubmit={(event) => void submit(event)}>
        <Field label={t("console.report.text")} hint={t("console.report.hint")}>
          <input type="text" autofocus maxLength={MOST} value={text} onInput={(event) => write(event.currentTarget.value)} />
        </Field>
        {components.length > 0 && (
          <Field label={t("console.report.component")}>
            <select value={component} onChange={(event) => choose(event.currentTarget.value)}>
              <option value="">{t("console.report.unsure")}</option>
              {components.map((one) => <option key={one.id} value={one.id}>{one.name[locale.value] || one.name["en"] || one.id}</option>)}
            </select>
          </Field>
        )}
        {error !== null && <Failure error={error} />}
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
          <Working type="submit" busy={busy} disabled={!text.trim()}>{t("console.report.send")}</Working>
        </div>
      </form>
    </Dialog>
  );
}
