/** The sensor's figures in words: how many is usual, and how likely so many are on an ordinary day. */
import { locale, t } from "../shared/i18n.ts";
import type { Evidence } from "./incident-types.ts";

/** Below this a chance is only called smaller than it. */
const LEAST = 1e-9;

/** `1 in 40,000`, rounded to one digit; "less than 1 in 1 billion" where more digits would only look exact. */
export function chanceWords(chance: number): string {
  const rare = !(chance > LEAST);
  const n = 1 / Math.min(1, rare ? LEAST : chance);
  const words = new Intl.NumberFormat(locale.value, { maximumSignificantDigits: 1, ...(n >= 1e6 ? { notation: "compact", compactDisplay: "long" } : {}) });
  return t(rare ? "admin.proposal.chance.less" : "admin.proposal.chance", { odds: words.format(n) });
}

/** A rate in as many digits as say something: `0.4`, `2.5`, `31`. */
export function rateWords(rate: number): string {
  if (rate > 0 && rate < 0.1) return t("admin.proposal.under", { n: new Intl.NumberFormat(locale.value).format(0.1) });
  return new Intl.NumberFormat(locale.value, { maximumFractionDigits: rate < 10 ? 1 : 0 }).format(rate);
}

export function countWords(evidence: Evidence): string {
  const { questions, minutes, expected } = evidence;
  return t("admin.proposal.count", { n: questions, minutes, usual: rateWords(expected) });
}
