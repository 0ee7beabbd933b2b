/** Prints what each page costs and fails when a budget is broken (KB are 1000 bytes, gzip -9). */
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const size = (name) => gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length;
const files = readdirSync(new URL("a/", dist)).map((name) => `a/${name}`);
const matching = (pattern) => files.filter((name) => pattern.test(name));
const largest = (pattern) => Math.max(0, ...matching(pattern).map(size));

const rows = [
  ["loader (widget.js)", size("widget.js"), 2500],
  ["banner on any page (banner.js)", size("banner.js"), 3000],
  ["opening: panel and the largest of its texts", largest(/^a\/panel-.*js$/) + largest(/^a\/chat-(en|zh|ms).*js$/), 22000],
  ["what a conversation adds", largest(/^a\/conversation-.*js$/), 12500],
];
let broken = false;
for (const [what, bytes, budget] of rows) {
  const over = bytes > budget;
  broken ||= over;
  console.log(`${over ? "OVER " : "ok   "}${what}: ${bytes} of ${budget} bytes gz`);
}
for (const name of files.sort()) console.log(`     ${name}: ${size(name)}`);
if (broken) process.exit(1);
