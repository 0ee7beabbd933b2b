/** Was a person needed here? What agents say tells when the bot should call, and shows how well it does. */
import { t } from "../shared/i18n.ts";
import { icon } from "../staff/icons.tsx";
import { Part } from "./part.tsx";
import { judge, verdict } from "./desk.ts";
import { singleKeys } from "./shortcuts.ts";

export function Verdict() {
  const known = verdict.value;
  if (!known) return null;
  return (
    <Part title={t("console.verdict")}>
      <div class="verdict" role="group" aria-label={t("console.verdict")}>
        <Answer needed={true} chosen={known.needed === true} />
        <Answer needed={false} chosen={known.needed === false} />
      </div>
      <p class="hint">{known.by ? t("console.verdict.by", { name: known.by.name }) : t("console.verdict.hint")}</p>
    </Part>
  );
}

function Answer({ needed, chosen }: { needed: boolean; chosen: boolean }) {
  const key = needed ? "y" : "x";
  const shown = singleKeys.value;
  return (
    <button type="button" class="button" aria-pressed={chosen} aria-keyshortcuts={shown ? key : undefined} onClick={() => void judge(needed)}>
      {chosen && icon("check", 14)} {t(needed ? "console.verdict.yes" : "console.verdict.no")} {shown && <kbd aria-hidden="true">{key.toUpperCase()}</kbd>}
    </button>
  );
}
