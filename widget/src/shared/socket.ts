/** A socket that comes back: full jitter, heartbeat, and an outbox that sends the same id until it is acknowledged. */
import type { AckFrame, ErrorFrame, OkFrame } from "./frames.ts";
import { Outbox, type Posted } from "./outbox.ts";

export * from "./frames.ts";
export { FrameError, newId } from "./outbox.ts";
export { EventLog } from "./log.ts";

export type SocketState =
  | { at: "idle" | "connecting" | "online" | "offline" }
  | { at: "waiting"; until: number }
  | { at: "stopped"; code: number };

type AnyFrame = { type: string };
type Answer = AckFrame | OkFrame;

export interface SocketOptions<In extends AnyFrame> {
  url: string;
  /** Makes the first frame, before every connection (fetch the ticket here). A rejection is tried again later. */
  hello: () => AnyFrame | Promise<AnyFrame>;
  /** Every frame but pong and the answers to posts. */
  onFrame: (frame: In) => void;
  onState?: (state: SocketState) => void;
  /** The server refused the token (4401). Return true after repairing what `hello` will send, false to stop. */
  onRefused?: () => boolean;
  /** How to open a WebSocket: only tests say. */
  open?: (url: string) => WebSocket;
  random?: () => number;
}

const FINAL = new Set([4400, 4403, 4409]);
const SETTLE_MS = 5000;

export class Socket<In extends AnyFrame, Post extends Posted, Send extends AnyFrame> {
  state: SocketState = { at: "idle" };
  readonly outbox: Outbox<Post, Answer>;
  private ws: WebSocket | null = null;
  private welcomed = false;
  private failures = 0;
  private refusals = 0;
  private heard = 0;
  private pings = 0;
  private pause: number | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private beat: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly options: SocketOptions<In>) {
    this.outbox = new Outbox((frame) => this.transmit(frame));
    if (typeof window === "undefined") return;
    window.addEventListener("online", this.wake);
    window.addEventListener("offline", this.wake);
    document.addEventListener("visibilitychange", this.wake);
  }

  connect(): void {
    if (this.ws || this.state.at === "connecting") return;
    void this.dial();
  }

  /** Send once, if connected; says whether it went out. */
  send(frame: Send): boolean {
    return this.welcomed && this.transmit(frame);
  }

  /** Send until acknowledged, over reconnections. Rejects with `FrameError` when the server refuses it. */
  post(frame: Post): Promise<Answer> {
    return this.outbox.add(frame, this.welcomed);
  }

  /** Drop the connection and dial again at once: for a gap in the log, or a new identity. */
  restart(): void {
    this.drop();
    this.change({ at: "idle" });
    this.connect();
  }

  close(): void {
    this.drop();
    this.outbox.stop();
    window.removeEventListener("online", this.wake);
    window.removeEventListener("offline", this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    this.change({ at: "idle" });
  }

  private async dial(): Promise<void> {
    clearTimeout(this.timer);
    this.change({ at: "connecting" });
    const first = await Promise.resolve().then(this.options.hello).catch(() => null);
    if (this.state.at !== "connecting" || this.ws) return;
    if (!first) return this.later();
    const ws = (this.options.open ?? ((url: string) => new WebSocket(url)))(this.options.url);
    this.ws = ws;
    this.expect(15_000);
    // One that was dropped while it was made is closed when it stands: before that, browsers warn.
    ws.onopen = () => (ws === this.ws ? ws.send(JSON.stringify(first)) : ws.close());
    ws.onmessage = (message) => ws === this.ws && this.read(String(message.data));
    ws.onclose = (closed) => ws === this.ws && this.lost(closed.code);
  }

  private read(text: string): void {
    this.heard = Date.now();
    const frame = parse(text);
    if (!frame || frame.type === "pong") return;
    if (frame.type === "welcome") this.greet(Number((frame as { ping_seconds?: number }).ping_seconds) || 25);
    if (frame.type === "going_away") this.pause = Number((frame as { reconnect_in?: number }).reconnect_in) * 1000;
    if ((frame.type === "ack" || frame.type === "ok") && this.outbox.settle(frame as Answer)) return;
    if (frame.type === "error" && this.outbox.refuse(frame as ErrorFrame)) return;
    this.options.onFrame(frame as In);
    if (frame.type === "welcome") this.outbox.flush();
  }

  private greet(pingSeconds: number): void {
    clearTimeout(this.timer);
    this.welcomed = true;
    this.failures = this.refusals = 0;
    this.change({ at: "online" });
    this.beat = setInterval(() => {
      if (Date.now() - this.heard > pingSeconds * 3000) this.lost(4408);
      else this.ping();
    }, pingSeconds * 1000);
  }

  private ping(): void {
    this.transmit({ type: "ping", n: ++this.pings } as AnyFrame);
  }

  private lost(code: number): void {
    const pause = this.pause;
    this.drop();
    if (FINAL.has(code)) return this.change({ at: "stopped", code });
    if (code === 4401 && (++this.refusals > 3 || !this.options.onRefused?.())) return this.change({ at: "stopped", code });
    this.later(pause ?? (code === 4429 ? 5000 + this.jitter() : undefined));
  }

  private jitter(): number {
    return (this.options.random ?? Math.random)() * Math.min(30, 2 ** this.failures) * 1000;
  }

  /** Try again after a random wait between 0 and min(30, 2^n) seconds, or as soon as the network is back. */
  private later(wait = this.jitter()): void {
    this.failures += 1;
    if (typeof navigator !== "undefined" && navigator.onLine === false) return this.change({ at: "offline" });
    this.change({ at: "waiting", until: Date.now() + wait });
    this.timer = setTimeout(() => void this.dial(), wait);
  }

  /** The network changed or the page is looked at again: do not wait out a timer, do not trust a silent connection. */
  private readonly wake = (event: Event): void => {
    if (event.type === "offline") {
      if (this.state.at === "waiting") {
        clearTimeout(this.timer);
        this.change({ at: "offline" });
      }
      if (this.welcomed) this.probe();
      return;
    }
    if (document.visibilityState === "hidden") return;
    if (this.state.at === "offline" || this.state.at === "waiting") void this.dial();
    else if (this.welcomed) this.probe();
  };

  private probe(): void {
    this.ping();
    this.expect(SETTLE_MS);
  }

  /** Unless something is heard within the time, the connection is dead. */
  private expect(ms: number): void {
    const before = this.heard;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ws && this.heard === before && this.lost(4408), ms);
  }

  private transmit(frame: AnyFrame): boolean {
    if (this.ws?.readyState !== 1) return false;
    this.ws.send(JSON.stringify(frame));
    return true;
  }

  private drop(): void {
    clearTimeout(this.timer);
    clearInterval(this.beat);
    const ws = this.ws;
    this.ws = null;
    this.welcomed = false;
    this.pause = null;
    this.outbox.hold();
    if (ws?.readyState) ws.close();
  }

  private change(state: SocketState): void {
    this.state = state;
    this.options.onState?.(state);
  }
}

function parse(text: string): AnyFrame | null {
  try {
    const frame = JSON.parse(text) as Partial<AnyFrame> | null;
    return frame?.type ? (frame as AnyFrame) : null;
  } catch {
    return null;
  }
}
