/** Finding a place by name or code, accents and capitals aside. */

import type { Baseline } from "./types";

export interface Place {
  kind: "district" | "zone";
  /** Its place in the list of its kind. */
  at: number;
  name: string;
  code: string;
  zone: string;
}

export const fold = (text: string) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().trim();

/** Places whose name or code begins with what is typed, then those that hold it; zones first. */
export function places({ places: all, districts }: Baseline, typed: string, zoneName: (zone: string) => string, most = 8): Place[] {
  const wanted = fold(typed);
  if (!wanted) return [];
  const zones = all.zone.map((zone, at): Place => ({ kind: "zone", at, name: zoneName(zone), code: "", zone }));
  const found = [...zones, ...all.district.map((code, at): Place => ({ kind: "district", at, name: districts.name[at], code, zone: districts.zone[at] }))];
  const rank = ({ name, code }: Place) => {
    const folded = fold(name);
    if (code === wanted || folded === wanted) return 0;
    if (folded.startsWith(wanted) || code.startsWith(wanted)) return 1;
    return folded.includes(wanted) ? 2 : 9;
  };
  return found
    .map((place) => ({ place, rank: rank(place) }))
    .filter((row) => row.rank < 9)
    .sort((a, b) => a.rank - b.rank || Number(a.place.kind === "district") - Number(b.place.kind === "district") || a.place.name.localeCompare(b.place.name))
    .slice(0, most)
    .map((row) => row.place);
}
