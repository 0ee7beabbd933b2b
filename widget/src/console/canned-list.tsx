/** The list of ready replies above the box, and what is still to be filled in. */
import { locale, t } from "../shared/i18n.ts";
import { languageName } from "../staff/parts.tsx";
import { active, choose, found, missing, move, sought, textIn } from "./canned.ts";
import { room } from "./desk.ts";
import { setDraft } from "./drafts.ts";

export const LIST = "canned";
export const optionId = (at: number) => `${LIST}-${at}`;

export function CannedList() {
  const list = found.value;
  if (sought.value === null) return null;
  if (!list.length) return <p class="canned-none hint" role="status">{t("console.canned.none")}</p>;
  const language = room.value?.dossier?.language ?? "";
  return (
    <ul class="canned" id={LIST} role="listbox" aria-label={t("console.canned")}>
      {list.map((one, at) => {
        const shown = textIn(one, language, locale.value);
        return (
          <li key={one.id} id={optionId(at)} role="option" aria-selected={at === active.value} onMouseDown={(event) => { event.preventDefault(); choose(one); }}>
            <span class="canned-name"><b>{one.name}</b> <span class="muted">{one.category}</span>{shown.language !== language && <span class="muted"> {languageName(shown.language)}</span>}</span>
            <span class="canned-text" dir="auto" lang={shown.language}>{shown.text}</span>
          </li>
        );
      })}
    </ul>
  );
}

/** Says whether the press was for the list. */
export function pressed(event: KeyboardEvent): boolean {
  if (sought.value === null || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.key === "ArrowDown") move(1);
  else if (event.key === "ArrowUp") move(-1);
  else if ((event.key === "Enter" || event.key === "Tab") && found.value.length) choose(found.value[active.value]);
  else if (event.key === "Escape") setDraft("");
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

export function Missing() {
  const names = missing.value;
  if (!names.length) return null;
  return <p class="canned-missing" role="status">{t("console.canned.missing", { names: names.map((name) => `{${name}}`).join(", ") })}</p>;
}

/** Select what must be filled in first; says whether there is something. */
export function selectMissing(area: HTMLTextAreaElement | null): boolean {
  const names = missing.value;
  if (!names.length) return false;
  const places = names.map((name) => ({ at: area?.value.indexOf(`{${name}}`) ?? -1, size: name.length + 2 })).filter((one) => one.at >= 0);
  const first = places.sort((a, b) => a.at - b.at)[0];
  area?.focus();
  if (first) area?.setSelectionRange(first.at, first.at + first.size);
  return true;
}
