/** Whether what is shown answers what is asked: a finding stands only under the levers that it belongs to. */

import type { Picture } from "./types";

/** Fewer runs than these tell no interval and no likelihood. */
export const LEAST_DRAWS = 16;

/** A run as the page asks for it. */
export interface Run {
  moved: Record<string, number>;
  start: number;
  /** The levers of another scenario that it is compared with; null for today's policy. */
  against: Record<string, number> | null;
}

/**
 * pending: computing, what is shown is an older answer or none; first: a few runs alone;
 * refining: enough runs for intervals, not all; whole: all runs; lost: the server does not answer;
 * refused: it does not take the question.
 */
export type Standing = "pending" | "first" | "refining" | "whole" | "lost" | "refused";

const sorted = (levers: Record<string, number>) => Object.entries(levers).sort(([a], [b]) => (a < b ? -1 : 1));

/** Whether a run is today's policy compared with itself, which the baseline answers. */
export const isToday = ({ moved, against }: Run) => !Object.keys(moved).length && !against;

/** Whether two runs ask the same; when nothing is moved the year of the start says nothing. */
export function isSame(a: Run | null, b: Run): boolean {
  const key = (run: Run) => JSON.stringify([sorted(run.moved), run.against && sorted(run.against), isToday(run) ? 0 : run.start]);
  return a !== null && key(a) === key(b);
}

export const isFirst = (picture: { draws: number } | null) => !!picture && picture.draws < LEAST_DRAWS;

/** How an answer stands to a question. */
export function standing(asked: Run, answered: Run | null, picture: Picture | null, isLost: boolean, isRefused = false): Standing {
  if (isLost) return "lost";
  if (isToday(asked)) return "whole";
  if (!picture || !isSame(answered, asked)) return isRefused ? "refused" : "pending";
  if (picture.draws >= picture.of) return "whole";
  return isFirst(picture) ? "first" : "refining";
}
