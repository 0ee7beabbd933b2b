import { describe, expect, it } from "vitest";
import { choiceOf, drawn, pointFor, shareEnd, tabled, type ConfidenceState, type LocaleConfidence } from "../src/admin/confidence-state.ts";

const points = Array.from({ length: 51 }, (_, n) => ({ threshold: n / 50, answered: 1 - n / 50, wrong: 0.4 - n / 125 }));
const offers = Array.from({ length: 51 }, (_, n) => ({ tolerated: n / 100, threshold: 1 - n / 100, answered: n / 50, wrong: n / 100 }));
const line: LocaleConfidence = {
  locale: "ms",
  questions: 400,
  enough: true,
  reliability: [],
  curve: points,
  offers,
  in_force: { by: "setting", threshold: 0.65, asks_back_from: 0.55, answered: 0.3, wrong: 0.1 },
  by_setting: { threshold: 0.65, answered: 0.34, wrong: 0.13 },
  articles: 8,
  with_questions: 8,
};

describe("what a choice means", () => {
  it("is the offer of exactly that percent, for every percent", () => {
    for (let n = 0; n <= 50; n += 1) expect(pointFor(line, n)).toBe(offers[n]);
  });
  it("is the setting where nothing is chosen or too little was measured", () => {
    expect(pointFor(line, null)).toBe(line.by_setting);
    expect(pointFor({ ...line, enough: false, offers: [] }, 10)).toBe(line.by_setting);
    expect(pointFor({ ...line, enough: false, offers: [], by_setting: null }, 10)).toBeNull();
  });
  it("comes from the server as a share and is shown in percent", () => {
    expect(choiceOf({ tolerated: 0.29 } as ConfidenceState)).toBe(29);
    expect(choiceOf({ tolerated: null } as ConfidenceState)).toBeNull();
  });
});

describe("the drawings", () => {
  it("leave out where nothing is answered", () => {
    expect(drawn(points)).toHaveLength(50);
  });
  it("are tabled at every tenth", () => {
    expect(tabled(points).map((point) => point.threshold)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  });
  it("have a scale that holds every share", () => {
    expect([[], [0.02], [0.3], [0.31], [1]].map((shares) => shareEnd(shares))).toEqual([0.1, 0.1, 0.3, 0.4, 1]);
  });
});
