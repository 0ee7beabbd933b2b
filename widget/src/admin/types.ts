/** What the admin's REST endpoints answer. */
export type Localized = Partial<Record<string, string>>;

export interface ArticleRow {
  id: string;
  category: string;
  subcategory: string | null;
  components: string[];
  locales: Record<string, { title: string; version: number; published: boolean; updated_at: string }>;
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
  version: number | null;
  published: boolean;
  updated_at: string | null;
  author: string | null;
}
export interface ArticleVersion {
  version: number;
  author: string | null;
  at: string;
  published: boolean;
  title: string;
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
  result: "imported" | "unchanged" | "replaced" | "refused";
  reason?: string;
  article?: string;
  locale?: string;
}
export interface Generation {
  id: string | number;
  state: "building" | "ready" | "live" | "retired" | "failed" | "cancelled";
  created_at: string;
  passages: number;
  articles: number;
  embedded: number;
  reused: number;
  model: string;
  seconds: number | null;
  error: string | null;
}
export interface Progress {
  generation: string | number;
  stage: "read" | "cut" | "embed" | "keywords" | "verify" | "switch";
  done: number;
  total: number;
  rate: number | null;
  seconds_left: number | null;
  document: string | null;
  failures: unknown[];
}
export interface IndexState {
  live: string | number | Generation | null;
  generations: Generation[];
  build: Progress | null;
  pending: number;
}
export interface IncidentUpdate {
  id: string;
  at: string;
  status: string;
  text: Localized;
  public: boolean;
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
  next_update_at: string | null;
  updates: IncidentUpdate[];
  followers: number;
}
export interface StaffMember {
  id: string;
  name: string;
  role: "agent" | "admin";
  languages: string[];
  disabled?: boolean;
  active?: boolean;
  status?: string;
  last_seen_at?: string | null;
}
export interface Unanswered {
  text: string;
  language: string;
  count: number;
  last_at: string;
  conversations: string[];
}
export interface Figures {
  since: string;
  conversations: number;
  answered: number;
  handed_over: Record<string, number>;
  resolved: number;
  rated: { avg: number | null; n: number };
  wait_minutes: { p50: number | null; p95: number | null };
  by_language: Record<string, number>;
  by_day: { day: string; conversations: number; handed_over: number }[];
}
export interface Rule {
  id: string;
  name: string;
  when: { words?: Record<string, string[]>; components?: string[] };
  then: { handoff?: boolean; urgent?: boolean; reason?: string };
}
