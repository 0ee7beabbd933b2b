/** The texts of the panel, one file a language. */
import { useTexts } from "../shared/i18n.ts";

useTexts({
  en: () => import("virtual:locale/chat/en"),
  "zh-Hans": () => import("virtual:locale/chat/zh-Hans"),
  "zh-Hant": () => import("virtual:locale/chat/zh-Hant"),
  ms: () => import("virtual:locale/chat/ms"),
});
