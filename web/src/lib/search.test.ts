import { expect, it } from "vitest";
import { places } from "./search";
import type { Baseline } from "./types";

const baseline = {
  places: { zone: ["Marañón", "VRAEM"], district: ["050501", "080902", "250105"] },
  districts: { name: ["SAN MIGUEL", "Echarate", "Pichari"], zone: ["VRAEM", "VRAEM", "VRAEM"] },
} as unknown as Baseline;
const found = (typed: string) => places(baseline, typed, (zone) => zone).map((place) => place.name);

it("a place is found by the start or a part of its name, with or without accents and capitals", () => {
  expect(found("maranon")).toEqual(["Marañón"]);
  expect(found("Maran\u0303o\u0301n")).toEqual(["Marañón"]);
  expect(found("miguel")).toEqual(["SAN MIGUEL"]);
  expect(found("ARATE")).toEqual(["Echarate"]);
});

it("a place is found by its code", () => {
  expect(found("0809")).toEqual(["Echarate"]);
  expect(found("250105")).toEqual(["Pichari"]);
  expect(found("  ")).toEqual([]);
  expect(found("nowhere")).toEqual([]);
});
