/** Why a change: one call, which the server answers once for all years. */

import { answered } from "./api";
import type { Run } from "./standing";
import type { Why } from "./types";

/** Ask what a run's change of coca comes from at the end of a year. */
export function asked({ moved, start, against }: Run, year: number, signal: AbortSignal): Promise<Why> {
  return answered<Why>("why", { levers: moved, start, year, ...(against && { against }) }, signal);
}
