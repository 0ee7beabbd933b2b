/** The time, once a second, for waiting times and for "is typing" to end. */
import { signal } from "@preact/signals";

export const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 1000);
