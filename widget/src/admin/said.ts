/** A text in the language of the page, or in the first language that has one. */
import { locale } from "../shared/i18n.ts";
import type { Category, Component, Localized } from "./types.ts";

export function said(text: Localized | string | null | undefined): string {
  if (!text || typeof text === "string") return text ?? "";
  return text[locale.value] ?? text["en"] ?? Object.values(text).find(Boolean) ?? "";
}

/** The language of the text that `said` gives; null where there is none. */
export function saidIn(text: Localized): string | null {
  const usable = Object.keys(text).filter((code) => text[code]);
  return [locale.value, "en"].find((code) => usable.includes(code)) ?? usable[0] ?? null;
}

export function nameOf(list: readonly (Category | Component)[] | null, id: string): string {
  return said(list?.find((item) => item.id === id)?.name) || id.replace(/-/g, " ");
}
