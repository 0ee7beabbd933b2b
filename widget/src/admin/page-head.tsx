/** The head of an admin page: its name, a sentence, and what can be done. */
import type { ComponentChildren } from "preact";
import { icon } from "../staff/icons.tsx";

interface HeadProps {
  title: ComponentChildren;
  text?: ComponentChildren;
  back?: { href: string; name: string };
  children?: ComponentChildren;
}

export function PageHead({ title, text, back, children }: HeadProps) {
  return (
    <div class="page-head">
      {back && <a class="back" href={back.href}>{icon("arrow-left", 14)} {back.name}</a>}
      <div class="page-head-row">
        <div>
          <h1>{title}</h1>
          {text && <p class="muted">{text}</p>}
        </div>
        {children && <div class="page-actions">{children}</div>}
      </div>
    </div>
  );
}
