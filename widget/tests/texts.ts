/** All texts of the staff's pages in one language, as a page that has loaded every part has them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export type Texts = Record<string, string | Record<string, string>>;
const PLACES = ["staff/", "console/console-", "admin/base-", "admin/admin-"];

export function staffTexts(locale: string): Texts {
  const read = (place: string) => JSON.parse(readFileSync(join(import.meta.dirname, `../locales/${place}${locale}.json`), "utf8")) as Texts;
  return Object.assign({}, ...PLACES.map(read)) as Texts;
}
