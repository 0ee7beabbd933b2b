/** The page of the sample company: fills in the language, and tells it to the chat. */
import "../shared/theme.css";
import "./demo.css";
import "./hero.css";
import { isLocale, locale, nearestLocale, setLocale, t, useTexts } from "../shared/i18n.ts";

useTexts({
  en: () => import("virtual:locale/demo/en"),
  "zh-Hans": () => import("virtual:locale/demo/zh-Hans"),
  "zh-Hant": () => import("virtual:locale/demo/zh-Hant"),
  ms: () => import("virtual:locale/demo/ms"),
});

const all = (selector: string) => document.querySelectorAll<HTMLElement>(selector);

function fill(): void {
  document.documentElement.lang = locale.value;
  for (const element of all("[data-text]")) element.textContent = t(element.dataset["text"] ?? "");
  for (const element of all("[data-label]")) element.ariaLabel = t(element.dataset["label"] ?? "");
  for (const element of all("[data-price]")) element.textContent = priceOf(element.dataset);
  for (const element of all("[data-help]")) element.setAttribute("href", `/help/${locale.value}`);
  for (const element of all("[data-locale]")) {
    if (element.dataset["locale"] === locale.value) element.setAttribute("aria-current", "true");
    else element.removeAttribute("aria-current");
  }
}

function priceOf(data: DOMStringMap): string {
  const options = { style: "currency", currency: data["currency"] ?? "MYR", currencyDisplay: "code", maximumFractionDigits: 0 } as const;
  return t("demo.route.from", { price: new Intl.NumberFormat(locale.value, options).format(Number(data["price"])) });
}

function prepareSearch(): void {
  const date = document.querySelector<HTMLInputElement>("input[type=date]");
  if (date) date.valueAsDate = new Date(Date.now() + 9 * 86_400_000);
  document.querySelector("form.search")?.addEventListener("submit", (event) => event.preventDefault());
}

async function start(): Promise<void> {
  prepareSearch();
  const asked = new URLSearchParams(location.search).get("lang");
  const chosen = isLocale(asked) ? asked : null;
  await setLocale(chosen ?? nearestLocale(navigator.languages) ?? "en");
  fill();
  if (!chosen) return;
  await customElements.whenDefined("handrail-chat");
  for (const chat of all("handrail-chat")) chat.setAttribute("data-locale", chosen);
}

void start();
