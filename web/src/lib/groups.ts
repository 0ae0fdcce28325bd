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

export const STEPS = 100;

/** The value at a position of the slider; today's value catches what is near it. */
export function valueAt(control: Control, position: number): number {
  const span = control.high - control.low;
  const value = control.low + (span * position) / STEPS;
  if (Math.abs(value - control.default) <= span / STEPS / 2) return control.default;
  if (position <= 0) return control.low;
  if (position >= STEPS) return control.high;
  const unit = 10 ** Math.floor(Math.log10(span / STEPS));
  return Number((Math.round(value / unit) * unit).toPrecision(6));
}

export function positionOf(control: Control, value: number): number {
  return Math.round((STEPS * (value - control.low)) / (control.high - control.low));
}
