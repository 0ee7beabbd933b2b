/** Customers who wait because of one incident: one row for all of them. */
import type { Group } from "../shared/frames.ts";
import { locale, t } from "../shared/i18n.ts";
import { icon } from "../staff/icons.tsx";
import { languageName } from "../staff/parts.tsx";
import { Rows, Wait } from "./queue.tsx";
import { answerTogether, singleKeys } from "./shortcuts.ts";

export function Groups({ groups }: { groups: Group[] }) {
  if (!groups.length) return null;
  return <ul class="rows">{groups.map((group) => <li key={group.incident}><GroupRow group={group} /></li>)}</ul>;
}

function GroupRow({ group }: { group: Group }) {
  return (
    <details class="group">
      <summary class="row" data-group={group.incident}>
        <span class="row-top">
          <span class="row-reason">{icon("users", 14)} {t("console.group", { n: group.count })}</span>
          {group.waiting_since && <Wait since={group.waiting_since} />}
        </span>
        <span class="row-preview" dir="auto">{titleOf(group)}</span>
        <span class="row-facts"><span>{languagesOf(group)}</span> {icon("chevron-right", 14)}</span>
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

export function titleOf(group: Group): string {
  return group.title[locale.value] || group.title["en"] || Object.values(group.title)[0] || group.incident;
}

/** "English 3, Malay 1", the most first. */
function languagesOf(group: Group): string {
  const counted = Object.entries(group.languages).sort((a, b) => b[1] - a[1]);
  return counted.map(([code, n]) => `${languageName(code)} ${n}`).join(" · ");
}
