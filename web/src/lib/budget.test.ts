import { describe, expect, it } from "vitest";
import { bought, byGain, cheapest, movedBy, type Bought, type Portfolio } from "./budget";
import type { Control } from "./types";

const portfolio = (id: string, cost: number, regret: number, levers = {}): Portfolio => ({ id, cost, regret, levers, intervals: {}, against_today: {}, robust: false });
const levels = (p05: number, p50: number, p95: number) => ({ p05, p50, p95 });
const FRONT = [portfolio("P01", 250e6, 0.2), portfolio("P02", 180e6, 0.25), portfolio("P03", 210e6, 0.4), portfolio("P04", 60e6, 0.6)];

describe("a budget", () => {
  it("buys the portfolio regretted least that it pays, to the last dollar", () => {
    expect([250e6, 249e6, 180e6, 179e6, 60e6].map((usd) => bought(FRONT, usd)!.id)).toEqual(["P01", "P02", "P02", "P04", "P04"]);
  });
  it("that pays no portfolio buys none", () => {
    expect(bought(FRONT, 59e6)).toBeNull();
    expect(bought([], 1e9)).toBeNull();
  });
});

it("a portfolio moves what is not as today, and nothing that the page lacks", () => {
  const controls = [{ key: "road_control", default: 1.5 }, { key: "security@VRAEM", default: 0 }] as Control[];
  expect(movedBy(portfolio("P", 0, 0, { road_control: 1.5, "security@VRAEM": 0.25, gone: 3 }), controls)).toEqual({ "security@VRAEM": 0.25 });
});

describe("a measure alone", () => {
  const ALONE: Bought = {
    strong: { "coca_ha@VRAEM": levels(-30, -20, -5), "coca_ha@Huallaga": levels(1, 4, 9) },
    mild: { "coca_ha@VRAEM": levels(-9, -6, -1), "coca_ha@Huallaga": levels(-2, 0, 2) },
    unsure: { "coca_ha@VRAEM": levels(-80, -10, 3), "coca_ha@Huallaga": levels(-5, -3, 0) },
  };
  it("stands by what a million buys, in the sense of the goal", () => {
    expect(byGain(ALONE, "coca_ha@VRAEM").map((row) => row.measure)).toEqual(["strong", "unsure", "mild"]);
    expect(byGain(ALONE, "coca_ha@Huallaga", "more")[0].measure).toBe("strong");
  });
  it("answers which lowers one zone for the least money without raising another", () => {
    expect(cheapest(ALONE, "coca_ha@VRAEM", "")).toBe("strong");
    expect(cheapest(ALONE, "coca_ha@VRAEM", "coca_ha@Huallaga")).toBe("mild");
    expect(cheapest(ALONE, "coca_ha@Huallaga", "coca_ha@VRAEM")).toBeNull();
  });
});
