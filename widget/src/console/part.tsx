/** One section of the right column. */
import type { ComponentChildren } from "preact";

export function Part({ title, children, count }: { title: string; children: ComponentChildren; count?: number | undefined }) {
  return (
    <section class="part">
      <h3>
        {title}
        {count !== undefined && <span class="count">{count}</span>}
      </h3>
      {children}
    </section>
  );
}
