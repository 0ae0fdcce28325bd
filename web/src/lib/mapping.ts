/** The map's geometry: projection, zones as schematic patches around district points. */

import { Delaunay } from "d3-delaunay";
import { geoMercator, geoPath } from "d3-geo";
import type { Baseline, Geography } from "./types";
import type { Point } from "./corridors";

export const WIDTH = 600;
export const HEIGHT = 752;
const WEST = -82.5;
const EAST = -66.7;
const SOUTH = -18.8;
const NORTH = 0.4;
/** A patch reaches at most this far from its district's point, in the units of the map. */
const REACH = 30;
const CORNERS = 20;

const corner: GeoJSON.MultiPoint = { type: "MultiPoint", coordinates: [[WEST, SOUTH], [EAST, NORTH]] };
export const projection = geoMercator().fitSize([WIDTH, HEIGHT], corner);
const draw = geoPath(projection);

export const project = (point: Point): Point | null => projection(point);

export interface Ground {
  countries: string;
  departments: string;
  rivers: string;
  lakes: string;
  peru: string;
}

/** The shapes under the map, one path a layer. */
export function ground({ shapes }: Geography): Ground {
  const layer = (name: string) =>
    shapes.features.filter((f) => f.properties.layer === name).map((f) => draw(f) ?? "").join("");
  const peru = shapes.features.filter((f) => f.properties.layer === "department").map((f) => draw(f) ?? "").join("");
  return { countries: layer("country"), departments: layer("department"), rivers: layer("river"), lakes: layer("lake"), peru };
}

/** Every zone as one path: its districts' Voronoi cells, none reaching far from its point. */
export function patches({ districts, places }: Baseline): Map<string, string> {
  const points = districts.lon.map((lon, i) => projection([lon, districts.lat[i]])!);
  const voronoi = Delaunay.from(points).voronoi([0, 0, WIDTH, HEIGHT]);
  const found = new Map(places.zone.map((zone) => [zone, ""]));
  points.forEach((point, i) => {
    const cell = voronoi.cellPolygon(i);
    if (!cell) return;
    const inside = clip(disc(point), cell as Point[]);
    if (inside.length > 2) found.set(districts.zone[i], `${found.get(districts.zone[i])}M${inside.map((p) => p.map((v) => v.toFixed(1)).join(",")).join("L")}Z`);
  });
  return found;
}

function disc([x, y]: Point): Point[] {
  return Array.from({ length: CORNERS }, (_, i) => {
    const angle = (2 * Math.PI * i) / CORNERS;
    return [x + REACH * Math.cos(angle), y + REACH * Math.sin(angle)];
  });
}

/** Cut one convex polygon by another (Sutherland and Hodgman); the second is closed. */
export function clip(polygon: Point[], by: Point[]): Point[] {
  const area = by.slice(1).reduce((sum, p, i) => sum + by[i][0] * p[1] - p[0] * by[i][1], 0);
  const sign = Math.sign(area);
  let points = polygon;
  for (let i = 0; i + 1 < by.length; i++) {
    const [a, b] = [by[i], by[i + 1]];
    const side = (p: Point) => sign * ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]));
    points = points.flatMap((p, k) => {
      const before = points[(k + points.length - 1) % points.length];
      const [here, there] = [side(p), side(before)];
      const kept = here >= 0 ? [p] : [];
      if (here >= 0 === there >= 0) return kept;
      const share = there / (there - here);
      return [[before[0] + share * (p[0] - before[0]), before[1] + share * (p[1] - before[1])] as Point, ...kept];
    });
  }
  return points;
}

/** Where a zone's coca lies on average at the present: longitude and latitude. */
export function centres(baseline: Baseline): Map<string, Point> {
  const { districts, places, arrays, years, present } = baseline;
  const n = districts.lon.length;
  const y = years.indexOf(present);
  const area = arrays["coca_ha|district"].level.slice(y * n, (y + 1) * n);
  return new Map(
    places.zone.map((zone): [string, Point] => {
      let [lon, lat, weight] = [0, 0, 0];
      districts.zone.forEach((z, i) => {
        if (z !== zone) return;
        const w = Math.max(area[i], 1);
        lon += w * districts.lon[i];
        lat += w * districts.lat[i];
        weight += w;
      });
      return [zone, weight ? [lon / weight, lat / weight] : [-76, -9]];
    }),
  );
}
