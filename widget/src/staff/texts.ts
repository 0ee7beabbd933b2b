/** The texts of console, admin and sign-in, and the language the person chose for them. */
import { isLocale, nearestLocale, setLocale, tryT, useTexts, type Locale } from "../shared/i18n.ts";
import { recall, remember } from "./memory.ts";

useTexts({
  en: () => import("../../locales/staff/en.json"),
  "zh-Hans": () => import("../../locales/staff/zh-Hans.json"),
  "zh-Hant": () => import("../../locales/staff/zh-Hant.json"),
  ms: () => import("../../locales/staff/ms.json"),
});

/** Load the texts in the language chosen before, or the nearest to the browser's. */
export async function openTexts(): Promise<void> {
  const chosen = recall("locale");
  await speak(isLocale(chosen) ? chosen : (nearestLocale(navigator.languages) ?? "en"));
}

export async function chooseLocale(next: Locale): Promise<void> {
  remember("locale", next);
  await speak(next);
}

async function speak(next: Locale): Promise<void> {
  await setLocale(next);
  document.documentElement.lang = next;
}

/** The words for a code of the server (`console.reason` + `stuck`), or the code itself when we do not know it. */
export function words(group: string, code: string | null | undefined): string {
  if (!code) return "";
  return tryT(`${group}.${code}`) ?? code.replace(/_/g, " ");
}
