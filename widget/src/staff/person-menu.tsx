/** The foot of every staff page's menu: who is signed in, the language, light or dark, the way out. */
import { icon } from "./icons.tsx";
import { isLocale, LANGUAGE_NAMES, locale, LOCALES, t } from "../shared/i18n.ts";
import { recall, remember } from "./memory.ts";
import { session, signOut } from "./session.ts";
import { chooseLocale } from "./texts.ts";

export const THEMES = ["system", "light", "dark"] as const;

/** Light or dark as chosen before; the system's choice otherwise. */
export function openTheme(): void {
  applyTheme(chosenTheme());
}

function applyTheme(theme: string): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

/** The one chosen before; the system's choice otherwise. */
export function chosenTheme(): string {
  return recall("theme") ?? "system";
}

export function chooseTheme(theme: string): void {
  remember("theme", theme);
  applyTheme(theme);
}

export function LanguageSelect() {
  const choose = (value: string) => isLocale(value) && void chooseLocale(value);
  return (
    <label class="inline-select">
      {icon("globe", 16)}
      <span class="hidden">{t("staff.language")}</span>
      <select value={locale.value} onChange={(event) => choose(event.currentTarget.value)}>
        {LOCALES.map((code) => (
          <option key={code} value={code} lang={code}>
            {LANGUAGE_NAMES[code]}
          </option>
        ))}
      </select>
    </label>
  );
}

function ThemeSelect() {
  return (
    <label class="inline-select">
      {icon("moon", 16)}
      <span class="hidden">{t("staff.theme")}</span>
      <select value={chosenTheme()} onChange={(event) => chooseTheme(event.currentTarget.value)}>
        {THEMES.map((theme) => (
          <option key={theme} value={theme}>
            {t(`staff.theme.${theme}`)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function PersonMenu({ other }: { other: "/console" | "/admin" | null }) {
  const person = session.value?.agent;
  return (
    <div class="person-menu">
      <LanguageSelect />
      <ThemeSelect />
      {other && (
        <a class="menu-link" href={other}>
          {icon(other === "/console" ? "message" : "settings", 16)}
          {t(other === "/console" ? "staff.to_console" : "staff.to_admin")}
        </a>
      )}
      <button type="button" class="menu-link" onClick={() => void signOut()}>
        {icon("log-out", 16)}
        {t("staff.sign_out")}
        <span class="menu-name">{person?.name}</span>
      </button>
    </div>
  );
}
