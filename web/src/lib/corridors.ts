/**
 * Corridors of the map: schematic lines between zones, towns and exits.
 *
 * Roads and rivers bend through a few named places; flights are arcs. Ends abroad
 * are the country, not a place in it.
 */

import type { Node } from "./types";

export type Point = [number, number];

/** Where a corridor ends when it leaves the map: longitude and latitude of its arrow head. */
const ABROAD: Record<string, Point> = {
  "Bolivia road": [-67.6, -16.9],
  "Bolivia lake": [-68.1, -15.6],
  "Bolivia air": [-66.9, -13.2],
  "Brazil river": [-68.3, -3.9],
  "Brazil road": [-68.6, -10.3],
  "Brazil air": [-68.1, -8.2],
  "Colombia border": [-71.4, -1.2],
  "Ecuador border": [-79.4, -2.6],
};
/** Ports send their flow out to sea. */
const SEAWARD = 1.5;

/** Places that a river or road passes, between its ends. */
const VIA: Record<string, Point[]> = {
  "Pucallpa > Iquitos [river]": [[-75.0, -7.3], [-74.9, -6.1], [-73.9, -4.9]],
  "Tarapoto > Iquitos [river]": [[-76.0, -5.9], [-75.4, -5.0], [-74.1, -4.5]],
  "Iquitos > Brazil [river]": [[-72.0, -3.4], [-70.6, -3.9]],
  "Iquitos > Colombia [river]": [[-72.3, -2.9]],
  "VRAEM > Pucallpa [river]": [[-74.1, -11.0], [-73.8, -10.2], [-74.2, -9.2]],
  "La Convención-Lares > Pucallpa [river]": [[-73.1, -11.4], [-73.6, -10.0]],
  "Tingo María > Lima [road]": [[-76.2, -10.1], [-76.1, -11.4]],
  "Pucallpa > Lima [road]": [[-75.5, -9.1], [-76.3, -10.4], [-76.3, -11.6]],
  "Satipo > Lima [road]": [[-75.4, -11.2], [-76.0, -11.7]],
  "Ayacucho > Lima [road]": [[-75.4, -13.5], [-76.2, -13.4]],
  "Cusco > Lima [road]": [[-73.5, -14.2], [-75.2, -14.9], [-76.1, -13.8]],
  "Tarapoto > Trujillo [road]": [[-77.2, -6.0], [-78.4, -6.4], [-79.4, -7.0]],
  "Tarapoto > Piura [road]": [[-77.4, -5.9], [-79.1, -5.8]],
  "Puerto Maldonado > Brazil [road]": [[-69.5, -11.3]],
  "Arequipa > Tacna [road]": [[-70.9, -17.2]],
};

export interface Corridor {
  from: Point;
  to: Point;
  via: Point[];
  flies: boolean;
}

export type Places = Map<string, Point>;

/** Where everything is that a corridor may start from or end in. */
export function placesOf(nodes: Node[], zones: Map<string, Point>): Places {
  const towns = nodes.filter((n) => n.kind === "town" || n.kind === "port").map((n): [string, Point] => [n.name, [n.lon, n.lat]]);
  return new Map([...zones, ...towns]);
}

/** The corridor of an edge; null where it lies beyond the map (from abroad to a market). */
export function corridor(places: Places, from: string, to: string, mode: string, exit: string): Corridor | null {
  const start = places.get(from);
  if (!start) return null;
  const sea = mode === "container" || mode === "vessel";
  const end = exit && !sea ? ABROAD[exit] : sea ? seaward(start) : places.get(to);
  if (!end) return null;
  return { from: start, to: end, via: VIA[`${from} > ${to} [${mode}]`] ?? [], flies: mode === "air" || mode === "airdrop" };
}

const seaward = ([lon, lat]: Point): Point => [lon - SEAWARD, lat - SEAWARD * 0.35];

/** An SVG path through projected points: smooth through its places, or an arc for a flight. */
export function path(corridor: Corridor, project: (point: Point) => Point | null): string {
  const points = [corridor.from, ...corridor.via, corridor.to].map((p) => project(p)!);
  const [a, b] = [points[0], points[points.length - 1]];
  if (points.length === 2) {
    const bend = corridor.flies ? 0.2 : 0.08;
    const mid = [(a[0] + b[0]) / 2 + bend * (b[1] - a[1]), (a[1] + b[1]) / 2 - bend * (b[0] - a[0])];
    return `M${text(a)}Q${text(mid)} ${text(b)}`;
  }
  let d = `M${text(a)}`;
  for (let i = 0; i + 1 < points.length; i++) {
    const [p0, p1, p2, p3] = [points[i - 1] ?? points[i], points[i], points[i + 1], points[i + 2] ?? points[i + 1]];
    const c1 = [p1[0] + (p2[0] - p0[0]) / 6, p1[1] + (p2[1] - p0[1]) / 6];
    const c2 = [p2[0] - (p3[0] - p1[0]) / 6, p2[1] - (p3[1] - p1[1]) / 6];
    d += `C${text(c1)} ${text(c2)} ${text(p2)}`;
  }
  return d;
}

const text = ([x, y]: number[]) => `${x.toFixed(1)},${y.toFixed(1)}`;
