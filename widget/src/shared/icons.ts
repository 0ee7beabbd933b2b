/** Lucide icons as inline SVG: `<Icon shape={shapes.send} />`, hidden from screen readers; the button around it has the name. */
import { h, type VNode } from "preact";

/** Each part is a path, or `c cx cy r` for a circle, or `r x y width height rx` for a rectangle. */
export type Shape = readonly string[];

export function Icon({ shape, size = 18 }: { shape: Shape; size?: number }): VNode {
  const looks = { width: size, height: size, viewBox: "0 0 24 24", fill: "none", stroke: "currentColor" };
  const lines = { "stroke-width": 2, "stroke-linecap": "round" as const, "stroke-linejoin": "round" as const };
  return h("svg", { class: "icon", ...looks, ...lines, "aria-hidden": "true", focusable: "false" } as object, shape.map(part));
}

function part(text: string): VNode {
  const [kind, a, b, c, d, e] = text.split(" ");
  if (kind === "c") return h("circle", { cx: a, cy: b, r: c } as object);
  if (kind === "r") return h("rect", { x: a, y: b, width: c, height: d, rx: e } as object);
  return h("path", { d: text } as object);
}
