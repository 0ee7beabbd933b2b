/** The texts that console, admin and sign-in share, and the language the person chose for them. */
import { isLocale, locale, nearestLocale, setLocale, tryT, useTexts, type Loaders, type Locale, type Texts } from "../shared/i18n.ts";
import { recall, remember } from "./memory.ts";

const PAGE: Loaders = {
  en: () => import("../../locales/staff/en.json"),
  "zh-Hans": () => import("../../locales/staff/zh-Hans.json"),
  "zh-Hant": () => import("../../locales/staff/zh-Hant.json"),
  ms: () => import("../../locales/staff/ms.json"),
};
/** Texts of one page, and of parts that are loaded when somebody opens them. */
const extras: Loaders[] = [];

async function all(next: Locale): Promise<{ default: Texts }> {
  const loaded = await Promise.all([PAGE, ...extras].map((from) => from[next]()));
  return { default: Object.assign({}, ...loaded.map((module) => module.default)) as Texts };
}

useTexts({ en: () => all("en"), "zh-Hans": () => all("zh-Hans"), "zh-Hant": () => all("zh-Hant"), ms: () => all("ms") });

/** A page's own texts, said before they are loaded. */
export function addTexts(from: Loaders): void {
  extras.push(from);
}

/** Have these texts, too, from now on and in whatever language is chosen later. */
export async function needTexts(from: Loaders): Promise<void> {
  if (extras.includes(from)) return;
  extras.push(from);
  await setLocale(locale.value);
}

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
