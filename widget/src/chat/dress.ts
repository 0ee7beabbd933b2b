/** More style for the panel, once its frame is there. */
let root: ShadowRoot;

export function dress(style: string, at = root): void {
  root = at;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
