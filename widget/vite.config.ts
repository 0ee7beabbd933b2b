/** How the pages are built, in three steps: the chat panel, the pages, and last the loader that names the panel's files. */
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import type { UserConfig } from "vite";
import { LOCALES, locales, textsOf } from "./scripts/locales.ts";

const root = import.meta.dirname;
const at = (path: string) => resolve(root, path);
/** Where the files go; set only to try a build without touching the committed one. */
const dist = process.env["WIDGET_DIST"] ?? at("dist");
const PAGES = (process.env["WIDGET_PAGES"] ?? "demo chat console admin sign-in").split(" ");

/** The hashed names of the panel and its texts, as the loader asks for them. */
function panelFiles(): { panel: string; texts: Record<string, string> } {
  const files = readdirSync(resolve(dist, "a"));
  const find = (start: string) => {
    const found = files.find((name) => name.startsWith(start) && name.endsWith(".js"));
    if (!found) throw new Error(`${dist}/a has no ${start}*.js: run "vite build --mode panel" first`);
    return found;
  };
  return { panel: find("panel-"), texts: Object.fromEntries(LOCALES.map((l) => [l, find(`chat-${l}-`)])) };
}

function files(): Record<string, string> {
  const labels = Object.fromEntries(LOCALES.map((l) => [l, String(textsOf(l, "chat")["chat.title"])]));
  return { __FILES__: JSON.stringify(panelFiles()), __LABELS__: JSON.stringify(labels) };
}

const shared: UserConfig = {
  root,
  base: "/",
  plugins: [locales()],
  publicDir: false,
  appType: "mpa",
  server: { proxy: { "/api": "http://127.0.0.1:8000", "/ws": { target: "ws://127.0.0.1:8000", ws: true } } },
};

const output = {
  entryFileNames: "a/[name]-[hash].js",
  chunkFileNames: "a/[name]-[hash].js",
  assetFileNames: "a/[name]-[hash][extname]",
};

const build: UserConfig["build"] = {
  outDir: dist,
  assetsDir: "a",
  target: "es2022",
  cssTarget: ["chrome123", "firefox121", "safari17.5"],
  modulePreload: false,
  assetsInlineLimit: 0,
  reportCompressedSize: false,
};

/** A library build: plain dynamic imports, without the helper that Vite puts around them in pages. */
function panel(): UserConfig {
  const lib = { entry: { panel: at("src/chat/panel.tsx") }, formats: ["es" as const] };
  // Marks for other bundlers: no browser reads them.
  const comments = { annotation: false };
  const rolldownOptions = { output: { ...output, minify: true, comments }, preserveEntrySignatures: "allow-extension" as const };
  const define = { "process.env.NODE_ENV": '"production"' };
  const resolve = { alias: { "preact/jsx-runtime": at("src/shared/jsx.ts") } };
  return { ...shared, define, resolve, build: { ...build, emptyOutDir: true, lib, rolldownOptions } };
}

function pages(): UserConfig {
  const input = Object.fromEntries(PAGES.map((name) => [name, at(`${name}.html`)]));
  // What a page always loads is one file: many small ones compress badly.
  const groups = [
    { name: "languages", priority: 4, test: /src\/shared\/languages\.ts$/ },
    { name: "i18n", priority: 3, test: /node_modules|preload-helper|src\/shared\/i18n\.ts$/ },
    { name: "staff", priority: 2, test: /src\/(staff\/[\w-]+\.(tsx?|css)|shared\/(time|icons)\.tsx?)$/ },
    { name: "desk", priority: 1, test: /src\/console\/(alerts|attach|canned|decide|desk|drafts|group|part|queue|shortcuts|state|ticking|watch|when-text)\.tsx?$/ },
  ];
  const rolldownOptions = { input, output: { ...output, codeSplitting: { groups } } };
  return { ...shared, define: files(), build: { ...build, emptyOutDir: false, rolldownOptions } };
}

function loader(): UserConfig {
  const lib = { entry: at("src/loader/main.ts"), name: "loader", formats: ["iife" as const], fileName: () => "widget.js" };
  return { ...shared, define: files(), build: { ...build, emptyOutDir: false, lib, minify: true } };
}

/** Texts and all in one file: a page pays for it only where somebody put it. */
function banner(): UserConfig {
  const lib = { entry: at("src/banner/main.ts"), name: "banner", formats: ["iife" as const], fileName: () => "banner.js" };
  const texts = Object.fromEntries(LOCALES.map((l) => [l, { ...textsOf(l, "banner"), ...textsOf(l, "chat.incident") }]));
  const define = { __BANNER__: JSON.stringify(texts) };
  return { ...shared, define, build: { ...build, emptyOutDir: false, lib, minify: true } };
}

export default defineConfig(({ mode, command }) => {
  if (mode === "loader") return loader();
  if (mode === "banner") return banner();
  if (mode === "panel") return panel();
  if (mode === "test") return { ...shared, test: { environment: "happy-dom", include: ["tests/**/*.test.{ts,tsx}"] } };
  if (command === "serve") return { ...shared, define: { __FILES__: "{}", __LABELS__: "{}" } };
  return pages();
});
