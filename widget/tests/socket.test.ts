import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { EventLog, FrameError, Socket, type CustomerFrame, type CustomerPost, type CustomerSend, type LogEvent } from "../src/shared/socket.ts";

class FakeWebSocket {
  static all: FakeWebSocket[] = [];
  readyState = 0;
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((closed: { code: number }) => void) | null = null;
  constructor() {
    FakeWebSocket.all.push(this);
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  take(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  welcome(): void {
    this.open();
    this.take({ type: "welcome", ping_seconds: 25 });
  }
  drop(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
  close(): void {
    this.readyState = 3;
  }
  of(type: string): Record<string, unknown>[] {
    return this.sent.filter((frame) => frame["type"] === type);
  }
}

const frames: CustomerFrame[] = [];
let socket: Socket<CustomerFrame, CustomerPost, CustomerSend>;
let position = 0;
let repaired = 0;
const last = () => FakeWebSocket.all.at(-1) as FakeWebSocket;
const settle = () => vi.advanceTimersByTimeAsync(0);
const say = (id: string, text = id): CustomerPost => ({ type: "say", id, text });

beforeEach(async () => {
  vi.useFakeTimers();
  FakeWebSocket.all = [];
  frames.length = position = repaired = 0;
  socket = new Socket({
    url: "ws://x/ws/customer",
    hello: () => ({ type: "hello", position }),
    onFrame: (frame) => frames.push(frame),
    onRefused: () => ++repaired < 2,
    open: () => new FakeWebSocket() as unknown as WebSocket,
    random: () => 0.5,
  });
  socket.connect();
  await settle();
});
afterEach(() => {
  socket.close();
  vi.useRealTimers();
});

describe("connecting", () => {
  test("hello is the first frame, and says the last position each time", async () => {
    last().open();
    expect(last().sent).toEqual([{ type: "hello", position: 0 }]);
    last().take({ type: "welcome", ping_seconds: 25 });
    position = 7;
    last().drop();
    await vi.advanceTimersByTimeAsync(1000);
    last().open();
    expect(last().sent).toEqual([{ type: "hello", position: 7 }]);
  });

  test("one that is dropped while it is made closes when it stands, and says nothing", () => {
    const dropped = last();
    socket.restart();
    expect(dropped.readyState).toBe(0);
    dropped.open();
    expect(dropped.readyState).toBe(3);
    expect(dropped.sent).toEqual([]);
  });

  test("the wait is random and grows to 30 seconds at most", async () => {
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      last().drop();
      const wait = socket.state.at === "waiting" ? socket.state.until - Date.now() : -1;
      waits.push(wait);
      await vi.advanceTimersByTimeAsync(wait);
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  test("a restarting server says how long to wait", () => {
    last().welcome();
    last().take({ type: "going_away", reconnect_in: 4 });
    last().drop(1001);
    expect(socket.state).toEqual({ at: "waiting", until: Date.now() + 4000 });
  });

  test.each([4400, 4403, 4409])("%i is the end", async (code) => {
    last().drop(code);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(socket.state).toEqual({ at: "stopped", code });
    expect(FakeWebSocket.all.length).toBe(1);
  });

  test("a refused token is repaired once, then it is the end", async () => {
    last().drop(4401);
    await vi.advanceTimersByTimeAsync(2000);
    expect(FakeWebSocket.all.length).toBe(2);
    last().drop(4401);
    expect(socket.state).toEqual({ at: "stopped", code: 4401 });
  });

  test("the network coming back cuts the wait short", async () => {
    for (let n = 0; n < 5; n += 1) {
      last().drop();
      await vi.advanceTimersByTimeAsync(16_000);
    }
    last().drop();
    const before = FakeWebSocket.all.length;
    window.dispatchEvent(new Event("online"));
    await settle();
    expect(FakeWebSocket.all.length).toBe(before + 1);
  });
});

describe("heartbeat", () => {
  test("pings, and pongs are not shown to anybody", async () => {
    last().welcome();
    await vi.advanceTimersByTimeAsync(25_000);
    expect(last().of("ping")).toEqual([{ type: "ping", n: 1 }]);
    last().take({ type: "pong", n: 1 });
    expect(frames.map((frame) => frame.type)).toEqual(["welcome"]);
  });

  test("silence for three intervals is the death of the connection", async () => {
    last().welcome();
    await vi.advanceTimersByTimeAsync(101_000);
    expect(FakeWebSocket.all.length).toBeGreaterThan(1);
  });

  test("what is not a frame is ignored", () => {
    last().welcome();
    last().onmessage?.({ data: "not json" });
    last().onmessage?.({ data: "3" });
    expect(socket.state.at).toBe("online");
  });
});

describe("outbox", () => {
  test("nothing goes out before the welcome, then everything in order", () => {
    void socket.post(say("a"));
    void socket.post(say("b"));
    last().open();
    expect(last().of("say")).toEqual([]);
    last().take({ type: "welcome", ping_seconds: 25 });
    expect(last().of("say").map((frame) => frame["id"])).toEqual(["a", "b"]);
  });

  test("the same id goes out again after a break, and after ten seconds without an answer", async () => {
    last().welcome();
    void socket.post(say("a"));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(last().of("say").length).toBe(2);
    last().drop();
    await vi.advanceTimersByTimeAsync(1000);
    last().welcome();
    expect(last().of("say")).toEqual([{ type: "say", id: "a", text: "a" }]);
  });

  test("an acknowledgement ends it", async () => {
    last().welcome();
    const answer = socket.post(say("a"));
    last().take({ type: "ack", id: "a", conversation: "c", position: 2 });
    expect((await answer).position).toBe(2);
    await vi.advanceTimersByTimeAsync(60_000);
    last().drop();
    await vi.advanceTimersByTimeAsync(1000);
    last().welcome();
    expect(last().of("say")).toEqual([]);
  });

  test("too fast: again after the time the server says", async () => {
    last().welcome();
    void socket.post(say("a"));
    last().take({ type: "error", code: "rate_limited", message: "", id: "a", retry_after: 3 });
    await vi.advanceTimersByTimeAsync(2900);
    expect(last().of("say").length).toBe(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(last().of("say").length).toBe(2);
  });

  test("a refusal is told, and can be tried again with the same id", async () => {
    last().welcome();
    const refused = socket.post(say("a")).catch((error: unknown) => error);
    last().take({ type: "error", code: "bad_text", message: "no", id: "a", retry_after: null });
    expect(await refused).toBeInstanceOf(FrameError);
    const again = socket.post(say("a", "better"));
    last().take({ type: "ack", id: "a", conversation: "c", position: 3 });
    expect((await again).position).toBe(3);
  });

  test("send goes out once or not at all", () => {
    expect(socket.send({ type: "typing", on: true })).toBe(false);
    last().welcome();
    expect(socket.send({ type: "typing", on: true })).toBe(true);
    expect(last().of("typing").length).toBe(1);
  });
});

describe("the log", () => {
  const event = (at: number): LogEvent => ({ position: at, kind: "private", at: "", epoch: 0, data: {} });
  test("takes each event once, in order", () => {
    const log = new EventLog();
    expect(log.apply({ items: [event(1), event(2)] }).fresh.length).toBe(2);
    expect(log.apply({ items: [event(1), event(2), event(3)] }).fresh.map((e) => e.position)).toEqual([3]);
    expect(log.position).toBe(3);
  });
  test("notices a gap and keeps its position", () => {
    const log = new EventLog();
    log.apply({ items: [event(1)] });
    expect(log.apply({ items: [event(3)] })).toEqual({ fresh: [], gap: true });
    expect(log.position).toBe(1);
  });
});
