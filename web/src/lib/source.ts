/** Where answers come from: a server, or the files of a published folder (no server, no fetch: it opens from a disk). */

import { file, isPublished, site } from "./folder";
import { fitted } from "./response";
import type { Run } from "./standing";
import type { Picture, Why } from "./types";

type Cut = { shared: Record<string, unknown>[]; places: Record<string, { at: number } & Record<string, unknown>> };

/** What the server answers at a path, from files. */
export async function fromFiles<T>(path: string): Promise<T> {
  const [name, query = ""] = path.split("?");
  const asked = new URLSearchParams(query);
  const place = asked.get("place") ?? "";
  if (name === "district" || name === "forecast") {
    const whole = await file<Record<string, T>>(`${name}s`);
    if (!(place in whole)) throw new Error(place);
    return whole[place];
  }
  if (name === "evidence") {
    const outcome = asked.get("outcome") ?? "";
    const { shared, places } = await file<Cut>(`evidence.${outcome.replace("|", ".")}`);
    const { at, ...own } = places[place];
    return { ...shared[at], ...own, outcome, place } as T;
  }
  return file<T>(name);
}

const keyOf = (levers: Record<string, number>) => JSON.stringify(Object.entries(levers).sort(([a], [b]) => (a < b ? -1 : 1)));

const storedOf = (moved: Record<string, number>) => site!.stored.find(({ levers }) => keyOf(levers) === keyOf(moved));

/** The answer to a run from files: as the simulator gave it where it is stored, else from the fitted response. */
export async function answer({ moved }: Run): Promise<Picture> {
  const stored = storedOf(moved);
  if (stored) return file<Picture>(stored.file);
  return fitted(moved);
}

/** Whether this page can say why a run's coca changes: a server runs the years again, a folder knows what is stored. */
export const tellsWhy = ({ moved, against }: Run) => !isPublished || (!against && Boolean(storedOf(moved)?.why));

/** Why a stored run's coca changes, by year. */
export const whyFrom = async ({ moved }: Run, year: number) => (await file<Record<string, Why>>(storedOf(moved)!.why!))[year];
