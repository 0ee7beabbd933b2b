/** How the launcher looks; kept small, since every page pays for it. Its icon is white or black, whichever the colour bears. */

export const CSS = `
:host{all:initial!important;direction:ltr!important;color-scheme:light dark!important;position:fixed!important;z-index:var(--handrail-z,2147483000)!important;inset-block-end:20px!important;inset-inline-end:20px!important}
:host([hidden]){display:none!important}
:host([data-theme=light]){color-scheme:light!important}
:host([data-theme=dark]){color-scheme:dark!important}
.launcher{all:initial;color-scheme:inherit;box-sizing:border-box;display:grid;place-items:center;position:relative;width:56px;height:56px;border-radius:50%;cursor:pointer;--a:var(--handrail-accent,light-dark(#0b6e6e,#4fc3bd));background:var(--a);color:lch(from var(--a) clamp(0,(55 - l)*1e4,100) 0 0);box-shadow:0 6px 20px rgb(0 0 0/.22),0 1px 3px rgb(0 0 0/.2);transition:transform .12s}
.launcher:hover{transform:translateY(-2px)}
.launcher:focus-visible{outline:3px solid light-dark(#0b6e6e,#7ad6d1);outline-offset:3px}
.launcher svg{grid-area:1/1;width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
:host([open]) .launcher svg:first-child,:host(:not([open])) .launcher svg:nth-child(2){display:none}
.badge{position:absolute;inset-block-start:-4px;inset-inline-end:-4px;min-width:22px;height:22px;box-sizing:border-box;padding:0 6px;border-radius:11px;background:#b3261e;color:#fff;font:600 13px/22px system-ui,sans-serif;text-align:center}
.badge:empty{display:none}
@media(max-width:480px){:host([open]) .launcher{display:none}}
@media(prefers-reduced-motion:reduce){.launcher{transition:none}}
@media(forced-colors:active){.launcher{border:2px solid ButtonText}}
@media print{:host{display:none!important}}`;

const SHAPES = ["M7.9 20A9 9 0 1 0 4 16.1L2 22Z", "m6 9 6 6 6-6"];

/** Speech bubble (closed) and chevron (open). */
export function launcherIcons(): SVGElement[] {
  return SHAPES.map((d) => {
    const make = (name: string) => document.createElementNS("http://www.w3.org/2000/svg", name);
    const svg = make("svg") as SVGElement;
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.ariaHidden = "true";
    const path = make("path");
    path.setAttribute("d", d);
    svg.append(path);
    return svg;
  });
}
