/** What an admin changed about an incident: only that is sent, so nothing is undone that somebody else wrote. */
import type { Incident, IncidentUpdate } from "./incident-types.ts";
import { fromField, toField } from "./instants.ts";
import type { Localized } from "./types.ts";

/** An incident as its form holds it: instants as fields, the cadence as it was typed. */
export interface IncidentDraft {
  title: Localized;
  components: string[];
  severity: string;
  workaround: Localized;
  expected: string;
  next: string;
  cadence: string;
}

export type IncidentChange = Partial<Pick<Incident, "title" | "components" | "severity" | "workaround" | "expected_at" | "next_update_at">> & { cadence_minutes?: number | null };

export function draftOf(incident: Incident): IncidentDraft {
  return {
    title: incident.title,
    components: incident.components,
    severity: incident.severity,
    workaround: incident.workaround,
    expected: toField(incident.expected_at),
    next: toField(incident.next_update_at),
    cadence: String(incident.cadence_minutes),
  };
}

/** Only the languages that say something. */
export function filled(text: Localized): Localized {
  return Object.fromEntries(Object.entries(text).filter(([, words]) => words?.trim()));
}

/** What differs. A time that stands as it stood is left out: it may have passed, and a past one is refused. */
export function changesOf(incident: Incident, draft: IncidentDraft): IncidentChange {
  const before = draftOf(incident);
  const change: IncidentChange = {};
  if (!same(filled(before.title), filled(draft.title))) change.title = filled(draft.title);
  if (!same([...before.components].sort(), [...draft.components].sort())) change.components = draft.components;
  if (before.severity !== draft.severity) change.severity = draft.severity;
  if (!same(filled(before.workaround), filled(draft.workaround))) change.workaround = filled(draft.workaround);
  if (before.expected !== draft.expected) change.expected_at = fromField(draft.expected);
  if (before.next !== draft.next) change.next_update_at = fromField(draft.next);
  if (before.cadence !== draft.cadence) change.cadence_minutes = Number(draft.cadence) || null;
  return change;
}

function same(one: object, other: object): boolean {
  const flat = (value: object) => JSON.stringify(Array.isArray(value) ? value : Object.entries(value).sort());
  return flat(one) === flat(other);
}

/** What was written into a public update: the languages whose text is new, and those whose words are others than before. */
export interface TextChange {
  text: Localized;
  added: string[];
  corrected: string[];
}

export function textChangeOf(update: IncidentUpdate, draft: Localized): TextChange {
  const changed = Object.entries(filled(draft)).filter(([code, words]) => words !== update.text[code]);
  const added = changed.map(([code]) => code).filter((code) => !update.text[code]?.trim());
  const corrected = changed.filter(([code, words]) => !added.includes(code) && plain(words) !== plain(update.text[code])).map(([code]) => code);
  return { text: Object.fromEntries(changed), added, corrected };
}

/** A comma, a space or a capital is no correction. */
function plain(words: string | undefined): string {
  return (words ?? "").toLowerCase().replace(/[\p{P}\s]+/gu, "");
}
