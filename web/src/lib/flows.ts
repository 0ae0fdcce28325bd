/** Flows as a chain of columns: zones, towns, exits, markets. */

import { sankey, type SankeyGraph } from "d3-sankey";
import type { Baseline, Picture } from "./types";

export interface FlowNode {
  id: string;
  column: number;
}

export interface FlowLink {
  source: string;
  target: string;
  value: number;
  modes: string[];
}

/** Links thinner than this share of all that is made are left out of the picture. */
const LEAST = 0.008;

/** Tonnes a year on every edge, in a year. */
export function edgeFlows(baseline: Baseline, picture: Picture | null, year: number): number[] {
  const future = picture && year > baseline.present;
  const sent = future ? picture.arrays["flow_t|edge"] : baseline.arrays["flow_t|edge"];
  const y = (future ? picture.years : baseline.years).indexOf(year);
  const n = sent.shape[2];
  return sent.level.slice(y * n, (y + 1) * n);
}

/** The links between columns: zone to town or exit, town to exit, exit to market. */
export function links(baseline: Baseline, flows: number[]): FlowLink[] {
  const { from, to, mode, exit } = baseline.edges;
  const markets = new Set(baseline.places.market);
  const joined = new Map<string, FlowLink>();
  const add = (source: string, target: string, value: number, by: string) => {
    const key = `${source}\u0000${target}`;
    const link = joined.get(key) ?? { source, target, value: 0, modes: [] };
    link.value += value;
    if (!link.modes.includes(by)) link.modes.push(by);
    joined.set(key, link);
  };
  flows.forEach((value, i) => {
    if (!(value > 0)) return;
    const abroad = exit[i] && !markets.has(to[i]);
    const target = abroad ? exit[i] : to[i];
    add(from[i], target, value, mode[i]);
  });
  return throughExits(baseline, [...joined.values()], markets);
}

/** What leaves by an exit goes on from the country behind it, in the country's proportions. */
function throughExits(baseline: Baseline, found: FlowLink[], markets: Set<string>): FlowLink[] {
  const exits = new Set(baseline.places.exit);
  const total = found.filter((l) => !exits.has(l.source) && exits.has(l.target)).reduce((sum, l) => sum + l.value, 0);
  const direct = new Set(found.filter((l) => markets.has(l.target)).map((l) => l.source));
  const onward: FlowLink[] = [];
  const transit = new Map<string, FlowLink[]>();
  for (const link of found) if (!exits.has(link.source) && isTransit(link.source)) push(transit, link.source, link);
  for (const exit of exits) {
    if (direct.has(exit)) continue;
    const reached = found.filter((l) => l.target === exit).reduce((sum, l) => sum + l.value, 0);
    const country = exit.split(" ")[0];
    const next = shares(country, transit, markets);
    for (const [market, share] of next) onward.push({ source: exit, target: market, value: reached * share, modes: [] });
  }
  const kept = found.filter((l) => !isTransit(l.source) && !isTransit(l.target));
  return [...kept, ...onward].filter((l) => l.value > LEAST * total);
}

const TRANSIT = new Set(["Bolivia", "Brazil", "Brazil drop", "Colombia", "Ecuador"]);
const isTransit = (name: string) => TRANSIT.has(name);

function push(map: Map<string, FlowLink[]>, key: string, link: FlowLink): void {
  map.set(key, [...(map.get(key) ?? []), link]);
}

/** The markets that a transit country's flow ends in, by share; following other countries. */
function shares(country: string, transit: Map<string, FlowLink[]>, markets: Set<string>, depth = 0): Map<string, number> {
  const out = new Map<string, number>();
  const links = transit.get(country) ?? [];
  const total = links.reduce((sum, l) => sum + l.value, 0);
  if (!total || depth > 3) return out;
  for (const { target, value } of links) {
    const share = value / total;
    if (markets.has(target)) out.set(target, (out.get(target) ?? 0) + share);
    else for (const [market, part] of shares(target, transit, markets, depth + 1)) out.set(market, (out.get(market) ?? 0) + share * part);
  }
  return out;
}

/** How much more flows on a link than in what it is compared with. */
export function changeOf(before: FlowLink[], source: string, target: string, value: number): number {
  return value - (before.find((link) => link.source === source && link.target === target)?.value ?? 0);
}

export type Laid = SankeyGraph<FlowNode, FlowLink>;

/** Where towns begin and exits stand between zones (0) and markets (1), so that names have room. */
const TOWNS_AT = 0.17;
const EXITS_AT = 0.72;
const NODE_WIDTH = 10;

/** Lay the links out in a box. */
export function lay(baseline: Baseline, found: FlowLink[], width: number, height: number): Laid {
  const column = (id: string) =>
    baseline.places.zone.includes(id) ? 0 : baseline.places.market.includes(id) ? 3 : baseline.places.exit.includes(id) ? 2 : 1;
  const ids = [...new Set(found.flatMap((l) => [l.source, l.target]))];
  const laid = sankey<FlowNode, FlowLink>()
    .nodeId((n) => n.id)
    .nodeWidth(NODE_WIDTH)
    .nodePadding(12)
    .nodeAlign((node, total) => align(node as unknown as FlowNode & { depth: number }, total))
    .extent([
      [1, 8],
      [width - 1, height - 8],
    ])
    .iterations(24)({ nodes: ids.map((id) => ({ id, column: column(id) })), links: withoutCircles(found).map((l) => ({ ...l })) });
  const layerOf = (node: object) => (node as { layer?: number }).layer ?? 0;
  const last = Math.max(...laid.nodes.map(layerOf));
  for (const node of laid.nodes) {
    const layer = layerOf(node);
    const share = layer === last ? 1 : layer === 0 ? 0 : TOWNS_AT + ((EXITS_AT - TOWNS_AT) * (layer - 1)) / Math.max(1, last - 2);
    node.x0 = 1 + share * (width - NODE_WIDTH - 2);
    node.x1 = node.x0 + NODE_WIDTH;
  }
  return laid;
}

/** Zones stand first, markets last, exits before them, towns in between by their distance. */
function align({ column, depth }: { column: number; depth: number }, total: number): number {
  if (column === 0) return 0;
  if (column === 3) return total - 1;
  return column === 2 ? total - 2 : Math.max(1, Math.min(depth, total - 3));
}

/** The links, thickest first, without those that would close a circle. */
export function withoutCircles(found: FlowLink[]): FlowLink[] {
  const next = new Map<string, Set<string>>();
  const reaches = (from: string, to: string): boolean => {
    const seen = new Set([from]);
    for (const place of seen) for (const step of next.get(place) ?? []) seen.add(step);
    return seen.has(to);
  };
  return [...found]
    .sort((a, b) => b.value - a.value)
    .filter(({ source, target }) => {
      if (reaches(target, source)) return false;
      next.set(source, (next.get(source) ?? new Set()).add(target));
      return true;
    });
}
