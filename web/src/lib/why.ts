/** Why a change: how far the runs are, then the answer, which the server makes once for all years. */

import { lines, send } from "./api";
import { isPublished } from "./folder";
import { whyFrom } from "./source";
import type { Run } from "./standing";
import type { Why } from "./types";

/** Ask what a run's change of coca comes from at the end of a year; `tell` hears the share that is done. */
export async function asked(run: Run, year: number, tell: (share: number) => void, signal: AbortSignal): Promise<Why> {
  if (isPublished) return whyFrom(run, year);
  const { moved, start, against } = run;
  const found = await send("why", { levers: moved, start, year, ...(against && { against }) }, signal);
  for await (const line of lines(found.body!)) {
    const told = JSON.parse(line) as Why | { share: number };
    if (!("share" in told)) return told;
    tell(told.share);
  }
  throw new TypeError("the answer ended before it was whole");
}
