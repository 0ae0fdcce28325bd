/** Scales of the charts: round ends, a few round marks. */

import { nice, ticks as roundTicks } from "d3-array";

export interface Scale {
  low: number;
  high: number;
  ticks: number[];
}

/** A scale that holds all values, from round numbers to round numbers. */
export function scaleTicks(lows: number[], highs: number[], n = 4): Scale {
  const low = Math.min(...lows.filter(Number.isFinite));
  let high = Math.max(...highs.filter(Number.isFinite));
  if (!Number.isFinite(low) || !Number.isFinite(high)) return { low: 0, high: 1, ticks: [0, 1] };
  if (low === 0 && high === 0) return { low: -1, high: 1, ticks: [0] };
  if (high <= low) high = low + (Math.abs(low) || 1);
  const [from, to] = nice(low, high, n);
  return { low: from, high: to, ticks: roundTicks(from, to, n) };
}

/** A scale that holds all values with a little room, its marks within; for narrow pictures. */
export function scaleTight(lows: number[], highs: number[], n = 4): Scale {
  const low = Math.min(...lows.filter(Number.isFinite));
  const high = Math.max(...highs.filter(Number.isFinite));
  if (!Number.isFinite(low) || !Number.isFinite(high)) return { low: 0, high: 1, ticks: [0, 1] };
  const room = 0.04 * (high - low || Math.abs(low) || 1);
  const [from, to] = [low - room, high + room];
  let ticks: number[] = [];
  for (let k = n; ticks.length < 2 && k < n + 6; k++) ticks = roundTicks(from, to, k);
  return { low: from, high: to, ticks };
}

/** The largest of 1, 2, 5 times a power of ten that a value reaches. */
export function roundDown(value: number): number {
  const size = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)) + 1e-9);
  return [5, 2, 1].map((k) => k * size).find((k) => k <= value * 1.001)!;
}
