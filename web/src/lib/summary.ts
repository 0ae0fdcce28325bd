/** A policy, what it costs and what reappears, in plain words. */

import { likelihood } from "./likelihood";
import { bulge, difference } from "./measure";
import { QUESTIONS, type Question } from "./questions";
import type { Baseline, Control, Picture } from "./types";
import type { Speech } from "./words";

export const NAMED = 3;

/** What a control is set to, with today's value: "Eradication: 35,000 ha/year (today 25,000)". */
export function controlWords(s: Speech, control: Control, value: number): string {
  return s.t(isTimes(control) ? "summary.control_times" : "summary.control", {
    label: labelWords(s, control),
    value: valueWords(s, control, value),
    today: valueWords(s, control, control.default, false),
  });
}

/** The name of a control, with its place. */
export function labelWords(s: Speech, control: Control): string {
  const label = leverName(s, control);
  return control.place ? `${label} ${s.t("lever.at", { place: s.name("place", control.place) })}` : label;
}

/** A value with its unit: "on"/"off" for a switch, per cent for a share. */
export function valueWords(s: Speech, control: Control, value: number, withUnit = true): string {
  if (isSwitch(control)) return s.t(value >= 0.5 ? "lever.on" : "lever.off");
  if (control.kind === "share") return s.percent(value);
  if (control.kind === "factor") return timesWords(s, value);
  if (control.kind === "index") return timesWords(s, value / control.default);
  const amount = s.short(value);
  return withUnit ? `${amount} ${s.name("unit", control.unit)}` : amount;
}

function timesWords(s: Speech, times: number): string {
  if (Math.abs(times - 1) < 0.005) return s.t("lever.same");
  if (times === 0) return s.t("lever.zero");
  return s.t("lever.times", { value: s.number(times, 2) });
}

export const isSwitch = (c: Control) => c.kind === "switch";
/** A factor, and an index, which says nothing by itself: both are told as a multiple of today's. */
export const isTimes = (c: Control) => c.kind === "factor" || c.kind === "index";

/** The policy in one sentence. */
export function policyWords(s: Speech, controls: Map<string, Control>, moved: Record<string, number>, start: number): string {
  const keys = Object.keys(moved).filter((key) => controls.has(key));
  if (!keys.length) return s.t("summary.nothing");
  const said = keys.slice(0, NAMED).map((key) => controlWords(s, controls.get(key)!, moved[key]));
  const rest = keys.length - said.length;
  if (rest > 0) said.push(s.t(rest === 1 ? "summary.one_more" : "summary.more", { n: rest }));
  return s.t("summary.policy", { start, policy: said.join("; ") });
}

/** Every change of a policy in words, for a list. */
export function changesWords(s: Speech, controls: Map<string, Control>, moved: Record<string, number>): { key: string; words: string }[] {
  const keys = Object.keys(moved).filter((key) => controls.has(key));
  return keys.map((key) => ({ key, words: controlWords(s, controls.get(key)!, moved[key]) }));
}

/** The levers moved, once each, that no sum of money counts, in words; empty where all are counted. */
export function leftOutWords(s: Speech, controls: Map<string, Control>, ...moved: (Record<string, number> | null)[]): string {
  const keys = moved.flatMap((one) => Object.keys(one ?? {}));
  const names = keys.map((key) => controls.get(key)).filter((c) => c?.price === "left out").map((c) => leverName(s, c!));
  return names.length ? s.t("summary.left_out", { levers: s.list([...new Set(names)]) }) : "";
}

export const leverName = (s: Speech, control: Control) => (s.has(`lever.${control.lever}`) ? s.t(`lever.${control.lever}`) : control.label[s.lang]);

/** What the state spends more or less in a year. */
export function costWords(s: Speech, picture: Picture | null, year: number): string {
  const change = difference(picture, "spending_usd|country", 0, year);
  if (likelihood(change) === "few") return "";
  const { low, mid, high } = change;
  const signed = (usd: number) => (usd > 0 ? `+${s.short(usd)}` : s.short(usd));
  const values = { usd: s.short(Math.abs(mid)), low: signed(low), high: signed(high) };
  if (low === 0 && high === 0) return s.t("summary.cost_same");
  if (likelihood(change) === "even" || mid === 0) return s.t("summary.cost_even", values);
  return s.t(mid > 0 ? "summary.cost_up" : "summary.cost_down", values);
}

/** What reappears elsewhere of what goes. */
export function bulgeWords(s: Speech, picture: Picture, year: number): string {
  const share = bulge(picture, year);
  if (!share) return "";
  const [low, mid, high] = [share.low, share.mid, share.high].map((part) => s.number(part * 100, 2));
  const also = share.mid < 0 ? ` ${s.t("summary.bulge_falls")}` : share.mid > 1 ? ` ${s.t("summary.bulge_more")}` : "";
  return s.t("summary.bulge", { low, mid, high }) + also;
}

/** The unknowns that the answer hangs on and that no source teaches, by name; "" where there is none. */
export function assumedWords(s: Speech, baseline: Baseline, picture: Picture | null, asked: Question): string {
  const hinges = picture?.unknowns?.[asked.country || QUESTIONS[0].country] ?? [];
  const assumed = hinges.filter(({ name }) => baseline.unknowns[name]?.kind === "assumed").slice(0, NAMED);
  const names = assumed.map(({ name }) => (s.has(`parameter.${name}`) ? s.t(`parameter.${name}`) : baseline.unknowns[name].meaning));
  return names.length ? s.t("summary.assumed", { names: s.list(names) }) : "";
}
