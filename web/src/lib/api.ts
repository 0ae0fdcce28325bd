/** Calls to the server; nothing is asked of any other machine. */

import type { Call } from "./loop";
import { isPublished } from "./folder";
import { answer, fromFiles } from "./source";
import type { Run } from "./standing";
import type { Picture } from "./types";

export interface Trouble {
  field: string;
  found: string;
  allowed: string;
  mend: string;
}

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly errors: Trouble[],
  ) {
    super(errors.map((e) => `${e.field}: ${e.found}; ${e.allowed}; ${e.mend}`).join("\n") || `HTTP ${status}`);
  }
}

/** One answer of the server, or of the files of a published folder. */
export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  if (isPublished) return fromFiles<T>(path);
  const found = await fetch(`./api/${path}`, { signal });
  if (!found.ok) throw await refusal(found);
  return (await found.json()) as T;
}

/** The answer to a body that is sent as JSON, once its head is there. */
export async function send(path: string, body: unknown, signal: AbortSignal): Promise<Response> {
  const headers = { "content-type": "application/json" };
  const found = await fetch(`./api/${path}`, { method: "POST", headers, body: JSON.stringify(body), signal });
  if (!found.ok || !found.body) throw await refusal(found);
  return found;
}

/** Run a scenario: a line of JSON a picture, told as it comes. */
export function run(asked: Run): Call<Picture> {
  const { moved, start, against } = asked;
  return async (tell, signal) => {
    if (isPublished) return tell(await answer(asked));
    const found = await send("run", { levers: moved, start, ...(against && { against }) }, signal);
    for await (const line of lines(found.body!)) tell(JSON.parse(line) as Picture);
  };
}

/** Ask until what is computed on the side is there; returns what ends the asking. */
export function untilMade<T extends { computing?: boolean }>(path: string, take: (answer: T) => void, fail: () => void, wait = ASIDE_MS): () => void {
  let later: ReturnType<typeof setTimeout>;
  let isOver = false;
  const again = () => {
    ask<T>(path)
      .then((answer) => {
        if (isOver) return;
        if (answer.computing) later = setTimeout(again, wait);
        else take(answer);
      })
      .catch(() => !isOver && fail());
  };
  again();
  return () => {
    isOver = true;
    clearTimeout(later);
  };
}

const ASIDE_MS = 2000;
const AGAIN_MS = 1500;
const LONGEST_MS = 8000;

/** Whether asking again may help: the server does not answer, or has too much to do. */
export const isPassing = (error: unknown) => (error instanceof Refused ? error.status >= 500 : error instanceof TypeError);

/** How long to wait before asking again, longer each time. */
export const patience = (attempt: number, wait = AGAIN_MS) => Math.min(LONGEST_MS, wait * 1.6 ** attempt);

/** Run until the full ensemble is there: a busy server may end with fewer draws. */
export function runFully(asked: Run, once = run, wait = AGAIN_MS): Call<Picture> {
  return async (tell, signal) => {
    for (let attempt = 0, most = 0; !signal.aborted; attempt++) {
      let isFull = false;
      await once(asked)((picture) => {
        isFull = picture.draws >= picture.of;
        if (picture.draws < most) return;
        most = picture.draws;
        tell(picture);
      }, signal);
      if (isFull) return;
      await pause(patience(attempt, wait), signal);
    }
  };
}

/** Wait, but no longer than the caller wants the answer. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, ms);
    signal.addEventListener("abort", () => done(), { once: true });
  });
}

/** The lines of a stream, each as soon as it is whole. */
export async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let parts: string[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const pieces = decoder.decode(value, { stream: true }).split("\n");
    parts.push(pieces[0]);
    for (const piece of pieces.slice(1)) {
      yield parts.join("");
      parts = [piece];
    }
  }
  const rest = parts.join("");
  if (rest) yield rest;
}

async function refusal(answer: Response): Promise<Refused> {
  try {
    const { errors } = (await answer.json()) as { errors: Trouble[] };
    return new Refused(answer.status, errors);
  } catch {
    return new Refused(answer.status, []);
  }
}
