/** The texts of this page; what it shares with the others is in `staff/texts.ts`. */
import { addTexts } from "../staff/texts.ts";

addTexts({
  en: () => import("../../locales/console/console-en.json"),
  "zh-Hans": () => import("../../locales/console/console-zh-Hans.json"),
  "zh-Hant": () => import("../../locales/console/console-zh-Hant.json"),
  ms: () => import("../../locales/console/console-ms.json"),
});
