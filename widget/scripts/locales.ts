/** The texts of one audience in one language as a module: `virtual:locale/<chat|demo>/<locale>`. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Plugin } from "vite";

export const LOCALES = ["en", "zh-Hans", "zh-Hant", "ms"];
const PREFIX = "virtual:locale/";
const file = (locale: string) => resolve(import.meta.dirname, `../locales/${locale}.json`);

type Texts = Record<string, string | Record<string, string>>;

/** The keys that begin with the audience: the widget must not carry the texts of the demo. */
export function textsOf(locale: string, audience: string): Texts {
  const all = JSON.parse(readFileSync(file(locale), "utf8")) as Texts;
  return Object.fromEntries(Object.entries(all).filter(([key]) => key.startsWith(`${audience}.`)));
}

/** The file name of such a chunk is `<audience>-<locale>`: the loader finds it by that. */
export function locales(): Plugin {
  return {
    name: "handrail-locales",
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return null;
      const [audience = "", locale = ""] = id.slice(PREFIX.length + 1).split("/");
      this.addWatchFile(file(locale));
      return `export default ${JSON.stringify(textsOf(locale, audience))};`;
    },
    outputOptions(options) {
      const named = (chunk: { facadeModuleId?: string | null; name: string }) => {
        const id = chunk.facadeModuleId ?? "";
        const at = id.indexOf(PREFIX);
        return at < 0 ? "a/[name]-[hash].js" : `a/${id.slice(at + PREFIX.length).replace("/", "-")}-[hash].js`;
      };
      return options.format === "iife" ? options : { ...options, chunkFileNames: named };
    },
  };
}
