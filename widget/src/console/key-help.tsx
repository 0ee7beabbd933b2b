/** The map of the keyboard. */
import { t } from "../shared/i18n.ts";
import { Dialog } from "../staff/dialog.tsx";
import { BINDINGS, isMac, keyName } from "../staff/keys.ts";
import { setSingleKeys, singleKeys } from "./shortcuts.ts";

export default function KeyHelp({ close }: { close: () => void }) {
  return (
    <Dialog title={t("console.keys")} onClose={close}>
      <dl class="keys">
        {BINDINGS.map((binding) => (
          <div key={keyName(binding, isMac)}>
            <dt>{t(`console.keys.${binding.command}`)}</dt>
            <dd><kbd>{keyName(binding, isMac)}</kbd></dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input type="checkbox" checked={singleKeys.value} onChange={(event) => setSingleKeys(event.currentTarget.checked)} />
        <span>{t("console.keys.single")}</span>
      </label>
      <p class="hint">{t("console.keys.single.text")}</p>
    </Dialog>
  );
}
