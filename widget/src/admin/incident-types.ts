/** What the REST endpoints about incidents, proposals and status pages answer. */
import type { Localized } from "./types.ts";

export interface IncidentUpdate {
  id: string;
  at: string;
  status: string;
  text: Localized;
  corrected_at: string | null;
  from_status_page: boolean;
}
export interface Incident {
  id: string;
  title: Localized;
  components: string[];
  severity: string;
  status: string;
  active: boolean;
  started_at: string | null;
  resolved_at: string | null;
  workaround: Localized;
  expected_at: string | null;
  next_update_at: string | null;
  cadence_minutes: number;
  update_due_at: string | null;
  update_late: boolean;
  /** `manual`, `sample`, or the name of a status page. */
  source: string;
  /** The language its status page writes in; null for one of our own. */
  language: string | null;
  url: string | null;
  left_feed_at: string | null;
  unconfirmed_since: string | null;
  missing_languages: string[];
  /** Sentences that customers do not read while the incident lasts. */
  unsaid: { field: "title" | "workaround" | "update"; language: string; text: string; kind: "over" | "deployed" | "time" | "call" }[];
  updates: IncidentUpdate[];
  followers: number;
}
export interface StaffNote {
  number: number;
  kind: string;
  author: string;
  at: string;
  text: string;
}
export interface Disagreement {
  code: string;
  incident: string | null;
  component: string | null;
}
export interface StatusPage {
  name: string;
  kind: string;
  url: string;
  configured: boolean;
  tried_at: string | null;
  read_at: string | null;
  age_seconds: number | null;
  failures: number;
  error: string | null;
  next_at: string | null;
  confirmed: boolean;
  says: string | null;
  ongoing: number;
  unmapped: string[];
  contradictions: Disagreement[];
}
export interface ProposalPoint {
  at: string;
  questions: number;
  expected: number;
}
export interface Evidence {
  minutes: number;
  questions: number;
  expected: number;
  times: number;
  chance: number;
  usual_per_hour: number;
  plot: ProposalPoint[];
}
export interface Proposal {
  id: string;
  components: string[];
  names: Localized[];
  origin: "sensor" | "staff";
  state: "open" | "passed" | "declared" | "dismissed";
  opened_at: string;
  seen_at: string;
  evidence: Evidence | null;
  examples: { conversation: string; position: number; at: string; text: string }[];
  notes: { by: string; at: string; text: string }[];
  decided_by: string | null;
  decided_at: string | null;
  incident: string | null;
}
