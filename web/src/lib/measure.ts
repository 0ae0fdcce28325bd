/** Reading one measure out of a baseline and a picture. */

import type { Baseline, Picture, Sent } from "./types";

export interface Interval {
  low: number;
  mid: number;
  high: number;
}

export interface Difference extends Interval {
  /** The share of draws in which it grows, and how many draws there are. */
  up: number;
  draws: number;
}

/** A fan: one array a quantile (5, 25, 50, 75, 95 % or 5, 50, 95 %), one value a year. */
export interface Fan {
  years: number[];
  levels: number[][];
}

function row(sent: Sent, values: number[], line: number, place: number): number[] {
  const [, years, places] = sent.shape;
  return Array.from({ length: years }, (_, y) => values[(line * years + y) * places + place]);
}

/** The fan of a place, all years of the array. */
export function fan(sent: Sent, years: number[], place: number): Fan {
  return { years, levels: Array.from({ length: sent.shape[0] }, (_, q) => row(sent, sent.level, q, place)) };
}

/** History and future in one: the baseline up to the present, then the branch. */
export function joined(baseline: Baseline, picture: Picture | null, measure: string, place: number): Fan {
  const base = fan(baseline.arrays[measure], baseline.years, place);
  const branch = picture?.arrays[measure];
  if (!branch || !picture) return base;
  const past = baseline.years.filter((year) => year <= baseline.present).length;
  const future = fan(branch, picture.years, place);
  return { years: base.years, levels: base.levels.map((line, q) => [...line.slice(0, past), ...future.levels[q]]) };
}

/** The level of a place in a year. */
export function level(baseline: Baseline, picture: Picture | null, measure: string, place: number, year: number): Interval {
  const branch = picture && year > baseline.present ? picture.arrays[measure] : undefined;
  const sent = branch ?? baseline.arrays[measure];
  const years = branch && picture ? picture.years : baseline.years;
  const y = years.indexOf(year);
  const [lines, n, places] = sent.shape;
  const at = (line: number) => sent.level[(line * n + y) * places + place];
  return lines > 1 ? { low: at(0), mid: at((lines - 1) / 2), high: at(lines - 1) } : { low: NaN, mid: at(0), high: NaN };
}

/** The difference to the baseline of a place in a year; nothing before the future. */
export function difference(picture: Picture | null, measure: string, place: number, year: number): Difference {
  const sent = picture?.arrays[measure];
  const y = picture ? picture.years.indexOf(year) : -1;
  if (!sent?.delta || !sent.up || y < 0) return { low: 0, mid: 0, high: 0, up: 0.5, draws: 0 };
  const [, n, places] = sent.shape;
  const lines = sent.delta.length / (n * places);
  const at = (line: number) => sent.delta![(line * n + y) * places + place];
  const up = sent.up[y * places + place];
  const sure = { up, draws: picture!.draws };
  return lines === 3 ? { low: at(0), mid: at(1), high: at(2), ...sure } : { low: NaN, mid: at(0), high: NaN, ...sure };
}

/** The difference over all years of the future, as a fan of 5, 50, 95 %. */
export function differenceFan(picture: Picture, measure: string, place: number): Fan {
  const sent = picture.arrays[measure];
  return { years: picture.years, levels: [0, 1, 2].map((line) => row(sent, sent.delta!, line, place)) };
}

/** The change over the five years before, draw by draw. */
export function since(baseline: Baseline, picture: Picture | null, measure: string, place: number, year: number): { mid: number; up: number } {
  const future = picture && year > baseline.present;
  const sent = future ? picture.arrays[measure] : baseline.arrays[measure];
  const years = future ? picture.years : baseline.years;
  const at = years.indexOf(year) * sent.shape[2] + place;
  return { mid: sent.since?.[at] ?? 0, up: sent.since_up?.[at] ?? 0.5 };
}

/** The picture's share of area that reappears elsewhere, in a year. */
export function bulge(picture: Picture | null, year: number): Interval | null {
  const y = picture ? picture.years.indexOf(year) : -1;
  if (!picture || y < 0) return null;
  const n = picture.years.length;
  const [low, mid, high] = [0, 1, 2].map((line) => picture.bulge.share[line * n + y]);
  return low === null || mid === null || high === null ? null : { low, mid, high };
}

/** The zones that likely fall or grow in a year, the largest change first. */
export function movers(picture: Picture, which: "falls" | "grows", year: number): (Difference & { place: number })[] {
  const named = picture.bulge[which][picture.years.indexOf(year)] ?? [];
  return named.map((place) => ({ place, ...difference(picture, "coca_ha|zone", place, year) })).sort((a, b) => Math.abs(b.mid) - Math.abs(a.mid));
}

/** A fan from a year on. */
export function isolated(whole: Fan, from: number): Fan {
  const first = Math.max(0, whole.years.indexOf(from));
  return { years: whole.years.slice(first), levels: whole.levels.map((line) => line.slice(first)) };
}
