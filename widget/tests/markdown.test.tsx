import { render } from "preact";
import { describe, expect, test } from "vitest";
import { safeHref } from "../src/shared/markdown-inline.ts";
import { highlight } from "../src/shared/highlight.ts";
import { Markdown, plainText, type MarkdownOptions } from "../src/shared/markdown.tsx";

function draw(text: string, options: MarkdownOptions = {}): HTMLElement {
  const box = document.createElement("div");
  render(<Markdown text={text} {...options} />, box);
  return box.firstElementChild as HTMLElement;
}
const html = (text: string, options?: MarkdownOptions) => draw(text, options).innerHTML;

describe("blocks", () => {
  test.each([
    ["# One\n## Two", "<h3>One</h3><h4>Two</h4>"],
    ["a\nb\n\nc", "<p>a\nb</p><p>c</p>"],
    ["- a\n- b", "<ul><li>a</li><li>b</li></ul>"],
    ["3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'],
    ["- a\n  - b\n  - c\n- d", "<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>"],
    ["1. a\n\n2. b\n\nafter", '<ol start="1"><li>a</li><li>b</li></ol><p>after</p>'],
    ["1. a\n   - x\n2. b", '<ol start="1"><li>a<ul><li>x</li></ul></li><li>b</li></ol>'],
    ["> a\n> b", "<blockquote><p>a\nb</p></blockquote>"],
    ["a\n\n---\n\nb", "<p>a</p><hr><p>b</p>"],
    ["text\n- a", "<p>text</p><ul><li>a</li></ul>"],
  ])("%j", (text, expected) => expect(html(text)).toBe(expected));

  test("code is kept as it is written", () => {
    expect(draw("```js\n<b>**x**</b>\n```").querySelector("pre code")?.textContent).toBe("<b>**x**</b>");
  });

  test("a table has a head, and short rows are filled", () => {
    const table = draw("| a | b |\n| --- | :-: |\n| 1 | x \\| y |\n| 2 |");
    expect([...table.querySelectorAll("th")].map((cell) => cell.textContent)).toEqual(["a", "b"]);
    expect([...table.querySelectorAll("td")].map((cell) => cell.textContent)).toEqual(["1", "x | y", "2", ""]);
  });
});

describe("inside a line", () => {
  test.each([
    ["**a** *b* _c_ ~~d~~", "<p><strong>a</strong> <em>b</em> <em>c</em> <del>d</del></p>"],
    ["**a *b* c**", "<p><strong>a <em>b</em> c</strong></p>"],
    ["**点击**后继续", "<p><strong>点击</strong>后继续</p>"],
    ["snake_case_name and 2 * 3 * 4", "<p>snake_case_name and 2 * 3 * 4</p>"],
    ["\\*a\\* **open", "<p>*a* **open</p>"],
    ["`a **b**`", '<p><code dir="ltr">a **b**</code></p>'],
    ["a  \nb", "<p>a  <br>b</p>"],
    ["a [1] b", "<p>a [1] b</p>"],
  ])("%j", (text, expected) => expect(html(text)).toBe(expected));

  test("marks become what the page draws for them", () => {
    const box = draw("Yes.[1][2] **No.[1]**", { cite: (n) => (n === 2 ? null : <button>{n}</button>) });
    expect(box.querySelectorAll("button").length).toBe(2);
    expect(box.textContent).toBe("Yes.1 No.1");
  });

  test("links open elsewhere, and the page may say where they lead", () => {
    const link = draw("[a](/help/en/x)", { link: (href) => `https://h.example${href}` }).querySelector("a");
    expect(link?.getAttribute("href")).toBe("https://h.example/help/en/x");
    expect(link?.rel).toContain("noopener");
    expect(draw("see https://a.example/x_(y)?b=1, then").querySelector("a")?.textContent).toBe("https://a.example/x_(y");
  });
});

const ATTACKS = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg/onload=alert(1)>",
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](java\tscript:alert(1))",
  "[x](java&#10;script:alert(1))",
  "[x](&#106;avascript:alert(1))",
  "[x](\u0001javascript:alert(1))",
  "[x](<javascript:alert(1)>)",
  "[x](data:text/html,<script>alert(1)</script>)",
  "[x](vbscript:msgbox(1))",
  "[x](//evil.example)",
  "[x](\\\\evil.example)",
  "[x](/\\evil.example)",
  "[x](https:javascript:alert(1))",
  "[x](file:///etc/passwd)",
  "[x](blob:https://a.example/1)",
  '[x](https://a.example" onmouseover="alert(1))',
  '[<img src=x onerror=alert(1)>](https://a.example "t" onclick=alert(1))',
  "![x](javascript:alert(1))",
  "`<script>alert(1)</script>`",
  "```\n</code><script>alert(1)</script>\n```",
  "| <script>alert(1)</script> |\n| --- |\n| <iframe src=javascript:alert(1)> |",
  "# <a href=javascript:alert(1)>x</a>",
  "<https://a.example/><script>",
  "**<b onclick=alert(1)>**",
  "[a]: javascript:alert(1)\n[a]",
];

describe("nothing dangerous comes out", () => {
  const allowed = /^(DIV|P|H[3-6]|UL|OL|LI|PRE|CODE|STRONG|EM|DEL|A|BR|HR|BLOCKQUOTE|TABLE|THEAD|TBODY|TR|TH|TD|MARK)$/;
  test.each(ATTACKS)("%s", (text) => {
    for (const element of draw(text, { cite: () => null }).querySelectorAll("*")) {
      expect(element.tagName).toMatch(allowed);
      for (const name of element.getAttributeNames()) expect(name).not.toMatch(/^on|^style$|^src/);
      const href = element.getAttribute("href");
      if (href !== null) expect(href).toMatch(/^https?:\/\/[^/]|^[^:&]*$/);
    }
  });

  test.each([
    ["https://a.example/x", true],
    ["/help/en/a#b", true],
    ["#b", true],
    ["a/b?c=d:e", true],
    ["mailto:a@b.example", false],
    ["", false],
    [" //evil.example", false],
  ])("safeHref(%j)", (text, safe) => expect(safeHref(text) !== null).toBe(safe));

  test("long texts made to be slow are read in time", () => {
    const start = performance.now();
    for (const piece of ["*a", "**", "_a ", "[", "[a](", "`", "- ", "> ", "| a ", "~~a", "![", "\\", "https://"]) {
      draw(piece.repeat(4000 / piece.length));
    }
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

test("a screen reader hears the words", () => {
  expect(plainText("**Yes.**[1]\n\n1. Open `My trips`\n2. [Pay](/x)")).toBe("Yes.\n1. Open My trips\n2. Pay");
});

describe("the quoted part", () => {
  const marked = (text: string, part: string) => {
    const box = draw(highlight(text, part), { marking: { on: false } });
    return [...box.querySelectorAll("mark")].map((mark) => mark.textContent).join("|");
  };
  test("is marked in a list, over line breaks, and across blocks", () => {
    expect(marked("1. one\n2. two three\n3. four", "2. two three")).toBe("two three");
    expect(marked("a long\nsentence here. More.", "long sentence here.")).toBe("long\nsentence here.");
    expect(marked("first **bold** end.\n\nsecond", "first **bold** end.\n\nsecond")).toBe("first |bold| end.|second");
  });
  test("that is not there changes nothing", () => expect(highlight("a b", "c d")).toBe("a b"));
});
