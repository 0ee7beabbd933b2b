/** The choice of notifications and sound: kept in this browser. */
import { t } from "../shared/i18n.ts";
import { Dialog } from "../staff/dialog.tsx";
import { choose, chooseNotifications, chosen, permission, tryOut } from "./alerts.ts";

export default function Alerts({ close }: { close: () => void }) {
  const { notify, sound, volume } = chosen.value;
  const refused = permission.value === "denied" || permission.value === "missing";
  return (
    <Dialog title={t("console.alerts")} onClose={close}>
      <p class="dialog-text">{t("console.alerts.text")}</p>
      <label class="check">
        <input type="checkbox" checked={notify} disabled={refused} onChange={(event) => void chooseNotifications(event.currentTarget.checked)} />
        <span>{t("console.alerts.notify")}</span>
      </label>
      {refused && <p class="hint">{t(permission.value === "denied" ? "console.alerts.denied" : "console.alerts.missing")}</p>}
      <label class="check">
        <input type="checkbox" checked={sound} onChange={(event) => choose({ sound: event.currentTarget.checked })} />
        <span>{t("console.alerts.sound")}</span>
      </label>
      <label class="inline-select">
        <span>{t("console.alerts.volume")}</span>
        <input type="range" min={0} max={100} step={10} value={Math.round(volume * 100)} disabled={!sound} onInput={(event) => choose({ volume: Number(event.currentTarget.value) / 100 })} />
      </label>
      <p class="hint">{t("console.alerts.when")}</p>
      <div class="dialog-foot">
        <button type="button" class="button" disabled={!notify && !sound} onClick={tryOut}>{t("console.alerts.try")}</button>
        <button type="button" class="button button-primary" onClick={close}>{t("staff.close")}</button>
      </div>
    </Dialog>
  );
}
