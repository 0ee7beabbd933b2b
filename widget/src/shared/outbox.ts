/** What was sent and not yet acknowledged. The same id goes out again until the server answers it. */
import type { ErrorFrame } from "./frames.ts";

export interface Posted {
  type: string;
  id: string;
}

const AGAIN_MS = 10_000;
/** Not stored by the server, worth another try with the same id. */
const LATER = new Set(["rate_limited", "unavailable"]);

/** The server refused a frame: `code` as in section 4 of the protocol. */
export class FrameError extends Error {
  readonly code: string;
  constructor(readonly frame: ErrorFrame) {
    super(frame.message);
    this.code = frame.code;
  }
}

interface Waiting<Post, Answer> {
  frame: Post;
  timer: ReturnType<typeof setTimeout> | undefined;
  resolve: (answer: Answer) => void;
  reject: (error: FrameError) => void;
}

export class Outbox<Post extends Posted, Answer extends { id: string }> {
  private readonly waiting = new Map<string, Waiting<Post, Answer>>();

  constructor(private readonly transmit: (frame: Post) => boolean) {}

  get size(): number {
    return this.waiting.size;
  }

  /** Keep a frame until it is answered; `now` sends it at once. The same id twice replaces nothing on the server. */
  add(frame: Post, now: boolean): Promise<Answer> {
    return new Promise((resolve, reject) => {
      clearTimeout(this.waiting.get(frame.id)?.timer);
      const entry = { frame, timer: undefined, resolve, reject };
      this.waiting.set(frame.id, entry);
      if (now) this.go(entry);
    });
  }

  /** Connected again: everything goes out, in the order it was written. */
  flush(): void {
    for (const entry of this.waiting.values()) this.go(entry);
  }

  /** Disconnected: wait for the next `flush`. */
  hold(): void {
    for (const entry of this.waiting.values()) clearTimeout(entry.timer);
  }

  stop(): void {
    this.hold();
    this.waiting.clear();
  }

  /** Says whether the answer was to one of ours. */
  settle(answer: Answer): boolean {
    const entry = this.take(answer.id);
    entry?.resolve(answer);
    return entry !== undefined;
  }

  /** An error for one of ours: try later when the server says so, else give up on it. */
  refuse(error: ErrorFrame): boolean {
    const entry = error.id === null ? undefined : this.waiting.get(error.id);
    if (!entry) return false;
    if (LATER.has(error.code)) this.go(entry, (error.retry_after ?? 2) * 1000);
    else this.take(entry.frame.id)?.reject(new FrameError(error));
    return true;
  }

  private take(id: string): Waiting<Post, Answer> | undefined {
    const entry = this.waiting.get(id);
    clearTimeout(entry?.timer);
    this.waiting.delete(id);
    return entry;
  }

  private go(entry: Waiting<Post, Answer>, wait = 0): void {
    clearTimeout(entry.timer);
    if (wait) {
      entry.timer = setTimeout(() => this.go(entry), wait);
      return;
    }
    this.transmit(entry.frame);
    entry.timer = setTimeout(() => this.go(entry), AGAIN_MS);
  }
}

/** An id nobody else will choose, of at most 64 characters. */
export function newId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}
