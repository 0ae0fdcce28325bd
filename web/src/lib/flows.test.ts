import { describe, expect, it } from "vitest";
import { lay, links, withoutCircles, type FlowLink } from "./flows";
import type { Baseline } from "./types";

const edges = [
  ["VRAEM", "Lima", "road", ""],
  ["VRAEM", "Bolivia", "air", "Bolivia air"],
  ["Lima", "Callao", "road", ""],
  ["Callao", "Europe", "container", "Callao"],
  ["Bolivia", "Brazil", "road", ""],
  ["Brazil", "Southern Cone", "road", ""],
  ["Brazil", "Europe", "vessel", ""],
];
const baseline = {
  places: { zone: ["VRAEM"], exit: ["Bolivia air", "Callao"], market: ["Europe", "Southern Cone"] },
  edges: { from: edges.map((e) => e[0]), to: edges.map((e) => e[1]), mode: edges.map((e) => e[2]), exit: edges.map((e) => e[3]) },
} as unknown as Baseline;
const FLOWS = [60, 40, 60, 60, 40, 10, 30];

describe("the flows", () => {
  const found = links(baseline, FLOWS);
  const value = (source: string, target: string) => found.find((l) => l.source === source && l.target === target)?.value;

  it("run from zones by towns and exits to markets", () => {
    expect(value("VRAEM", "Lima")).toBe(60);
    expect(value("VRAEM", "Bolivia air")).toBe(40);
    expect(value("Callao", "Europe")).toBe(60);
  });
  it("go on abroad in the proportions of the countries passed", () => {
    expect(value("Bolivia air", "Southern Cone")).toBe(10);
    expect(value("Bolivia air", "Europe")).toBe(30);
  });
  it("lose nothing between the columns", () => {
    const into = (names: string[]) => found.filter((l) => names.includes(l.target)).reduce((sum, l) => sum + l.value, 0);
    expect(into(["Europe", "Southern Cone"])).toBe(100);
    expect(into(["Bolivia air", "Callao"])).toBe(100);
  });
  it("are laid out with zones first and markets last", () => {
    const { nodes } = lay(baseline, found, 800, 400);
    const x = (id: string) => nodes.find((n) => n.id === id)!.x0!;
    expect(x("VRAEM")).toBeLessThan(x("Lima"));
    expect(x("Lima")).toBeLessThan(x("Callao"));
    expect(x("Callao")).toBe(x("Bolivia air"));
    expect(x("Europe")).toBe(x("Southern Cone"));
    expect(x("Europe")).toBeGreaterThan(x("Callao"));
  });
});

it("circles are opened at their thinnest link", () => {
  const link = (source: string, target: string, value: number): FlowLink => ({ source, target, value, modes: [] });
  const kept = withoutCircles([link("a", "b", 5), link("b", "c", 4), link("c", "a", 1), link("a", "a", 9)]);
  expect(kept.map((l) => `${l.source}${l.target}`)).toEqual(["ab", "bc"]);
});
