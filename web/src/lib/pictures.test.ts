import { describe, expect, it } from "vitest";
import { lines, runFully } from "./api";
import { amount, inkOn, sureness } from "./colours";
import { corridor, path, placesOf, type Point } from "./corridors";
import { asCsv } from "./export";
import { grouped, positionOf, STEPS, valueAt } from "./groups";
import { isClear, likelihood } from "./likelihood";
import { clip, HEIGHT, project, WIDTH } from "./mapping";
import { difference, joined, level } from "./measure";
import { roundUp, scaleTicks, scaleTight } from "./scale";
import type { Baseline, Control, Picture } from "./types";

const SQUARE: Point[] = [[0, 0], [4, 0], [4, 4], [0, 4]];
const closed = (points: Point[]): Point[] => [...points, points[0]];
const area = (points: Point[]) => Math.abs(points.reduce((sum, p, i) => sum + p[0] * points[(i + 1) % points.length][1] - points[(i + 1) % points.length][0] * p[1], 0)) / 2;

describe("the map", () => {
  it("cuts a patch by its cell, whichever way round the cell runs", () => {
    const cell: Point[] = [[2, -1], [9, -1], [9, 3], [2, 3]];
    expect(area(clip(SQUARE, closed(cell)))).toBeCloseTo(6);
    expect(area(clip(SQUARE, closed([...cell].reverse())))).toBeCloseTo(6);
    expect(clip(SQUARE, closed([[10, 10], [12, 10], [12, 12]]))).toEqual([]);
  });
  it("holds Peru's corners", () => {
    for (const corner of [[-81.3, -4.7], [-68.7, -12.6], [-70.4, -18.3], [-75.2, -0.1]] as Point[]) {
      const [x, y] = project(corner)!;
      expect(x > 0 && x < WIDTH && y > 0 && y < HEIGHT, String(corner)).toBe(true);
    }
  });
  it("draws flights as arcs, rivers through their places, and ports out to sea", () => {
    const places = placesOf([{ name: "Callao", kind: "port", lat: -12, lon: -77 }, { name: "Pucallpa", kind: "town", lat: -8.4, lon: -74.5 }, { name: "Iquitos", kind: "town", lat: -3.7, lon: -73.2 }], new Map([["VRAEM", [-73.6, -12.6] as Point]]));
    const flight = corridor(places, "VRAEM", "Bolivia", "air", "Bolivia air")!;
    expect([flight.flies, path(flight, (p) => p).includes("Q")]).toEqual([true, true]);
    const river = corridor(places, "Pucallpa", "Iquitos", "river", "")!;
    expect(path(river, (p) => p).match(/C/g)).toHaveLength(4);
    const ship = corridor(places, "Callao", "Europe", "container", "Callao")!;
    expect(ship.to[0]).toBeLessThan(-77);
    expect(corridor(places, "Brazil", "Europe", "vessel", "")).toBeNull();
  });
  it("is orange for more, purple for less and pale between", () => {
    const rgb = (up: number) => sureness(up).match(/\d+/g)!.map(Number);
    expect(rgb(1)[0]).toBeGreaterThan(rgb(1)[2] + 60);
    expect(rgb(0)[2]).toBeGreaterThan(rgb(0)[1] + 40);
    expect(Math.min(...rgb(0.5))).toBeGreaterThan(225);
    expect(inkOn(amount(1))).toBe("#ffffff");
    expect(inkOn(amount(0))).toBe("#16202b");
  });
});

describe("scales", () => {
  it("hold all values between round ends", () => {
    expect(scaleTicks([0, 3], [97])).toEqual({ low: 0, high: 100, ticks: [0, 20, 40, 60, 80, 100] });
    const tight = scaleTight([-4400], [1200, 0], 2);
    expect([tight.low < -4400, tight.low > -5000, tight.high < 1500, tight.ticks]).toEqual([true, true, true, [-4000, -2000, 0]]);
    expect(scaleTicks([5], [5]).high).toBeGreaterThan(5);
    expect([roundUp(1), roundUp(1.2), roundUp(470), roundUp(5100)]).toEqual([1, 2, 500, 10000]);
  });
});

