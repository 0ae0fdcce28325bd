/** The fitted response of a published folder, as src/globo/publish/response.py fits it. */

import { file, site } from "./folder";
import type { Baseline, Picture, Sent } from "./types";

interface Axis {
  key: string;
  low: number;
  high: number;
  today: number;
  shape: "line" | "root" | "log";
}

interface Block {
  name: string;
  part: string;
  lines: number;
  years: number;
  places: number;
  start: number;
}

export interface Packed {
  axes: Axis[];
  weight: number[];
  length: number[];
  points: string;
  inverse: string;
  solved: string;
  basis: string;
  scale: string;
  today: string;
  spread: string;
  blocks: Block[];
  units: Record<string, string>;
  years: number[];
  draws: number;
}

export interface Response extends Omit<Packed, "points" | "inverse" | "solved" | "basis" | "scale" | "today" | "spread"> {
  points: Float32Array;
  inverse: Float64Array;
  solved: Float32Array;
  basis: Int8Array;
  scale: Float32Array;
  today: Float32Array;
  spread: Float32Array;
}

const LIKELY = 0.66;
const LEAST_HA = 50;
/** How many standard deviations of a normal the ends of a 90 % interval lie from its middle. */
const ENDS = 1.645;
const BULGE = "bulge";

function bytes(text: string): ArrayBuffer {
  const whole = atob(text);
  const made = new Uint8Array(whole.length);
  for (let i = 0; i < whole.length; i++) made[i] = whole.charCodeAt(i);
  return made.buffer;
}

export function unpacked(packed: Packed): Response {
  const floats = (text: string) => new Float32Array(bytes(text));
  const { points, inverse, solved, basis, scale, today, spread, ...rest } = packed;
  return {
    ...rest,
    points: floats(points),
    inverse: new Float64Array(bytes(inverse)),
    solved: floats(solved),
    scale: floats(scale),
    today: floats(today),
    spread: floats(spread),
    basis: new Int8Array(bytes(basis)),
  };
}

/** What the response was not fitted to, and so does not answer. */
export class Outside extends Error {
  constructor(readonly levers: string[]) {
    super(levers.join(", "));
  }
}

/** Whether a lever at a value is among the settings that the response was fitted to. */
export function isCovered(r: Response, key: string, value: number): boolean {
  const axis = r.axes.find((one) => one.key === key);
  return axis !== undefined && value >= axis.low && value <= axis.high;
}

/** Where a value stands on the axis of a lever, 0 to 1. */
export function at({ low, high, today, shape }: Axis, value: number): number {
  if (shape === "log") {
    const [a, b] = [Math.log1p(low / today), Math.log1p(high / today)];
    return (Math.log1p(value / today) - a) / (b - a);
  }
  const share = (value - low) / (high - low);
  return shape === "root" ? Math.sqrt(share) : share;
}

/** The row of numbers at a setting, and how little is known there: 0 where it was learnt, 1 far from all. */
export function rowOf(r: Response, moved: Record<string, number>): { row: Float32Array; doubt: number } {
  const where = r.axes.map((axis) => at(axis, moved[axis.key] ?? axis.today));
  const k = where.length;
  const n = r.points.length / k;
  const components = r.solved.length / n;
  const near = new Float64Array(n);
  const weights = new Float64Array(components);
  for (let i = 0; i < n; i++) {
    let product = 1;
    for (let j = 0; j < k; j++) {
      const scaled = (Math.sqrt(5) * Math.abs(where[j] - r.points[i * k + j])) / r.length[j];
      product *= 1 + r.weight[j] * (1 + scaled + (scaled * scaled) / 3) * Math.exp(-scaled);
    }
    near[i] = product;
    for (let c = 0; c < components; c++) weights[c] += product * r.solved[i * components + c];
  }
  let known = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += r.inverse[i * n + j] * near[j];
    known += near[i] * sum;
  }
  const whole = r.weight.reduce((product, w) => product * (1 + w), 1);
  const row = new Float32Array(r.scale.length);
  for (let m = 0; m < row.length; m++) {
    let sum = 0;
    const from = m * components;
    for (let c = 0; c < components; c++) sum += r.basis[from + c] * weights[c];
    row[m] = r.today[m] + r.scale[m] * sum;
  }
  return { row, doubt: Math.sqrt(Math.max(0, 1 - known / whole)) };
}

/** The probability that it grows, read from the middle and the ends of an interval. */
export function probability(low: number, mid: number, high: number): number {
  if (mid === 0) return 0.5;
  const side = mid > 0 ? mid - low : high - mid;
  return side <= 0 ? (mid > 0 ? 1 : 0) : normal((mid * ENDS) / side);
}

