import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isCovered, pictureOf, probability, rowOf, unpacked, type Packed, type Response } from "./response";

const told = JSON.parse(readFileSync("src/lib/response.fixture.json", "utf8")) as { levers: Record<string, number>; row: number[]; doubt: number; response: Packed };

describe("the fitted response", () => {
  it("gives what src/globo/publish/response.py gives", () => {
    const { row, doubt } = rowOf(unpacked({ ...told.response, blocks: [], units: {}, years: [], draws: 0 }), told.levers);
    told.row.forEach((value, i) => expect(row[i]).toBeCloseTo(value, 3));
    expect(doubt).toBeCloseTo(told.doubt, 4);
  });
  it("answers no lever that it was not fitted to, nor beyond the range of one", () => {
    const r = unpacked({ ...told.response, blocks: [], units: {}, years: [], draws: 0 });
    expect([0, 15, 15.1].map((value) => isCovered(r, "control", value))).toEqual([true, true, false]);
    expect(isCovered(r, "titles@VRAEM", 1)).toBe(false);
  });
  it("reads the probability of growth from an interval", () => {
    expect(probability(0, 0, 0)).toBe(0.5);
    expect(probability(-1.645, 0.0001, 1.645)).toBeCloseTo(0.5, 3);
    expect(probability(0, 10, 20)).toBeCloseTo(0.95, 3);
    expect(probability(-20, -10, 0)).toBeCloseTo(0.05, 3);
    expect(probability(5, 5, 5)).toBe(1);
  });
  const zone = (row: number[], spread: number): Response => ({
    axes: [],
    weight: [],
    length: [],
    points: new Float32Array(0),
    inverse: new Float64Array(0),
    solved: new Float32Array(0),
    basis: new Int8Array(0),
    scale: new Float32Array(row.length),
    today: new Float32Array(row),
    spread: new Float32Array(row.length).fill(spread),
    blocks: [
      { name: "coca_ha|zone", part: "level", lines: 3, years: 1, places: 2, start: 0 },
      { name: "coca_ha|zone", part: "delta", lines: 3, years: 1, places: 2, start: 6 },
      { name: "bulge", part: "removed", lines: 3, years: 1, places: 1, start: 12 },
      { name: "bulge", part: "elsewhere", lines: 3, years: 1, places: 1, start: 15 },
    ],
    units: { "coca_ha|zone": "ha" },
    years: [2030],
    draws: 64,
  });
  const ROW = [10, 0, 500, 80, 600, 200, -900, 60, -600, 120, -300, 180, 300, 600, 900, 60, 120, 180];

  it("names zones that likely fall and grow, and what of it reappears", () => {
    const picture = pictureOf(zone(ROW, 0), {}, 2018);
    expect(picture.bulge.falls).toEqual([[0]]);
    expect(picture.bulge.grows).toEqual([[1]]);
    expect(picture.bulge.share).toEqual([0.1, 0.2, 0.3].map((v) => expect.closeTo(v, 5)));
  });
  it("does not know what is smaller than its own doubt, and does not call it no difference", () => {
    const { arrays, bulge } = pictureOf(zone(ROW, 300), {}, 2018);
    expect(arrays["coca_ha|zone"].delta).toEqual([-900, -373.5, -600, 120, -300, 613.5]);
    expect(arrays["coca_ha|zone"].up![1]).toBe(0.5);
    expect(bulge.grows).toEqual([[]]);
  });
});
