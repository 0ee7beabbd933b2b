/** The sign-in page: a one-time link (`/sign-in#token`), or a name and a password. */
import { t } from "../shared/i18n.ts";
import "../shared/theme.css";
import { openTheme } from "../staff/person-menu.tsx";
import "../staff/staff.css";
import { show } from "../staff/start.tsx";
import { openTexts } from "../staff/texts.ts";
import { Page } from "./page.tsx";
import "./sign-in.css";

/** The token leaves the address at once: it must stand neither in the history nor in a screenshot. */
function takeToken(): string | null {
  const token = decodeURIComponent(location.hash.slice(1)).trim();
  if (!token) return null;
  history.replaceState(null, "", location.pathname + location.search);
  return token;
}

const token = takeToken();
openTheme();
await openTexts();
document.title = `${t("staff.sign_in")} – Handrail`;
show(<Page token={token} next={new URLSearchParams(location.search).get("next")} />);
