/** Texts: `t(key, values)` in the language of the page, loaded one language at a time. */
import { signal } from "@preact/signals";
import type { Locale } from "./languages.ts";

export { LANGUAGE_NAMES, LOCALES, isLocale, nearestLocale, type Locale } from "./languages.ts";
export type Texts = Record<string, string | Record<string, string>>;
export type Values = Record<string, string | number>;
export type Loaders = Record<Locale, () => Promise<{ default: Texts }>>;

const texts = signal<Texts>({});
/** The language in use; components that read it are drawn again when it changes. */
export const locale = signal<Locale>("en");
let loaders: Loaders | null = null;
let wanted: Locale | null = null;

/** Say once where the texts of this page come from, then `await setLocale(…)`. */
export function useTexts(from: Loaders): void {
  loaders = from;
}

/** Load a language and switch to it; the last call wins. Rejects when the file cannot be had. */
export async function setLocale(next: Locale): Promise<void> {
  if (!loaders) throw new Error("useTexts() was not called");
  wanted = next;
  const loaded = await loaders[next]();
  if (wanted === next) setTexts(next, loaded.default);
}

export function setTexts(next: Locale, loaded: Texts): void {
  texts.value = loaded;
  locale.value = next;
}

/** The text for a key with `{name}` filled in; an object of plural forms is chosen by `values.n`. A missing key shows itself. */
export function t(key: string, values: Values = {}): string {
  const found = texts.value[key] ?? key;
  const text = typeof found === "string" ? found : plural(found, Number(values["n"] ?? 0));
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? new Intl.NumberFormat(locale.value).format(value) : value;
  });
}

/** `t` when the key may not exist (names that come from the server): null then. */
export function tryT(key: string, values: Values = {}): string | null {
  return key in texts.value ? t(key, values) : null;
}

function plural(forms: Record<string, string>, n: number): string {
  return forms[new Intl.PluralRules(locale.value).select(n)] ?? forms["other"] ?? "";
}
