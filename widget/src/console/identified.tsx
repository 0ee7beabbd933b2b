/** Stands beside the name of whoever the customer's own site vouches for. */
import { t } from "../shared/i18n.ts";
import { icon } from "../staff/icons.tsx";
import { Badge } from "../staff/parts.tsx";

export function Identified() {
  return <Badge tone="good">{icon("check", 12)} {t("console.identified")}</Badge>;
}
