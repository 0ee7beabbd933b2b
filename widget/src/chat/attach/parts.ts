/** Elements, made plainly: the framework of the panel stays where it is. */

type Child = Node | string | null | false;
type Attributes = Record<string, string | boolean | number | ((event: Event) => void) | undefined>;

export function make<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((one): one is Node | string => one !== null && one !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** Lucide shapes (ISC). */
export const SHAPES = {
  back: ["m12 19-7-7 7-7", "M19 12H5"],
  file: ["M15 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V7Z", "M14 2v4a2 2 0 0 0 2 2h4", "M16 13H8", "M16 17H8"],
  remove: ["M18 6 6 18", "m6 6 12 12"],
  save: ["M12 15V3", "M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4", "m7 10 5 5 5-5"],
};

export function icon(shape: keyof typeof SHAPES, size = 20): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const looks = { class: "icon", width: size, height: size, viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" };
  for (const [name, value] of Object.entries(looks)) svg.setAttribute(name, String(value));
  for (const path of SHAPES[shape]) {
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("d", path);
    svg.append(line);
  }
  return svg;
}
