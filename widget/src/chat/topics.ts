/**
 * The questions of the help centre by category, one category open at a time. Loaded by whoever wants to see them;
 * like the search it imports no code, or the bundler cuts the panel into more files than one.
 */
import style from "./style/topics.css?inline";

/** A category as the server lists it, with its articles in the order of the help centre. */
interface Branch {
  name: string;
  articles: { title: string }[];
}

/** So many of a category are offered: who wants another one writes, and finds it by searching. */
const MOST = 6;
const sheet = new CSSStyleSheet();
sheet.replaceSync(style);

/** Put the categories in the place of the button; a question that is chosen is asked. Rejects when they cannot be had. */
export async function open(button: HTMLButtonElement, server: string, locale: string, ask: (question: string) => void): Promise<void> {
  const answer = await fetch(`${server}/api/articles?${new URLSearchParams({ locale })}`, { credentials: "omit" });
  if (!answer.ok) throw new Error(String(answer.status));
  const tree = (await answer.json()) as Branch[];
  // Pressed twice, or gone meanwhile: another language, or the first message was sent.
  if (button.hidden || !button.isConnected) return;
  const root = button.getRootNode() as ShadowRoot;
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const box = make("div", "suggestions", tree.map((branch) => shelf(branch, ask)));
  box.role = "group";
  box.ariaLabel = button.textContent;
  button.hidden = true;
  button.after(box);
  box.querySelector("summary")?.focus();
  // The log has gone to its end, as it does when something comes: here the reader begins at the top.
  const log = button.closest<HTMLElement>(".log");
  requestAnimationFrame(() => log && (log.scrollTop = box.offsetTop - 8));
}

function shelf({ name, articles }: Branch, ask: (question: string) => void): HTMLElement {
  const questions = articles.slice(0, MOST).map(({ title }) => {
    const question = make("button", "", [title]);
    question.type = "button";
    question.onclick = () => ask(title);
    return question;
  });
  const shelf = make("details", "", [make("summary", "", [name]), ...questions]);
  shelf.name = "handrail-topics";
  return shelf;
}

function make<Tag extends "button" | "details" | "div" | "summary">(tag: Tag, name: string, parts: (string | Node)[]): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  element.className = name;
  element.dir = "auto";
  element.append(...parts);
  return element;
}
