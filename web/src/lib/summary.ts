/** Policy and finding in plain words: what is moved, what grows and shrinks, how sure. */

import { isClear, likelihood } from "./likelihood";
import { bulge, difference, level, movers } from "./measure";
import type { Baseline, Control, Picture } from "./types";
import type { Speech } from "./words";

const NAMED = 3;
const NAMED_ZONES = 2;

/** What a control is set to, with today's value: "Eradication: 35,000 ha/year (today 25,000)". */
export function controlWords(s: Speech, control: Control, value: number): string {
  const label = s.has(`lever.${control.lever}`) ? s.t(`lever.${control.lever}`) : control.label[s.lang];
  const place = control.place ? ` ${s.t("lever.at", { place: s.name("place", control.place) })}` : "";
  return s.t("summary.control", {
    label: `${label}${place}`,
    value: valueWords(s, control, value),
    today: valueWords(s, control, control.default, false),
  });
}

/** A value with its unit: "on"/"off" for a switch, per cent for a share. */
export function valueWords(s: Speech, control: Control, value: number, withUnit = true): string {
  if (isSwitch(control)) return s.t(value >= 0.5 ? "lever.on" : "lever.off");
  if (control.kind === "share") return s.percent(value);
  if (control.kind === "factor") return value === 1 ? s.t("lever.same") : s.t("lever.times", { value: s.number(value) });
  const amount = s.short(value);
  return withUnit ? `${amount} ${s.name("unit", control.unit)}` : amount;
}

export const isSwitch = (c: Control) => c.kind === "switch";

/** The policy in one sentence. */
export function policyWords(s: Speech, controls: Map<string, Control>, moved: Record<string, number>, start: number): string {
  const keys = Object.keys(moved).filter((key) => controls.has(key));
  if (!keys.length) return s.t("summary.nothing");
  const said = keys.slice(0, NAMED).map((key) => controlWords(s, controls.get(key)!, moved[key]));
  const rest = keys.length - said.length;
  if (rest > 0) said.push(s.t(rest === 1 ? "summary.one_more" : "summary.more", { n: rest }));
  return s.t("summary.policy", { start, policy: said.join("; ") });
}

export interface Finding {
  /** The sentence that a minister reads. */
  headline: string;
  /** The country, with interval, and how sure. */
  country: string;
  /** What reappears elsewhere of what goes. */
  bulge: string;
}

/** What the state spends more or less in a year. */
export function costWords(s: Speech, picture: Picture | null, year: number): string {
  const change = difference(picture, "spending_usd|country", 0, year);
  const { low, mid, high } = change;
  const signed = (usd: number) => (usd > 0 ? `+${s.short(usd)}` : s.short(usd));
  const values = { usd: s.short(Math.abs(mid)), low: signed(low), high: signed(high) };
  if (low === 0 && high === 0) return s.t("summary.cost_same");
  if (likelihood(change) === "even" || mid === 0) return s.t("summary.cost_even", values);
  return s.t(mid > 0 ? "summary.cost_up" : "summary.cost_down", values);
}

/** The finding of a picture in a year, on coca area. */
export function finding(s: Speech, baseline: Baseline, picture: Picture | null, year: number): Finding {
  const moved = picture && Object.keys(picture.levers).length > 0;
  if (!moved) return resting(s, baseline, year);
  if (year < picture.start) return { headline: s.t("summary.before", { start: picture.start }), country: "", bulge: "" };
  const named = (which: "falls" | "grows") => movers(picture, which, year).map((one) => ({ zone: baseline.places.zone[one.place], ...one }));
  const [grows, falls] = [named("grows"), named("falls")];
  return { headline: headline(s, year, grows, falls), country: country(s, picture, year), bulge: bulgeWords(s, picture, year) };
}

type Moved = { zone: string; mid: number; up: number; draws: number };

function headline(s: Speech, year: number, grows: Moved[], falls: Moved[]): string {
  const named = (zones: Moved[]) =>
    s.list(
      zones.slice(0, NAMED_ZONES).map((z, i) => {
        const zone = s.name("zone.in", z.zone);
        const likely = s.t(`likely.${likelihood(z)}`);
        return i ? zone : s.t("summary.zone", { zone, ha: s.signed(z.mid, 2), likely });
      }),
    );
  if (grows.length && falls.length) return s.t("summary.both", { year, falls: named(falls), grows: named(grows) });
  if (falls.length) return s.t("summary.falls", { year, falls: named(falls) });
  if (grows.length) return s.t("summary.grows", { year, grows: named(grows) });
  return s.t("summary.unclear", { year });
}

function country(s: Speech, picture: Picture, year: number): string {
  const change = difference(picture, "coca_ha|country", 0, year);
  const values = { ha: s.signed(change.mid, 2), low: s.signed(change.low, 2), high: s.signed(change.high, 2) };
  const word = likelihood(change);
  if (word === "even") return s.t("summary.country_even", values);
  const key = change.up > 0.5 ? "summary.country_up" : "summary.country_down";
  const sentence = s.t(key, { ...values, likely: s.t(`likely.${word}`) });
  return isClear(change.low, change.high) ? sentence : `${sentence} ${s.t("summary.smaller")}`;
}

function bulgeWords(s: Speech, picture: Picture, year: number): string {
  const share = bulge(picture, year);
  if (!share) return "";
  const [low, mid, high] = [share.low, share.mid, share.high].map((part) => s.number(part * 100, 2));
  const also = share.mid < 0 ? ` ${s.t("summary.bulge_falls")}` : share.mid > 1 ? ` ${s.t("summary.bulge_more")}` : "";
  return s.t("summary.bulge", { low, mid, high }) + also;
}

function resting(s: Speech, baseline: Baseline, year: number): Finding {
  const area = level(baseline, null, "coca_ha|country", 0, year);
  const zones = baseline.places.zone
    .map((zone, place) => ({ zone, mid: level(baseline, null, "coca_ha|zone", place, year).mid }))
    .sort((a, b) => b.mid - a.mid);
  const values = { year, ha: s.number(area.mid), low: s.number(area.low), high: s.number(area.high) };
  const key = year <= baseline.present ? "summary.history" : "summary.baseline";
  const most = s.list(zones.slice(0, NAMED).map((z) => s.name("zone", z.zone)));
  return { headline: s.t(key, values), country: s.t("summary.most", { zones: most }), bulge: "" };
}
