/** Nothing typed is lost by leaving a page: who goes is asked first. */
import { useLayoutEffect } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { ask } from "../staff/dialog.tsx";
import { askBeforeLeaving } from "../staff/router.ts";

/** Ask before this page is left while `unsaved`; in the same moment as what is shown, so that whoever undoes and goes is not asked. */
export function useLeaveGuard(unsaved: boolean): void {
  useLayoutEffect(() => {
    askBeforeLeaving(unsaved ? () => ask({ title: t("admin.leave.title"), text: t("admin.leave.text"), yes: t("admin.leave"), danger: true }) : null);
    return () => askBeforeLeaving(null);
  }, [unsaved]);
}
