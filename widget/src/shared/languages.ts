/** The languages there are, without anything that has to be loaded: the launcher needs them too. */

export const LOCALES = ["en", "zh-Hans", "zh-Hant", "ms"] as const;
export type Locale = (typeof LOCALES)[number];

/** What each language calls itself: the same in every language. */
export const LANGUAGE_NAMES: Record<Locale, string> = {
  en: "English",
  "zh-Hans": "简体中文",
  "zh-Hant": "繁體中文",
  ms: "Bahasa Melayu",
};

export function isLocale(value: unknown): value is Locale {
  return LOCALES.includes(value as Locale);
}

/** The nearest of our languages for tags as browsers write them (`zh-TW`, `zh-CN`, `en-GB`), or null. */
export function nearestLocale(tags: readonly (string | null | undefined)[]): Locale | null {
  for (const tag of tags) {
    const [language, ...rest] = (tag ?? "").toLowerCase().split(/[-_]/);
    if (language === "zh") return /hant|\b(tw|hk|mo)\b/.test(`${rest}`) ? "zh-Hant" : "zh-Hans";
    const found = LOCALES.find((l) => l === language);
    if (found) return found;
  }
  return null;
}
