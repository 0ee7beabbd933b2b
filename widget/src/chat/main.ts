/** The page /chat: the same panel alone, for sites that frame it. `?locale=ms`, `?theme=dark`. */
import "./style/page.css";
import { isLocale, nearestLocale } from "../shared/languages.ts";
import type { PanelHandle, PanelHost } from "./host.ts";

const asked = new URLSearchParams(location.search);

function keptLocale(): string | null {
  try {
    return (JSON.parse(localStorage.getItem("handrail") ?? "{}") as { locale?: string }).locale ?? null;
  } catch {
    return null;
  }
}

async function start(): Promise<void> {
  const wished = asked.get("locale") ?? asked.get("lang") ?? keptLocale();
  const locale = isLocale(wished) ? wished : (nearestLocale([wished, ...navigator.languages]) ?? "en");
  const element = document.createElement("div");
  const theme = asked.get("theme");
  if (theme) document.documentElement.dataset["theme"] = element.dataset["theme"] = theme;
  const accent = asked.get("accent");
  if (accent && CSS.supports("color", accent)) element.style.setProperty("--handrail-accent", accent);
  document.documentElement.lang = locale;
  document.title = __LABELS__[locale] ?? document.title;
  document.body.append(element);
  const host: PanelHost = {
    root: element.attachShadow({ mode: "open" }),
    server: location.origin,
    locale,
    mode: "page",
    closed: () => undefined,
    unread: () => undefined,
    refused: () => undefined,
  };
  const path = import.meta.env.DEV ? "/src/chat/panel.tsx" : `/a/${__FILES__.panel}`;
  const module = (await import(/* @vite-ignore */ path)) as { mount(host: PanelHost): Promise<PanelHandle> };
  (await module.mount(host)).open();
}

void start();
