/** The words of attachments, one file a language, loaded when they are first needed. */
import type { Say, Speak, Surroundings } from "./types.ts";

type Texts = Record<string, string | Record<string, string>>;
type Loader = () => Promise<{ default: Texts }>;

const LOADERS: Record<string, Loader> = {
  en: () => import("virtual:locale/attach/en"),
  "zh-Hans": () => import("virtual:locale/attach/zh-Hans"),
  "zh-Hant": () => import("virtual:locale/attach/zh-Hant"),
  ms: () => import("virtual:locale/attach/ms"),
};

export function speaker({ locale }: Surroundings): Speak {
  return async () => {
    const load = LOADERS[locale.value] ?? LOADERS["en"];
    const texts = load ? (await load()).default : {};
    const say: Say = (key, values = {}) =>
      String(texts[key] ?? texts["attach.failed.general"] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
    return say;
  };
}

/** `340 kB`, `2.4 MB`, as the language writes it. */
export function sizeOf(bytes: number, locale: string): string {
  const mega = bytes >= 999_500;
  const unit = { style: "unit", unit: mega ? "megabyte" : "kilobyte", maximumFractionDigits: mega ? 1 : 0 } as const;
  return new Intl.NumberFormat(locale, unit).format(mega ? bytes / 1e6 : Math.max(1, Math.round(bytes / 1000)));
}
