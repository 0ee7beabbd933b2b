/** Who is writing, as an agent sees it: only while somebody knows. */
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { link } from "../src/console/desk.ts";
import { Log } from "../src/console/log.tsx";
import { EMPTY_ROOM } from "../src/console/state.ts";
import { now } from "../src/console/ticking.ts";
import { setTexts } from "../src/shared/i18n.ts";
import { staffTexts } from "./texts.ts";

const box = document.body.appendChild(document.createElement("div"));
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

function shown(): string {
  const room = { ...EMPTY_ROOM, typing: { who: { kind: "customer" as const, name: "Mei" }, until: now.value + 5000 } };
  act(() => render(<Log room={room} visitor="Visitor" />, box));
  return box.querySelector(".typing")?.textContent ?? "";
}

afterEach(() => render(null, box));

describe("somebody who writes", () => {
  it("is shown while the server is heard, and no longer", () => {
    setTexts("en", staffTexts("en"));
    link.value = { at: "online" };
    expect(shown()).toBe("Mei is typing");
    act(() => void (link.value = { at: "waiting", until: 0 }));
    expect(box.querySelector(".typing")?.textContent).toBe("");
    act(() => void (link.value = { at: "online" }));
    expect(box.querySelector(".typing")?.textContent).toBe("Mei is typing");
  });
  it("is shown no longer than they can be believed", () => {
    link.value = { at: "online" };
    const before = shown();
    act(() => void (now.value += 6000));
    expect([before, box.querySelector(".typing")?.textContent]).toEqual(["Mei is typing", ""]);
  });
});
