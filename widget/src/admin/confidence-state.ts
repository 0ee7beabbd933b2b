/** What the server knows of the bot's confidence, and what a choice would make of it. */
export interface Group {
  confidence: number;
  right: number;
  questions: number;
}
export interface Point {
  threshold: number;
  answered: number;
  wrong: number;
}
export interface Offer extends Point {
  tolerated: number;
}
export interface LocaleConfidence {
  locale: string;
  questions: number;
  enough: boolean;
  reliability: Group[];
  curve: Point[];
  offers: Offer[];
  in_force: { by: "choice" | "setting"; threshold: number; asks_back_from: number; answered: number | null; wrong: number | null };
  by_setting: Point | null;
  articles: number;
  with_questions: number;
}
export interface ConfidenceState {
  tolerated: number | null;
  author: string | null;
  changed_at: string | null;
  setting: number;
  few: number;
  locales: LocaleConfidence[];
}

/** Whole percent to tolerate; null leaves it to the setting. */
export type Choice = number | null;

export function choiceOf(state: ConfidenceState): Choice {
  return state.tolerated === null ? null : percent(state.tolerated);
}

export function percent(share: number): number {
  return Math.round(share * 100);
}

/** Where the bot would stand in a language; null where nothing was measured. */
export function pointFor(line: LocaleConfidence, choice: Choice): Point | null {
  if (choice === null || !line.enough) return line.by_setting;
  return line.offers.find((offer) => percent(offer.tolerated) === choice) ?? null;
}

/** Points that can be drawn: where nothing is answered, no share of the answers is wrong. */
export function drawn(curve: readonly Point[]): Point[] {
  return curve.filter((point) => point.answered > 0);
}

/** Every tenth of confidence: enough to read, few enough for a table. */
export function tabled(curve: readonly Point[]): Point[] {
  return curve.filter((point) => percent(point.threshold) % 10 === 0);
}

/** The end of the scale for shares that are seldom large: a tenth above the largest, 100 % at most. */
export function shareEnd(shares: readonly number[]): number {
  const most = Math.max(0.1, ...shares);
  return Math.min(1, Math.ceil(most * 10 - 1e-9) / 10);
}
