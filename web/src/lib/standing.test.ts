import { describe, expect, it } from "vitest";
import { isSame, standing, type Run } from "./standing";
import type { Picture } from "./types";

const run = (moved: Record<string, number>, start = 2018, against: Run["against"] = null): Run => ({ moved, start, against });
const picture = (draws: number) => ({ draws, of: 64 }) as Picture;
const asked = run({ roads: 2 });

describe("an answer", () => {
  it("stands only under the levers, the year and the comparison that it belongs to", () => {
    expect(standing(asked, run({ roads: 2 }), picture(64), false)).toBe("whole");
    for (const other of [run({ roads: 3 }), run({}), run({ roads: 2 }, 2019), run({ roads: 2 }, 2018, { roads: 1 }), null]) {
      expect(standing(asked, other, picture(64), false), JSON.stringify(other)).toBe("pending");
    }
  });
  it("is first below sixteen runs, then refined, then whole", () => {
    expect([2, 15, 16, 63, 64].map((draws) => standing(asked, asked, picture(draws), false))).toEqual(["first", "first", "refining", "refining", "whole"]);
  });
  it("is lost while the server does not answer, whatever is drawn", () => {
    expect(standing(asked, asked, picture(64), true)).toBe("lost");
    expect(standing(asked, null, null, true)).toBe("lost");
  });
  it("is refused, not computing, where the server does not take the question", () => {
    expect(standing(asked, run({}), picture(64), false, true)).toBe("refused");
  });
  it("of today's policy is the baseline, whenever the changes would begin", () => {
    expect(standing(run({}, 2025), asked, picture(4), false)).toBe("whole");
    expect(isSame(run({}, 2018), run({}, 2025))).toBe(true);
  });
  it("does not hang on the order in which levers were moved", () => {
    expect(isSame(run({ a: 1, b: 2 }), run({ b: 2, a: 1 }))).toBe(true);
  });
});
