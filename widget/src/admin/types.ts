/** What the admin's REST endpoints answer. */
export type Localized = Partial<Record<string, string>>;

export interface ArticleRow {
  id: string;
  category: string;
  subcategory: string | null;
  components: string[];
  collection: string;
  audience: string;
  locales: Record<string, { title: string; version: number; published: boolean; updated_at: string }>;
  /** Languages that lack something, since when, and which language is ahead of them. */
  gaps: Record<string, { state: "missing" | "draft" | "stale"; since: string; than: string | null }>;
}
export interface Article {
  id: string;
  locale: string;
  title: string;
  category: string;
  subcategory: string | null;
  components: string[];
  questions: string[];
  body: string;
  audience: string;
  collection: string;
  source: { name: string; url: string | null; state: string; proposed: boolean } | null;
  version: number | null;
  /** Whether the latest version is; an older one may be while this one is a draft. */
  published: boolean;
  /** Whether some version of it is answered from. */
  answers: boolean;
  updated_at: string | null;
  author: string | null;
}
export interface ArticleVersion {
  version: number;
  author: string | null;
  at: string;
  published: boolean;
  /** Also true of what a later version has replaced. */
  was_published: boolean;
  title: string;
  source: string | null;
  pulled: { author: string; at: string; reason: string; source: string | null } | null;
}
export interface Category {
  id: string;
  name: Localized;
  subcategories: (string | { id: string; name?: Localized })[];
}
export interface Component {
  id: string;
  name: Localized;
}
export interface ImportResult {
  name: string;
  result: "imported" | "unchanged" | "replaced" | "kept" | "skipped" | "refused";
  told?: Told | null;
  article?: string | null;
  locale?: string | null;
}
export interface ImportResults {
  results: ImportResult[];
  missing: number;
  warning_told: Told | null;
}
/** A reason in the reader's language; `code` is null when it is in words that are not ours. */
export interface Told {
  text: string;
  code: string | null;
}
export interface Source {
  name: string;
  kind: "folder" | "zip" | "upload" | "web" | "zendesk" | "intercom";
  address: string;
  started_at: string | null;
  finished_at: string | null;
  outcome: "done" | "cancelled" | "failed" | null;
  error: string | null;
  warning: string | null;
  counts: Record<string, number>;
  busy: boolean;
  missing: number;
  proposed: number;
}
export interface ImportRunning {
  name: string;
  done: number;
  counts: Record<string, number>;
  document: string;
  stopping: boolean;
}
export interface ImportState {
  sources: Source[];
  running: ImportRunning | null;
}
export interface GoneDocument {
  source_id: string;
  locale: string;
  name: string;
  article: string;
  title: string;
  url: string | null;
}
export interface NewerDocument extends GoneDocument {
  ours: string;
  theirs: string;
  their_title: string;
}
export interface ImportProblem {
  name: string;
  result: "refused" | "skipped" | "kept";
  told: Told | null;
}
export interface SourceDetails {
  source: Source;
  missing: GoneDocument[];
  proposed: NewerDocument[];
  problems: ImportProblem[];
  documents: number;
  error: Told | null;
  warning: Told | null;
}
export interface Generation {
  id: string | number;
  state: "building" | "ready" | "live" | "retired" | "removed" | "failed" | "cancelled";
  created_at: string;
  passages: number;
  articles: number;
  embedded: number;
  reused: number;
  model: string;
  seconds: number | null;
  error: string | null;
  base: string | null;
}
export interface Progress {
  generation: string | number;
  stage: "read" | "cut" | "embed" | "keywords" | "store" | "calibrate" | "verify" | "switch" | "done";
  done: number;
  total: number;
  rate: number | null;
  seconds_left: number | null;
  document: string | null;
  failures: unknown[];
  embedded: number;
  reused: number;
}
export interface IndexState {
  live: string | number | Generation | null;
  generations: Generation[];
  build: Progress | null;
  pending: number;
  stopped: StoppedBuild | null;
}
/** The last build, when it did not come to its end. */
export interface StoppedBuild {
  generation: string;
  state: "building" | "failed" | "cancelled";
  kept: number;
  whole: boolean;
}
export interface StaffMember {
  id: string;
  name: string;
  role: "agent" | "admin";
  languages: string[];
  account_capacity: number;
  load: number;
  disabled?: boolean;
  active?: boolean;
  status?: string;
  last_seen_at?: string | null;
  revision: string;
}
export interface Unanswered {
  text: string;
  language: string;
  languages: Record<string, number>;
  count: number;
  last_at: string;
  conversations: string[];
  replies: { conversation: string; at: string; name: string; text: string }[];
}
/** Conversations, by what became of them. */
export interface Part {
  conversations: number;
  answered: number;
  confirmed: number;
  came_back: number;
  handed_over: number;
  resolved: number;
}
/** Minutes. */
export interface Spread {
  n: number;
  p50: number | null;
  p95: number | null;
}
export interface Pace {
  first_answer_minutes: Spread;
  wait_minutes: Spread;
  rated: { avg: number | null; n: number };
  handed_over: Record<string, number>;
}
export interface Figures {
  since: string;
  until: string;
  zone: string;
  total: Part;
  handed_over: Record<string, number>;
  ended: Record<string, number>;
  rated: { avg: number | null; n: number; by_score: Partial<Record<number, number>> };
  wait_minutes: Spread;
  still_waiting: number;
  first_answer_minutes: Spread;
  by_language: Record<string, Part>;
  by_hour: Part[];
  pace_by_language: Record<string, Pace>;
  pace_by_hour: Pace[];
  by_day: (Part & { day: string })[];
  behind: number;
}
/** One conversation that a trial of rules names. */
export interface TrialExample {
  conversation: string;
  position: number;
  text: string;
  language: string | null;
  rule: string;
  name: string;
  urgent: boolean;
  team: string | null;
  evidence: string[];
  handed_over: boolean;
  change: "new" | "gone" | "kept";
}

/** What rules would have meant for the newest conversations; `stored`: the saved ones. */
export interface RuleTrial {
  conversations: number;
  handed_over: number;
  stored: number;
  tried: number;
  new: number;
  gone: number;
  new_handed_over: number;
  by_rule: Record<string, number>;
  by_team: Record<string, number>;
  moved: number;
  examples: TrialExample[];
}

/** On one thing that a customer's own site says of them. */
export interface AttributeCondition {
  name: string;
  comparison: "equals" | "not" | "at_least";
  /** A text while it is written; `cleaned` finds numbers, true and false in it. */
  value: string | number | boolean;
}

export interface Rule {
  id: string;
  name: string;
  when: {
    words?: Record<string, string[]>;
    components?: string[];
    languages?: string[];
    pages?: string[];
    hours?: "open" | "closed" | null;
    incident?: "any" | "minor" | "major" | "critical" | null;
    attributes?: AttributeCondition[];
  };
  then: { handoff?: boolean; urgent?: boolean; reason?: string; team?: string | null };
}

/** A team as rules name it. */
export interface NamedTeam {
  id: string;
  name: string;
}
