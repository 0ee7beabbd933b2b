/** Where links in answers lead: to the server's pages, and from one article to another. */
import { locale } from "../shared/i18n.ts";

/** `article:id` is the article in the language in use, `/help/…` is on the server, the rest as it is. */
export function linkTo(server: string): (href: string) => string | null {
  return (href) => {
    const article = /^article:([\w-]+)(#[\w-]+)?$/.exec(href);
    const target = article ? `/help/${locale.value}/${article[1]}${article[2] ?? ""}` : href;
    return /^\/(?!\/)/.test(target) ? server + target : target;
  };
}
