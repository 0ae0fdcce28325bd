/** Probabilities in words, and whether a difference is larger than what is not known. */

import { LEAST_DRAWS } from "./standing";

/** Keys of `page.likely.*`, for "it grows" with probability `up`; "few" where too few runs say anything. */
export type Likelihood = "certain" | "very" | "likely" | "even" | "few";

/** How sure the sign is, whichever it is; never surer than the number of draws allows. */
export function likelihood({ up, draws }: { up: number; draws: number }): Likelihood {
  if (draws < LEAST_DRAWS) return "few";
  const sure = Math.min(Math.max(up, 1 - up), draws / (draws + 1));
  if (sure >= 0.99) return "certain";
  if (sure >= 0.9) return "very";
  if (sure >= 0.66) return "likely";
  return "even";
}

/** Whether the 90 % interval of a difference leaves zero out. */
export function isClear(low: number, high: number): boolean {
  return low > 0 || high < 0;
}
