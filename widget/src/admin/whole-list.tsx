/** A list that is edited and saved as a whole: rules, categories. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { query, revised, type Revised } from "../staff/api.ts";
import { say, sayError } from "../staff/toast.tsx";
import { useLeaveGuard } from "./leave.ts";
import { Newer, useNewer } from "./newer.tsx";

/** What a page about such a list needs: the draft, saving it, and what stands above it when a colleague was faster. */
export function useWholeList<T>(path: string, found: Revised<T[]>, replace: (found: Revised<T[]>) => void) {
  const [draft, change] = useState(found.data);
  const [busy, work] = useState(false);
  const { newer, refused, forget } = useNewer(() => revised<T[]>("GET", path), sayError);
  const dirty = JSON.stringify(draft) !== JSON.stringify(found.data);
  useLeaveGuard(dirty);
  const take = (list: Revised<T[]>) => {
    forget();
    replace(list);
    change(list.data);
  };
  const save = async (body: unknown, saved: string) => {
    work(true);
    const base = (newer?.theirs ?? found).revision;
    await revised<T[]>("PUT", `${path}${query({ base })}`, body).then((list) => { take(list); say(saved); }, refused);
    work(false);
  };
  const theirs = newer?.theirs;
  return {
    draft, change, busy, dirty, save,
    undo: dirty && <button type="button" class="button" onClick={() => change(found.data)}>{t("admin.rules.undo")}</button>,
    notice: newer && theirs && <Newer text={newer.text} show={() => take(theirs)} />,
  };
}
