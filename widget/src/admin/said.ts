/** A text in the language of the page, or in the first language that has one. */
import { locale } from "../shared/i18n.ts";
import type { Category, Component, Localized } from "./types.ts";

export function said(text: Localized | string | null | undefined): string {
  if (!text || typeof text === "string") return text ?? "";
  return text[locale.value] ?? text["en"] ?? Object.values(text).find(Boolean) ?? "";
}

export function nameOf(list: readonly (Category | Component)[] | null, id: string): string {
  return said(list?.find((item) => item.id === id)?.name) || id.replace(/-/g, " ");
}
