/** The texts of the pages that are loaded when somebody opens them. */
import type { Loaders } from "../shared/i18n.ts";

export const MORE_TEXTS: Loaders = {
  en: () => import("../../locales/admin/admin-en.json"),
  "zh-Hans": () => import("../../locales/admin/admin-zh-Hans.json"),
  "zh-Hant": () => import("../../locales/admin/admin-zh-Hant.json"),
  ms: () => import("../../locales/admin/admin-ms.json"),
};
