/** Rules as the form edits them and as the server wants them. */
import type { AttributeCondition, Rule } from "./types.ts";

/** Without empty phrases, doubles, and languages that say nothing. */
export function cleaned(rule: Rule): Rule {
  const entries = Object.entries(rule.when.words ?? {}).map(([code, phrases]) => [code, [...new Set(phrases.map((phrase) => phrase.trim()))].filter(Boolean)] as const);
  const words = Object.fromEntries(entries.filter(([, phrases]) => phrases.length));
  const when: Rule["when"] = { ...rule.when };
  if (Object.keys(words).length) when.words = words;
  else delete when.words;
  const pages = [...new Set((when.pages ?? []).map((page) => page.trim()))].filter(Boolean);
  if (pages.length) when.pages = pages;
  else delete when.pages;
  if (!when.components?.length) delete when.components;
  if (!when.languages?.length) delete when.languages;
  if (!when.hours) delete when.hours;
  if (!when.incident) delete when.incident;
  const attributes = (when.attributes ?? []).map(read).filter((one) => one.name && one.value !== "");
  if (attributes.length) when.attributes = attributes;
  else delete when.attributes;
  return { ...rule, name: rule.name.trim(), when };
}

/** As the server compares it: `true` and `12` are no texts. */
function read({ name, comparison, value }: AttributeCondition): AttributeCondition {
  const text = String(value).trim();
  const number = text !== "" && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  return { name: name.trim(), comparison, value: text === "true" ? true : text === "false" ? false : number };
}

/** Whether anything is asked for: a rule without a condition would call a person for every message. */
export function hasCondition(rule: Rule): boolean {
  return Object.keys(cleaned(rule).when).length > 0;
}

export function phraseCount(rule: Rule): number {
  return Object.values(rule.when.words ?? {}).flat().filter((phrase) => phrase.trim()).length;
}

export function newRule(rules: readonly Rule[]): Rule {
  let n = rules.length + 1;
  while (rules.some((rule) => rule.id === `rule-${n}`)) n += 1;
  return { id: `rule-${n}`, name: "", when: { words: {} }, then: { handoff: true, urgent: false, reason: "rule" } };
}
