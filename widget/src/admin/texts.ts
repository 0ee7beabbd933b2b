/** The texts of this page; what it shares with the others is in `staff/texts.ts`. */
import { addTexts } from "../staff/texts.ts";

addTexts({
  en: () => import("../../locales/admin/base-en.json"),
  "zh-Hans": () => import("../../locales/admin/base-zh-Hans.json"),
  "zh-Hant": () => import("../../locales/admin/base-zh-Hant.json"),
  ms: () => import("../../locales/admin/base-ms.json"),
});
