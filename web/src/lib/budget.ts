/** What a budget buys, read from the stored answer of `globo optimise`. */

import type { Control, Lang } from "./types";

export interface Levels {
  p05: number;
  p50: number;
  p95: number;
}

export interface Portfolio {
  id: string;
  levers: Record<string, number>;
  /** USD a year. */
  cost: number;
  intervals: Record<string, Levels>;
  /** Draw by draw, in the same world. */
  against_today: Record<string, Levels>;
  regret: number;
  robust: boolean;
}

/** By measure what a million USD a year more of it buys, by outcome. */
export type Bought = Record<string, Record<string, Levels>>;

export interface Budget {
  problem: { from: string; until: string; budget_usd_year: number; fresh_draws: number; objectives: Record<string, { goal: "less" | "more"; limit: number | null }> };
  runs: number;
  /** The least regretted first. */
  front: Portfolio[];
  today: Portfolio;
  robust_measures: string[];
  dominated: { measure: string; why: string; by: string | null }[];
  fails_when: { portfolio: string; base_rate: number; limit: Record<string, number>; limits: Record<string, [number | null, number | null]> }[];
  next_million: Bought;
  alone: { usd: number; measures: Bought };
  made: { code: string; facts: string };
  controls: Control[];
  /** Of levers that nobody here decides, by which portfolios fail. */
  names: Record<string, Record<Lang, string>>;
  is_current: boolean;
}

/** The portfolio regretted least of those that some money pays; null where it pays none. */
export function bought(front: Portfolio[], usd: number): Portfolio | null {
  const paid = front.filter((one) => one.cost <= usd);
  return paid.length ? paid.reduce((best, one) => (one.regret < best.regret ? one : best)) : null;
}

/** The levers of a portfolio that are not as today. */
export function movedBy(one: Portfolio, controls: Control[]): Record<string, number> {
  const today = new Map(controls.map((control) => [control.key, control.default]));
  return Object.fromEntries(Object.entries(one.levers).filter(([key, value]) => today.has(key) && today.get(key) !== value));
}

/** Measures by what a million buys of an outcome, the most first. */
export function byGain(measures: Bought, outcome: string, goal: "less" | "more" = "less"): { measure: string; buys: Record<string, Levels> }[] {
  const sign = goal === "less" ? 1 : -1;
  const rows = Object.entries(measures).map(([measure, buys]) => ({ measure, buys }));
  return rows.sort((a, b) => sign * (a.buys[outcome].p50 - b.buys[outcome].p50));
}

/** The measure that most surely lowers one outcome for its money and does not raise another; null where none does. */
export function cheapest(measures: Bought, lowered: string, spared: string): string | null {
  const rows = byGain(measures, lowered).filter(({ buys }) => buys[lowered].p95 < 0 && (!spared || buys[spared].p50 <= 0));
  return rows[0]?.measure ?? null;
}
