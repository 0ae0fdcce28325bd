/** Levers in the groups in which the page shows them. */

import type { Control } from "./types";

const GROUPS: [string, RegExp][] = [
  ["eradication", /^eradication/],
  ["armed", /^(operations|election|armed)/],
  ["inputs", /^precursor/],
  ["routes", /^(road_|river_|lake_|air_|port_|container|interdiction|.*_capacity$)/],
  ["development", /^(development|roads|titles|technical_help|price_support)/],
  ["neighbours", /^(bolivia|chile|brazil|ecuador)/],
  ["world", /^(colombia|demand|coffee|cacao|lockdown|legal)/],
];

export interface Lever {
  name: string;
  controls: Control[];
}

export interface Group {
  id: string;
  levers: Lever[];
}

/** Every lever in its group, in the order of the table; what fits no group comes last. */
export function grouped(controls: Iterable<Control>): Group[] {
  const levers = new Map<string, Control[]>();
  for (const control of controls) levers.set(control.lever, [...(levers.get(control.lever) ?? []), control]);
  const groups = new Map<string, Lever[]>([...GROUPS.map(([id]): [string, Lever[]] => [id, []]), ["other", []]]);
  for (const [name, found] of levers) {
    const id = GROUPS.find(([, pattern]) => pattern.test(name))?.[0] ?? "other";
    groups.get(id)!.push({ name, controls: found });
  }
  return [...groups].filter(([, found]) => found.length).map(([id, found]) => ({ id, levers: found }));
}
