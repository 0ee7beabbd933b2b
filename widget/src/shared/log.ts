/** The events of one conversation as seen so far: in order, each once, and a gap noticed. */
import type { EventsFrame, LogEvent } from "./frames.ts";

export class EventLog {
  readonly items: LogEvent[] = [];

  /** The last position seen: say it when coming back. */
  get position(): number {
    return this.items.at(-1)?.position ?? 0;
  }

  /** Take in what is new. `gap`: something before it is missing, so ask again from `position`. */
  apply(frame: Pick<EventsFrame, "items">): { fresh: LogEvent[]; gap: boolean } {
    const fresh: LogEvent[] = [];
    for (const event of frame.items) {
      if (event.position <= this.position) continue;
      if (event.position > this.position + 1) return { fresh, gap: true };
      this.items.push(event);
      fresh.push(event);
    }
    return { fresh, gap: false };
  }

  clear(): void {
    this.items.length = 0;
  }
}