/** The normal distribution function (Abramowitz and Stegun 26.2.17, within 1e-7). */
function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}

/** Put quantiles in order, place by place and year by year. */
function ordered(values: number[], lines: number): number[] {
  const each = values.length / lines;
  for (let end = lines - 1; end > 0; end--) {
    for (let at = 0; at < end * each; at++) {
      if (values[at] > values[at + each]) [values[at], values[at + each]] = [values[at + each], values[at]];
    }
  }
  return values;
}

/** A picture as the server sends it, from the row of a setting. */
export function pictureOf(r: Response, moved: Record<string, number>, start: number): Picture {
  const { row, doubt } = rowOf(r, moved);
  const arrays: Record<string, Sent> = {};
  const bulge: Record<string, number[]> = {};
  for (const { name, part, lines, years, places, start: from } of r.blocks) {
    const each = years * places;
    const values = Array.from(row.subarray(from, from + lines * each));
    if (name === BULGE) {
      bulge[part] = ordered(values, lines);
    } else if (part === "level") {
      const least = Math.min(0, ...r.today.subarray(from, from + lines * each));
      arrays[name] = { unit: r.units[name], shape: [lines, years, places], level: ordered(values, lines).map((v) => Math.max(least, v)) };
    } else if (part === "delta") {
      const isMiddle = arrays[name].shape[0] === 1;
      const sent = differences(values, each, r.spread.subarray(from + each, from + 2 * each), doubt);
      arrays[name].up = sent.up;
      arrays[name].delta = isMiddle ? sent.delta.slice(each, 2 * each) : sent.delta;
    } else if (part === "since") arrays[name].since = values;
    else arrays[name].since_up = values.map((v) => Math.min(1, Math.max(0, v)));
  }
  const { settings, within, worst, runs } = site?.error ?? { settings: 0, within: 0, worst: 0, runs: 0 };
  const one = { draws: r.draws, of: r.draws, failed: 0, years: r.years, start, levers: moved, against: null, unknowns: null };
  return { ...one, arrays, bulge: { ...zones(arrays["coca_ha|zone"]), ...shares(bulge) }, fit: { settings, within, worst, runs } };
}

/** Differences and the probability of growth; what is smaller than the fit's own doubt is not known, and never told as none. */
function differences(values: number[], each: number, spread: Float32Array, doubt: number): { delta: number[]; up: number[] } {
  const up = new Array<number>(each);
  for (let i = 0; i < each; i++) {
    const mid = values[each + i];
    const open = ENDS * spread[i] * doubt;
    const isOpen = Math.abs(mid) < open;
    values[i] = Math.min(values[i], isOpen ? mid - open : mid);
    values[2 * each + i] = Math.max(values[2 * each + i], isOpen ? mid + open : mid);
    up[i] = isOpen ? 0.5 : probability(values[i], mid, values[2 * each + i]);
  }
  return { delta: values, up };
}

/** Zones by number that likely fall and grow, a list a year, as results/difference.py names them. */
function zones({ shape: [, years, places], delta, up }: Sent): { falls: number[][]; grows: number[][] } {
  const mid = (y: number, z: number) => delta![years * places + y * places + z];
  const named = (is: (y: number, z: number) => boolean) =>
    Array.from({ length: years }, (_, y) => Array.from({ length: places }, (_, z) => z).filter((z) => is(y, z)));
  return {
    falls: named((y, z) => mid(y, z) <= -LEAST_HA && 1 - up![y * places + z] >= LIKELY),
    grows: named((y, z) => mid(y, z) >= LEAST_HA && up![y * places + z] >= LIKELY),
  };
}

/** What is removed and what reappears; a share is told where something is removed for sure, of the middle of it. */
function shares({ removed, elsewhere }: Record<string, number[]>) {
  const years = removed.length / 3;
  const share = elsewhere.map((value, i) => {
    const gone = removed[years + (i % years)];
    return removed[i % years] >= LEAST_HA ? value / gone : null;
  });
  return { removed, elsewhere, share };
}

let kept: Response | null = null;

/** The fitted picture of a setting. */
export async function fitted(moved: Record<string, number>): Promise<Picture> {
  if (!site?.response) throw new Error("no response");
  if (!kept) kept = unpacked(await file<Packed>(site.response));
  const outside = Object.keys(moved).filter((key) => !isCovered(kept!, key, moved[key]));
  if (outside.length) throw new Outside(outside);
  const { present } = await file<Baseline>("baseline");
  return pictureOf(kept, moved, present + 1);
}