describe("a picture", () => {
  const baseline = { years: [2016, 2017, 2018], present: 2017, arrays: { m: { unit: "", shape: [5, 3, 2], level: Array.from({ length: 30 }, (_, i) => i) } } } as unknown as Baseline;
  const picture = { years: [2018], arrays: { m: { unit: "", shape: [5, 1, 2], level: Array.from({ length: 10 }, (_, i) => 100 + i), delta: [-1, -2, 0, 1, 1, 4], up: [0.5, 0.9] } } } as unknown as Picture;

  it("goes on from the history of the baseline", () => {
    expect(joined(baseline, picture, "m", 1).levels[2]).toEqual([13, 15, 105]);
    expect(joined(baseline, null, "m", 1).levels[2]).toEqual([13, 15, 17]);
  });
  it("is read year by year and place by place", () => {
    expect(level(baseline, picture, "m", 0, 2018)).toEqual({ low: 100, mid: 104, high: 108 });
    expect(level(baseline, picture, "m", 0, 2017)).toEqual({ low: 2, mid: 14, high: 26 });
    expect(difference(picture, "m", 1, 2018)).toEqual({ low: -2, mid: 1, high: 4, up: 0.9 });
    expect(difference(picture, "m", 1, 2016).up).toBe(0.5);
  });
});

describe("levers", () => {
  const control = (lever: string, low: number, high: number, today: number, group = "") => ({ key: lever, lever, group, place: "", low, high, default: today }) as unknown as Control;

  it("come back to today's value when the slider is near it", () => {
    const budget = control("eradication_budget", 0, 60000, 25000);
    expect(valueAt(budget, positionOf(budget, 25000))).toBe(25000);
    expect([valueAt(budget, 0), valueAt(budget, STEPS), valueAt(budget, 50)]).toEqual([0, 60000, 30000]);
  });
  it("stand in the group that the table says, whatever their name", () => {
    const table = { titles: "development", bolivia_area: "neighbours", security: "armed", trust: "armed", eradication_law: "routes", something_new: "new" };
    const groups = grouped(Object.entries(table).map(([name, group]) => control(name, 0, 1, 0, group)));
    expect(groups.map((g) => [g.id, g.levers.map((l) => l.name)])).toEqual([
      ["development", ["titles"]],
      ["neighbours", ["bolivia_area"]],
      ["armed", ["security", "trust"]],
      ["routes", ["eradication_law"]],
      ["new", ["something_new"]],
    ]);
  });
});

describe("how sure", () => {
  it("is the same for growth and fall", () => {
    const of = (draws: number) => (up: number) => likelihood({ up, draws });
    expect([0.995, 0.92, 0.7, 0.5].map(of(500))).toEqual(["certain", "very", "likely", "even"]);
    expect([0.005, 0.08, 0.3].map(of(500))).toEqual(["certain", "very", "likely"]);
    // where all draws agree, their number says how sure that makes
    expect([4, 16, 64, 128].map((draws) => of(draws)(1))).toEqual(["likely", "very", "very", "certain"]);
  });
  it("is clear only when the interval leaves zero out", () => {
    expect([isClear(1, 5), isClear(-5, -1), isClear(-1, 5), isClear(0, 5)]).toEqual([true, true, false, false]);
  });
});

it("lines of a stream come whole, however they are cut", async () => {
  const cuts = ['{"a":', '1}\n{"b"', ":2}\n", '{"c":3}'];
  const stream = new ReadableStream({ start: (c) => (cuts.forEach((cut) => c.enqueue(new TextEncoder().encode(cut))), c.close()) });
  const found: string[] = [];
  for await (const line of lines(stream)) found.push(line);
  expect(found).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
});

it("a busy server is asked again until the full ensemble is there", async () => {
  const draws = [8, 36, 64];
  let asked = 0;
  const once = () => async (tell: (picture: Picture) => void) => tell({ draws: draws[asked++], of: 64 } as Picture);
  const told: number[] = [];
  await runFully({}, 2018, once, 1)((picture) => told.push(picture.draws), new AbortController().signal);
  expect(told).toEqual([8, 36, 64]);
});

it("a newer value does not wait for a busy server's pause", async () => {
  const giveUp = new AbortController();
  const once = () => async (tell: (picture: Picture) => void) => tell({ draws: 8, of: 64 } as Picture);
  const began = performance.now();
  setTimeout(() => giveUp.abort(), 10);
  await runFully({}, 2018, once, 5000)(() => {}, giveUp.signal);
  expect(performance.now() - began).toBeLessThan(1000);
});

it("a table keeps numbers plain and quotes what must be", () => {
  expect(asCsv(["a", "b"], [["x, y", 1234.5], ['q"', Number.NaN]])).toBe('a,b\n"x, y",1234.5\n"q""",\n');
});
