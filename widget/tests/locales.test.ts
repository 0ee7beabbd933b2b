/** The four languages say the same things, and the code asks only for what they say. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

type Texts = Record<string, string | Record<string, string>>;
const root = join(import.meta.dirname, "..");
const read = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8")) as Texts;
/** Where each set of texts lies; its files are named after the languages. */
const folders = ["locales/", "locales/staff/", "locales/console/console-", "locales/admin/base-", "locales/admin/admin-"].filter((start) => existsSync(join(root, `${start}en.json`)));
const values = (text: string | Record<string, string>) => {
  const found = JSON.stringify(typeof text === "string" ? text : (text["other"] ?? "")).match(/\{\w+\}/g) ?? [];
  return [...new Set(found)].sort();
};

describe.each(folders)("%s", (folder) => {
  const english = read(`${folder}en.json`);
  test.each(["zh-Hans", "zh-Hant", "ms"])("%s has every key with the same values", (locale) => {
    const texts = read(`${folder}${locale}.json`);
    expect(Object.keys(texts).sort()).toEqual(Object.keys(english).sort());
    for (const [key, text] of Object.entries(texts)) {
      expect(values(text), key).toEqual(values(english[key] ?? ""));
      if (typeof text !== "string") expect(Object.keys(text), key).toContain("other");
      expect(JSON.stringify(text).length, key).toBeGreaterThan(2);
    }
  });
});

test("every key the code asks for exists", () => {
  const known = new Set(folders.flatMap((folder) => Object.keys(read(`${folder}en.json`))));
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
  const missing = files.flatMap((name) => {
    const text = readFileSync(join(root, "src", name), "utf8");
    const asked = [...text.matchAll(/\bt\(\s*"([\w.-]+)"/g)].map((match) => match[1] ?? "");
    return asked.filter((key) => !known.has(key)).map((key) => `${name}: ${key}`);
  });
  const demo = [...readFileSync(join(root, "demo.html"), "utf8").matchAll(/data-(?:text|label)="([\w.]+)"/g)];
  expect([...missing, ...demo.map((match) => match[1] ?? "").filter((key) => !known.has(key))]).toEqual([]);
});
