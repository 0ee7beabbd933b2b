/** What the owner of a page reads in the console of the browser. Loaded when there is something to read. */
export function tell(server: string): void {
  console.error(`Handrail: ${location.origin} may not show the chat of ${server}. Add it there to web.allowed_origins.`);
}
