/** The whole state of the page in its address, so that a picture can be sent to a colleague. */

export const VIEWS = ["map", "zones", "chain", "people", "costs", "unknowns"] as const;
export type View = (typeof VIEWS)[number];
export const SHOWS = ["level", "change", "difference"] as const;
export type Show = (typeof SHOWS)[number];
export const BYS = ["district", "zone"] as const;
export type By = (typeof BYS)[number];

export interface Address {
  lang: string;
  view: View;
  show: Show;
  by: By;
  year: number | null;
  focus: string;
  start: number | null;
  moved: Record<string, number>;
  /** The scenario kept for comparison; null where there is none. */
  kept: Record<string, number> | null;
  /** What the reader calls the scenario shown, and the one kept. */
  name: string;
  keptName: string;
  /** Whether differences are to the scenario kept, not to today's policy. */
  against: boolean;
  story: string;
  ask: string;
  /** The file name of the one chart that is shown, in a frame of another page. */
  embed: string;
}

export const LONGEST_NAME = 40;
const KEPT = "vs.";
const KEPT_NONE = "vs";
const OWN = new Set(["lang", "view", "show", "by", "year", "focus", "start", KEPT_NONE, "name", "vsname", "against", "story", "ask", "embed"]);

/** Read an address; unknown names and values that are no numbers are left out. */
export function readAddress(query: string): Address {
  const given = new URLSearchParams(query);
  const one = <T extends string>(name: string, valid: readonly T[]): T =>
    valid.find((v) => v === given.get(name)) ?? valid[0];
  const whole = (name: string) => (/^\d{4}$/.test(given.get(name) ?? "") ? Number(given.get(name)) : null);
  const moved: Record<string, number> = {};
  const kept: Record<string, number> = {};
  for (const [name, text] of given) {
    const value = Number(text);
    if (OWN.has(name) || text.trim() === "" || !Number.isFinite(value)) continue;
    if (name.startsWith(KEPT)) kept[name.slice(KEPT.length)] = value;
    else moved[name] = value;
  }
  return {
    lang: given.get("lang") ?? "",
    view: one("view", VIEWS),
    show: given.has("show") ? one("show", SHOWS) : "difference",
    by: one("by", BYS),
    year: whole("year"),
    focus: given.get("focus") ?? "",
    start: whole("start"),
    moved,
    kept: Object.keys(kept).length || given.has(KEPT_NONE) ? kept : null,
    name: (given.get("name") ?? "").slice(0, LONGEST_NAME),
    keptName: (given.get("vsname") ?? "").slice(0, LONGEST_NAME),
    against: given.get("against") === "1",
    story: given.get("story") ?? "",
    ask: given.get("ask") ?? "",
    embed: given.get("embed") ?? "",
  };
}

/** Write an address; what is usual is left out. */
export function writeAddress(address: Address): string {
  const query = new URLSearchParams();
  query.set("lang", address.lang);
  if (address.view !== "map") query.set("view", address.view);
  if (address.show !== "difference") query.set("show", address.show);
  if (address.by !== "district") query.set("by", address.by);
  if (address.year !== null) query.set("year", String(address.year));
  if (address.focus) query.set("focus", address.focus);
  if (address.start !== null) query.set("start", String(address.start));
  if (address.story) query.set("story", address.story);
  if (address.ask && address.ask !== "coca") query.set("ask", address.ask);
  if (address.name) query.set("name", address.name);
  if (address.keptName) query.set("vsname", address.keptName);
  if (address.against) query.set("against", "1");
  if (address.embed) query.set("embed", address.embed);
  for (const [name, value] of Object.entries(address.moved)) query.set(name, String(value));
  if (address.kept) {
    query.set(KEPT_NONE, "");
    for (const [name, value] of Object.entries(address.kept)) query.set(`${KEPT}${name}`, String(value));
  }
  return query.toString().replaceAll("%40", "@").replace(`${KEPT_NONE}=&`, `${KEPT_NONE}&`);
}

/** The query of a download: the start and the levers alone. */
export function runQuery(moved: Record<string, number>, start: number): string {
  const query = new URLSearchParams({ start: String(start) });
  for (const [name, value] of Object.entries(moved)) query.set(name, String(value));
  return query.toString();
}
