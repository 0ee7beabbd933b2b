/** How every staff page begins: theme, texts, session, then the page. */
import { render, type VNode } from "preact";
import { Asker } from "./dialog.tsx";
import { Failure } from "./parts.tsx";
import { openTheme } from "./person-menu.tsx";
import { openSession, type Session } from "./session.ts";
import { openTexts } from "./texts.ts";
import { Toasts } from "./toast.tsx";

function root(): HTMLElement {
  const found = document.getElementById("root");
  if (!found) throw new Error("the page has no #root");
  return found;
}

export function show(page: VNode): void {
  render(
    <>
      {page}
      <Toasts />
      <Asker />
    </>,
    root(),
  );
}

/** Draw the page for whoever is signed in; lead to the sign-in page when nobody is. */
export async function start(page: (session: Session) => VNode | Promise<VNode>): Promise<void> {
  openTheme();
  const again = () => location.reload();
  try {
    const [, session] = await Promise.all([openTexts(), openSession()]);
    if (session) show(await page(session));
  } catch (error) {
    show(<Failure error={error} retry={again} />);
  }
}
