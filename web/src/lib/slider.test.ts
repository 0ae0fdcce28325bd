import { describe, expect, it } from "vitest";
import { parsed, positionOf, STEPS, typedPer, valueAt } from "./slider";
import type { Control } from "./types";

const control = (kind: Control["kind"], unit: string, low: number, today: number, high: number) => ({ key: "x", kind, unit, low, high, default: today }) as Control;
const LEVERS = [
  control("amount", "ha a year", 0, 25000, 100000),
  control("index", "index (2001 = 1)", 0, 1.5, 100),
  control("index", "index (home 2001 = 1)", 0, 0.25, 100),
  control("index", "index (2001 = 1)", 0, 2, 10),
  control("share", "share", 0, 0.05, 1),
  control("amount", "USD a year (2015)", 0, 0, 500e6),
  control("factor", "factor", 0.1, 1, 5),
];

describe("the slider", () => {
  it.each(LEVERS)("of $unit to $high moves at every step, within its range, and holds today", (lever) => {
    const values = Array.from({ length: STEPS + 1 }, (_, i) => valueAt(lever, i));
    expect(values[0]).toBe(lever.low);
    expect(values.at(-1)).toBe(lever.high);
    expect(values).toContain(lever.default);
    values.slice(1).forEach((value, i) => expect(value, `step ${i + 1}`).toBeGreaterThan(values[i]));
    values.forEach((value, i) => expect(positionOf(lever, value), `${value}`).toBe(i));
  });
  it("does not double an index with one key", () => {
    for (const lever of LEVERS.slice(1, 4)) {
      const at = positionOf(lever, lever.default);
      expect(valueAt(lever, at + 1) / lever.default).toBeLessThan(1.12);
    }
  });
});

describe("what is typed", () => {
  it("is read as people write numbers in either language", () => {
    expect(["35000", "35,000", "35 000", "35.000", "0.5", "0,5", "1,234.5", "1.234,5", "5 %"].map((text) => parsed(text, "es"))).toEqual([35000, 35000, 35000, 35000, 0.5, 0.5, 1234.5, 1234.5, 5]);
    expect(parsed("35.000", "en")).toBe(35);
    expect(parsed("35.000", "en", 1000, 100000)).toBe(35000);
    expect(parsed("2.125", "es", 0, 66)).toBe(2.125);
  });
  it("is refused where it is no number", () => {
    for (const text of ["", "mucho", "1e9", "--5", "NaN", "."]) expect(parsed(text, "es"), text).toBeNaN();
  });
  it("is per cent for a share and times today for an index", () => {
    expect(LEVERS.map(typedPer)).toEqual([1, 1 / 1.5, 4, 0.5, 100, 1, 1]);
  });
});
