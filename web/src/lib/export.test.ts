import { describe, expect, it } from "vitest";
import { asCsv, wrapped } from "./export";

describe("wrapped", () => {
  const measure = (text: string) => text.length;
  it("breaks between words and loses none", () => {
    const text = "Es una respuesta del modelo a un «qué pasaría si», no un pronóstico.";
    const lines = wrapped(text, 20, measure);
    expect(lines.join(" ")).toBe(text);
    expect(Math.max(...lines.map((l) => l.length))).toBeLessThanOrEqual(20);
    expect(lines.length).toBeGreaterThan(3);
  });
  it("keeps a word that is wider than the room, and nothing of nothing", () => {
    expect(wrapped("a abcdefghij b", 5, measure)).toEqual(["a", "abcdefghij", "b"]);
    expect(wrapped("", 5, measure)).toEqual([]);
  });
});

describe("asCsv", () => {
  it("quotes what must be quoted and leaves out what is no number", () => {
    expect(asCsv(["a", "b, c"], [["x", Number.NaN], ['say "y"', 1.5]])).toBe('a,"b, c"\nx,\n"say ""y""",1.5\n');
  });
});
