import { describe, expect, it } from "vitest";
import { readAddress, runQuery, writeAddress, type Address } from "./url";

const FULL: Address = {
  lang: "en",
  view: "chain",
  show: "level",
  by: "zone",
  year: 2024,
  focus: "San Gabán",
  start: 2019,
  moved: { eradication_budget: 30000, "eradication_where@La Convención-Lares": 0.25 },
  kept: { "demand@Brazil and Southern Cone": 1.5 },
  name: "Más radares & puertos",
  keptName: "2030",
  against: true,
  story: "ports",
  ask: "exits",
  embed: "globo-flows",
};

describe("the address", () => {
  it("gives back the whole state it was written from", () => {
    expect(readAddress(writeAddress(FULL))).toEqual(FULL);
  });
  it("keeps a baseline that is kept for comparison", () => {
    expect(readAddress(writeAddress({ ...FULL, kept: {} })).kept).toEqual({});
    expect(readAddress(writeAddress({ ...FULL, kept: null })).kept).toBeNull();
  });
  it("is short where nothing is unusual", () => {
    expect(writeAddress({ lang: "es", view: "map", show: "difference", by: "district", year: null, focus: "", start: null, moved: {}, kept: null, name: "", keptName: "", against: false, story: "", ask: "", embed: "" })).toBe("lang=es");
  });
  it("leaves out what is no view, no year and no number", () => {
    const read = readAddress("view=nowhere&year=soon&eradication_budget=lots&coffee_price=&roads=Infinity");
    expect([read.view, read.year, read.moved]).toEqual(["map", null, {}]);
  });
  it("of a download holds the start and the levers alone", () => {
    expect(runQuery({ "roads@VRAEM": 5 }, 2020)).toBe("start=2020&roads%40VRAEM=5");
  });
});
