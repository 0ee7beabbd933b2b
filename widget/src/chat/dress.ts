/** More style for the panel, once its frame is there; a panel that takes the place of another wears what that one did. */
let root: ShadowRoot | undefined;

export function dress(style: string, at = root): void {
  if (!at) return;
  if (root && root !== at) at.adoptedStyleSheets = root.adoptedStyleSheets;
  root = at;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
