/** Levers in the groups in which the page shows them. */

import type { Control } from "./types";

export interface Lever {
  name: string;
  controls: Control[];
}

export interface Group {
  id: string;
  levers: Lever[];
}

/** Every lever in its group; groups and levers in the order of levers.csv, which says them. */
export function grouped(controls: Iterable<Control>): Group[] {
  const groups = new Map<string, Map<string, Control[]>>();
  for (const control of controls) {
    if (!groups.has(control.group)) groups.set(control.group, new Map());
    const levers = groups.get(control.group)!;
    levers.set(control.lever, [...(levers.get(control.lever) ?? []), control]);
  }
  const named = (levers: Map<string, Control[]>) => [...levers].map(([name, found]) => ({ name, controls: found }));
  return [...groups].map(([id, levers]) => ({ id, levers: named(levers) }));
}
