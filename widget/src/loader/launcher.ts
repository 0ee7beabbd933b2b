/** How the launcher looks; kept small, since every page pays for it. Its icon is white or black, whichever the colour bears. */

export const STYLE = `
:host{all:initial!important;direction:ltr!important;color-scheme:light dark!important;position:fixed!important;z-index:var(--handrail-z,2147483000)!important;bottom:var(--handrail-y,20px)!important;right:var(--handrail-x,20px)!important}
:host([data-position=left]){right:auto!important;left:var(--handrail-x,20px)!important}
:host([hidden]){display:none!important}
:host([data-theme=light]){color-scheme:light!important}
:host([data-theme=dark]){color-scheme:dark!important}
.launcher{all:initial;color-scheme:inherit;box-sizing:border-box;display:grid;place-items:center;position:relative;width:56px;height:56px;border-radius:50%;cursor:pointer;--a:var(--handrail-accent,light-dark(#0b6e6e,#4fc3bd));background:var(--a);color:lch(from var(--a) clamp(0,(55 - l)*1e4,100) 0 0);box-shadow:0 6px 20px rgb(0 0 0/.22),0 1px 3px rgb(0 0 0/.2)}
.launcher:hover{filter:brightness(1.1)}
.launcher:focus-visible{outline:3px solid light-dark(#0b6e6e,#7ad6d1);outline-offset:3px}
.launcher svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.badge{position:absolute;top:-4px;right:-4px;min-width:22px;height:22px;box-sizing:border-box;padding:0 6px;border-radius:11px;background:#b3261e;color:#fff;font:600 13px/22px system-ui,sans-serif;text-align:center}
.badge:empty{display:none}
@media(max-width:480px){:host([open]) .launcher{display:none}}
@media(forced-colors:active){.launcher{border:2px solid ButtonText}}
@media print{:host{display:none!important}}`;

/** The icon, and what draws a shape in it: a speech bubble, or a chevron while the panel is open. */
export function launcherIcon(): [icon: Element, draw: (isOpen: boolean) => void] {
  const make = (name: string) => document.createElementNS("http://www.w3.org/2000/svg", name);
  const svg = make("svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  const path = make("path");
  svg.append(path);
  return [svg, (isOpen) => path.setAttribute("d", isOpen ? "m6 9 6 6 6-6" : "M7.9 20A9 9 0 1 0 4 16.1L2 22Z")];
}
