/** A published folder: what it says of itself, and its files (no server, no fetch: it opens from a disk). */

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
