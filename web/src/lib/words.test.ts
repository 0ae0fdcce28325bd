import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Texts, Words } from "./types";
import { languages, ownName, properName, speech } from "./words";

const read = (lang: string) => JSON.parse(readFileSync(new URL(`../../../src/globo/texts/${lang}.json`, import.meta.url), "utf8")) as Words;
const texts: Texts = { es: read("es"), en: read("en"), variables: { coca_ha: { unit: "ha", kind: "stock", es: "coca en pie", en: "coca standing" } } };
const [es, en] = [speech(texts, "es"), speech(texts, "en")];

describe("languages", () => {
  it("are those that the server has texts of, Spanish first, by their own names", () => {
    const more = { en: {}, pt: {}, variables: {}, es: {} } as unknown as Texts;
    expect(languages(more)).toEqual(["es", "en", "pt"]);
    expect(languages(more).map(ownName)).toEqual(["Español", "English", "Português"]);
  });
});

describe("numbers", () => {
  it("are written as Peru writes them", () => {
    expect(es.number(92784.6, 6)).toBe("92,784.6");
    expect(en.number(92784.6, 6)).toBe("92,784.6");
    expect(es.percent(0.45)).toBe("45\u202f%");
    expect(en.percent(0.45)).toBe("45%");
  });
  it("carry their sign, a true minus, and none for nothing", () => {
    expect([es.signed(1234.5), es.signed(-1234.5), es.signed(0), es.signed(-1e-15)]).toEqual(["+1,230", "\u22121,230", "0", "0"]);
  });
  it("in millions are said so", () => {
    expect(es.short(2_350_000)).toBe("2.35\u00a0M");
    expect([es, en].map((s) => s.short(1.67e9))).toEqual(["1,670\u00a0M", "1,670\u00a0M"]);
    expect(es.number(Number.NaN)).toBe("–");
  });
});

describe("words", () => {
  it("are the same keys with the same places in both languages", () => {
    const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
    expect(Object.keys(texts.es)).toEqual(Object.keys(texts.en));
    for (const key of Object.keys(texts.es)) expect(places(texts.es[key]), key).toEqual(places(texts.en[key]));
  });
  it("join a list as the language does", () => {
    expect(es.list(["Aguaytía", "Inambari"])).toBe("Aguaytía e Inambari");
    expect(es.list(["A", "B", "C"])).toBe("A, B y C");
    expect(en.list(["A", "B", "C"])).toBe("A, B and C");
  });
  it("fall back on the name of the data", () => {
    expect(es.name("zone", "VRAEM")).toBe("VRAEM");
    expect(es.name("zone", "Elsewhere")).toBe("Otros lugares");
    expect(es.meaning("coca_ha")).toBe("coca en pie");
  });
  it("are there for every key that the page names outright", () => {
    const files = import.meta.glob("../**/*.{svelte,ts}", { query: "?raw", import: "default", eager: true }) as Record<string, string>;
    const named = Object.entries(files)
      .filter(([file]) => !file.endsWith(".test.ts"))
      .flatMap(([, source]) => [...source.matchAll(/\bs\.t\("([\w.|]+)"/g)].map((m) => m[1]));
    expect(named.length).toBeGreaterThan(80);
    expect(named.filter((key) => !es.has(key))).toEqual([]);
  });
});

it("names that a table writes in capitals are written as people write them", () => {
  expect(["SAN MIGUEL DE EL FAIQUE", "LA CONVENCIÓN", "Echarate", "ÑUÑOA"].map(properName)).toEqual(["San Miguel de el Faique", "La Convención", "Echarate", "Ñuñoa"]);
});
