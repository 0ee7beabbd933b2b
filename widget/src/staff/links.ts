/** Where links in articles and answers lead: `article:id` is that article of the help centre, in a language. */
export function linksIn(language: string): (href: string) => string | null {
  return (href) => {
    const found = /^article:([\w-]+)(#[\w-]+)?$/.exec(href);
    return safeTarget(found ? `/help/${language}/${found[1]}${found[2] ?? ""}` : href);
  };
}

/** Addresses on this server are completed, so that the renderer takes them for safe. */
function safeTarget(href: string): string {
  return /^\/(?!\/)/.test(href) ? location.origin + href : href;
}
