/** A text that has no translation: which language it is in, said in the reader's own. */
import { LANGUAGE_NAMES, isLocale, locale } from "../shared/i18n.ts";

/** The server puts the language before such a text, in brackets: `(English original) …`. */
const MARKED = /^[(（]([^()（）]{1,60})[)）]\s*/;

/** Null for a text in the reader's language. The mark is taken off the text and given as its label. */
export function foreign(text: string, language: string | null): { label: string; language: string; text: string } | null {
  if (!language || language === locale.value) return null;
  const mark = MARKED.exec(text);
  const label = mark?.[1] ?? (isLocale(language) ? LANGUAGE_NAMES[language] : language);
  return { label, language, text: mark ? text.slice(mark[0].length) : text };
}
