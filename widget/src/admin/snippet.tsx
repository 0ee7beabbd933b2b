/** The line that puts the chat on a site: choose how it looks, see the real chat, copy. */
import { useRef, useState } from "preact/hooks";
import { isLocale, LANGUAGE_NAMES, LOCALES, locale, t } from "../shared/i18n.ts";
import { query } from "../staff/api.ts";
import { icon } from "../staff/icons.tsx";
import { useSettled } from "../staff/load.ts";
import { Field } from "../staff/parts.tsx";
import { contrast, ENOUGH, rgbOf, SURFACES } from "./contrast.ts";
import { PageHead } from "./page-head.tsx";
import "./snippet.css";

export interface Look {
  locale: string;
  theme: string;
  position: string;
  accent: string;
}

/** One line of HTML; nothing of it can end its attribute. */
export function snippet(origin: string, look: Look): string {
  const escaped = (text: string) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
  const given = (["locale", "theme", "position", "accent"] as const).filter((name) => look[name].trim());
  const attributes = given.map((name) => ` data-${name}="${escaped(look[name].trim())}"`).join("");
  return `<script src="${escaped(origin)}/widget.js"${attributes} async></script>`;
}

export default function SnippetPage() {
  const [look, change] = useState<Look>({ locale: "", theme: "", position: "", accent: "" });
  const rgb = look.accent.trim() ? rgbOf(look.accent.trim()) : null;
  const wrong = look.accent.trim() !== "" && rgb === null;
  const used = { ...look, accent: wrong ? "" : look.accent };
  const set = (name: keyof Look) => (event: { currentTarget: { value: string } }) => change({ ...look, [name]: event.currentTarget.value });
  return (
    <>
      <PageHead title={t("admin.snippet")} text={t("admin.snippet.text")} />
      <div class="snippet">
        <div class="stack">
          <Field label={t("admin.snippet.locale")}>
            <select value={look.locale} onChange={set("locale")}>
              <option value="">{t("admin.snippet.locale.auto")}</option>
              {LOCALES.map((code) => <option key={code} value={code} lang={code}>{LANGUAGE_NAMES[code]}</option>)}
            </select>
          </Field>
          <Field label={t("admin.snippet.theme")}>
            <select value={look.theme} onChange={set("theme")}>
              {["", "light", "dark"].map((theme) => <option key={theme} value={theme}>{t(`admin.snippet.theme.${theme || "auto"}`)}</option>)}
            </select>
          </Field>
          <Field label={t("admin.snippet.position")}>
            <select value={look.position} onChange={set("position")}>
              {["", "left", "right"].map((side) => <option key={side} value={side}>{t(`admin.snippet.position.${side || "auto"}`)}</option>)}
            </select>
          </Field>
          <Field label={t("admin.snippet.accent")} hint={t("admin.snippet.accent.hint")} error={wrong ? t("admin.snippet.accent.wrong") : null}>
            <input type="text" value={look.accent} spellcheck={false} autoComplete="off" onInput={set("accent")} />
          </Field>
          {rgb && <Contrast rgb={rgb} />}
          <Code text={snippet(location.origin, used)} />
          <p class="muted">{t("admin.snippet.origins")}: <span class="mono">HANDRAIL_WEB__ALLOWED_ORIGINS</span></p>
        </div>
        <Preview look={used} />
      </div>
    </>
  );
}

function Contrast({ rgb }: { rgb: readonly [number, number, number] }) {
  const ratios = { light: contrast(rgb, SURFACES.light), dark: contrast(rgb, SURFACES.dark) };
  const told = (n: number) => (Math.floor(n * 10) / 10).toFixed(1);
  const good = Math.min(ratios.light, ratios.dark) >= ENOUGH;
  return (
    <p class={good ? "notice contrast" : "notice notice-warn contrast"} role="status">
      <span class="swatch" ref={(box) => box?.style.setProperty("background", `rgb(${rgb.join(" ")})`)} aria-hidden="true" />
      {t(good ? "admin.snippet.contrast.good" : "admin.snippet.contrast.low", { light: told(ratios.light), dark: told(ratios.dark) })}
    </p>
  );
}

function Code({ text }: { text: string }) {
  const [copied, mark] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const copy = () => navigator.clipboard.writeText(text).then(() => mark(text), () => field.current?.select());
  return (
    <div class="field">
      <label for="snippet-code">{t("admin.snippet.code")}</label>
      <textarea ref={field} id="snippet-code" class="mono" readOnly rows={3} value={text} onFocus={(event) => event.currentTarget.select()} />
      <button type="button" class="button button-primary" onClick={() => void copy()}>{icon(copied === text ? "check" : "copy", 16)} {t(copied === text ? "admin.people.copied" : "admin.people.copy")}</button>
      <span class="hidden" role="status">{copied === text ? t("admin.people.copied") : ""}</span>
    </div>
  );
}

/** The real chat, on a page of its own in a frame; it opens as soon as it is there. */
function Preview({ look }: { look: Look }) {
  const shown = useSettled(look, 400);
  const given = isLocale(shown.locale) ? shown.locale : locale.value;
  return (
    <section class="preview-frame" aria-label={t("admin.snippet.preview")}>
      <iframe key={JSON.stringify(shown)} title={t("admin.snippet.preview")} src={`/admin/preview${query({ ...shown, locale: given })}`} onLoad={(event) => open(event.currentTarget)} />
      <p class="muted">{t("admin.snippet.preview.hint")}</p>
    </section>
  );
}

/** Without taking the focus: somebody is still choosing. */
function open(frame: HTMLIFrameElement): void {
  const chat = frame.contentDocument?.querySelector<HTMLElement & { open?(focus: boolean): void }>("handrail-chat");
  chat?.open?.(false);
}
