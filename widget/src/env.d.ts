declare module "virtual:locale/*" {
  const texts: Record<string, string | Record<string, string>>;
  export default texts;
}
/** Filled in by the build of the loader. */
declare const __FILES__: { panel: string; texts: Record<import("./shared/languages.ts").Locale, string> };
declare const __LABELS__: Record<import("./shared/languages.ts").Locale, string>;
/** Filled in by the build of the banner: its few texts in every language. */
declare const __BANNER__: Record<string, Record<string, string>>;
