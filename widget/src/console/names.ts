/** How customers are called. */
import { t } from "../shared/i18n.ts";

/** A name as it is, and an id so that it reads like one. */
export function nameOf(name: string): string {
  if (!name) return t("console.visitor");
  return isId(name) ? t("console.visitor.numbered", { id: (name.length > 8 ? name.slice(-4) : name).toUpperCase() }) : name;
}

/** An id, or the beginning of one, is no name. */
function isId(name: string): boolean {
  return /^[a-z0-9_-]{6,}$/.test(name);
}
