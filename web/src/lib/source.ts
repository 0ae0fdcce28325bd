/** Where answers come from: a server, or the files of a published folder (no server, no fetch: it opens from a disk). */

import { fitted } from "./response";
import type { Run } from "./standing";
import type { Picture, Why } from "./types";

/** What a published folder says of itself, in data/site.js, which is read before the page. */
export interface Site {
  /** Stored pictures: levers moved, the file that holds the answer, and the one that tells why, where it was asked. */
  stored: { levers: Record<string, number>; file: string; why: string | null }[];
  /** Levers that the response was fitted to; others are moved by what is stored alone. */
  covered: string[];
  /** The file of the fitted response; none where nothing was fitted. */
  response: string | null;
  /** How far the fit lay from the simulator in settings that it had not seen. */
  error: { settings: number; within: number; worst: number; runs: number } | null;
}

type Kept = { site?: Site; files: Record<string, unknown>; told?: (name: string, content: unknown) => void };

declare global {
  var globo: Kept | undefined;
}

export const site: Site | null = globalThis.globo?.site ?? null;
export const isPublished = site !== null;
/** Whether the address of this page opens on this machine alone. */
export const isLocal = () => location.protocol === "file:" || /^(localhost|127\.|\[::1\])/.test(location.hostname);

const waiting = new Map<string, Promise<unknown>>();

/** Read a file of the published folder: a script that hands its content over. */
export function file<T>(name: string): Promise<T> {
  const found = waiting.get(name);
  if (found) return found as Promise<T>;
  const made = new Promise<unknown>((done, fail) => {
    const script = document.createElement("script");
    script.src = `./data/${name}.js`;
    script.onload = () => {
      const { files } = globalThis.globo!;
      if (name in files) done(files[name]);
      else fail(new Error(`data/${name}.js`));
      delete files[name];
      script.remove();
    };
    script.onerror = () => (waiting.delete(name), script.remove(), fail(new TypeError(`data/${name}.js`)));
    document.head.append(script);
  });
  waiting.set(name, made);
  return made as Promise<T>;
}

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
