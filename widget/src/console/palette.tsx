/** The palette: type what you want to do or whom you want to see, and press Enter. */
import "./palette.css";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { Dialog } from "../staff/dialog.tsx";
import { icon } from "../staff/icons.tsx";
import { useEnded } from "./palette-ended.ts";
import { items, search, type Item } from "./palette-items.ts";

const LIST = "palette-list";

export default function Palette({ close }: { close: () => void }) {
  const [typed, type] = useState("");
  const [at, stand] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const ended = useEnded(typed);
  const here = search(items(), typed);
  // Last, so that what arrives later moves nothing under the hand.
  const found = [...here, ...ended.items.filter((item) => here.every((one) => one.id !== item.id))];
  const active = Math.min(at, found.length - 1);
  useEffect(() => list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }), [active, typed]);
  const choose = (item: Item | undefined) => {
    if (!item) return;
    close();
    setTimeout(item.run); // the focus is back where it was before the palette by then
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const to = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: Math.min(active + 8, found.length - 1), PageUp: Math.max(active - 8, 0) }[event.key];
    if (to !== undefined) stand((to + found.length) % Math.max(1, found.length));
    else if (event.key === "Enter") choose(found[active]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t("console.palette")} onClose={close}>
      <div class="search-field">
        {icon("search", 16)}
        <input type="text" role="combobox" autofocus autocomplete="off" spellcheck={false} aria-label={t("console.palette.label")} placeholder={t("console.palette.label")} aria-expanded={found.length > 0} aria-controls={LIST} aria-autocomplete="list" aria-activedescendant={found.length ? `${LIST}-${active}` : undefined} value={typed} onInput={(event) => { type(event.currentTarget.value); stand(0); }} onKeyDown={pressed} />
      </div>
      <ul ref={list} class="palette" id={LIST} role="listbox" aria-label={t("console.palette")} hidden={!found.length}>
        {found.map((item, i) => (
          <li key={item.id} id={`${LIST}-${i}`} role="option" aria-selected={i === active} onMouseDown={(event) => event.preventDefault()} onClick={() => choose(item)}>
            <span class="palette-label" dir="auto">{item.label}</span>
            <span class="palette-group">{item.group}</span>
            {item.keys && <kbd>{item.keys}</kbd>}
          </li>
        ))}
      </ul>
      <p class={found.length ? "hidden" : "hint"} role="status">{found.length ? t("console.palette.found", { n: found.length }) : t(ended.waiting ? "staff.loading" : "console.search.none")}</p>
      {ended.failed && <p class="hint" role="alert">{t("console.palette.ended.failed")}</p>}
    </Dialog>
  );
}
