/** How the banner looks: a strip in the page's own flow, readable in light, dark and forced colours. */

export const CSS = `
:host{all:initial!important;display:block!important;color-scheme:light dark!important;direction:ltr!important}
:host([data-theme=light]){color-scheme:light!important}
:host([data-theme=dark]){color-scheme:dark!important}
section{display:grid;gap:1px;font:15px/1.45 system-ui,"Noto Sans CJK SC",sans-serif}
.row{display:flex;gap:12px;align-items:flex-start;padding:10px 16px;background:light-dark(#fff3d6,#3a2e0e);color:light-dark(#4a3500,#ffe7ad);border-inline-start:6px solid light-dark(#b97700,#ffc64d)}
.red{background:light-dark(#fde8e6,#431512);color:light-dark(#6b130c,#ffd9d5);border-inline-start-color:light-dark(#b3261e,#ff8a80)}
p{flex:1;margin:0;overflow-wrap:anywhere}
.when{opacity:.92}
a{color:inherit;font-weight:600;text-underline-offset:2px;padding:2px 0}
button{all:unset;box-sizing:border-box;flex:none;width:32px;height:32px;margin:-5px -6px;border-radius:6px;font-size:22px;line-height:32px;text-align:center;cursor:pointer}
a:focus-visible,button:focus-visible{outline:3px solid currentColor;outline-offset:1px}
@media(forced-colors:active){.row{border:1px solid CanvasText}}
@media print{:host{display:none!important}}`;
