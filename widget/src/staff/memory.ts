/** What this browser remembers for staff. Storage may be refused: then nothing is remembered and nothing breaks. */
const PREFIX = "handrail.staff.";

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Refused: the choice lasts until the page is left.
  }
}
