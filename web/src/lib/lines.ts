/** What a chart of a measure shows: the scenario with its band, the baseline and the kept one as lines. */

import type { Line } from "../charts/FanChart.svelte";
import type { Dot, Row } from "../charts/DotRange.svelte";
import { BASELINE, KEPT, SCENARIO, sureness } from "./colours";
import { likelihood } from "./likelihood";
import { difference, differenceFan, isolated, joined, level } from "./measure";
import type { Store } from "./store.svelte";
import type { Table } from "./table";

/** Levels over the years. */
export function levelLines(store: Store, measure: string, place: number): Line[] {
  const { baseline, shown, keptShown, s, names } = store;
  const today = joined(baseline!, null, measure, place);
  const lines: Line[] = [];
  if (shown) {
    lines.push({ fan: isolated(today, baseline!.present), colour: BASELINE, label: s.t("baseline"), dashed: true, bands: false });
  }
  if (keptShown) {
    lines.push({ fan: isolated(joined(baseline!, keptShown, measure, place), baseline!.present), colour: KEPT, label: names.kept, bands: false });
  }
  lines.push({ fan: shown ? joined(baseline!, shown, measure, place) : today, room: today, colour: SCENARIO, label: shown ? names.own : s.t("baseline") });
  return lines;
}

/** Differences to the baseline over the future. */
export function differenceLines(store: Store, measure: string, place: number): Line[] {
  const { shown, names, s } = store;
  const lines: Line[] = [];
  const label = (name: string) => s.t("difference.label", { name, than: differenceTo(store) });
  const beside = keptBeside(store);
  if (beside) lines.push({ fan: differenceFan(beside, measure, place), colour: KEPT, label: label(names.kept) });
  if (shown) lines.push({ fan: differenceFan(shown, measure, place), colour: SCENARIO, label: label(names.own) });
  return lines;
}

/** The kept scenario's difference to today stands beside, unless it is itself what is compared with. */
const keptBeside = (store: Store) => (store.asked.against ? null : store.keptShown);

/** What differences are to, in words. */
export const differenceTo = (store: Store) => (store.asked.against ? `«${store.names.kept}»` : store.s.t("baseline.that"));

/** Published figures of a place. */
export function surveysOf(store: Store, measure: string, place: string) {
  return store.baseline!.surveys.filter((row) => row.outcome === measure && row.place === place);
}

/** Levels of all places in a year, the baseline below the scenario. */
export function levelRows(store: Store, measure: string, kind: string, places: string[]): Row[] {
  const { baseline, shown, keptShown, s, year, names } = store;
  const future = year > baseline!.present;
  return places.map((place, i) => {
    const dots: Dot[] = [];
    if (future && shown) dots.push({ ...level(baseline!, shown, measure, i, year), colour: SCENARIO, label: names.own });
    if (keptShown && future) dots.push({ ...level(baseline!, keptShown, measure, i, year), colour: KEPT, label: names.kept });
    const grey = dots.length > 0;
    dots.push({ ...level(baseline!, null, measure, i, year), colour: grey ? BASELINE : SCENARIO, label: s.t("baseline"), strong: !grey });
    return { id: place, name: s.name(kind, place), dots };
  });
}

/** Differences of all places in a year, with how sure the sign is. */
export function differenceRows(store: Store, measure: string, kind: string, places: string[]): Row[] {
  const { shown, s, year, names } = store;
  const beside = keptBeside(store);
  const label = (name: string) => s.t("difference.label", { name, than: differenceTo(store) });
  return places.map((place, i) => {
    const d = difference(shown, measure, i, year);
    const word = likelihood(d);
    const colour = beside ? SCENARIO : d.mid === 0 || word === "few" ? BASELINE : readable(d.up);
    const dots: Dot[] = [{ ...d, colour, strong: word !== "even" && word !== "few", label: label(names.own) }];
    if (beside) dots.push({ ...difference(beside, measure, i, year), colour: KEPT, label: label(names.kept) });
    const still = word !== "few" && d.low === 0 && d.high === 0;
    return { id: place, name: s.name(kind, place), dots, note: s.t(still ? "likely.none" : `likely.short.${word}`) };
  });
}

/** PuOr strong enough for lines and dots. */
const readable = (up: number) => (Math.abs(up - 0.5) < 0.16 ? "#6d7781" : sureness(up > 0.5 ? Math.max(up, 0.93) : Math.min(up, 0.07)));

/** The numbers behind a fan chart. */
export function fanTable(store: Store, lines: Line[]): Table {
  const { s } = store;
  const head = [s.t("year"), ...lines.flatMap((l) => (l.bands === false ? [l.label] : [`${l.label} 5 %`, l.label, `${l.label} 95 %`]))];
  const years = [...new Set(lines.flatMap((l) => l.fan.years))].sort((a, b) => a - b);
  const rows = years.map((year) => [
    year,
    ...lines.flatMap((l) => {
      const y = l.fan.years.indexOf(year);
      const n = l.fan.levels.length;
      const at = (q: number) => (y < 0 ? NaN : l.fan.levels[q][y]);
      return l.bands === false ? [at((n - 1) / 2)] : [at(0), at((n - 1) / 2), at(n - 1)];
    }),
  ]);
  return { head, rows };
}

/** The numbers behind rows of dots. */
export function rowTable(store: Store, rows: Row[]): Table {
  const { s } = store;
  const labels = rows[0]?.dots.map((d) => d.label) ?? [];
  const noted = rows.some((r) => r.note);
  const head = [s.t("file.place"), ...labels.flatMap((l) => [`${l} 5 %`, l, `${l} 95 %`]), ...(noted ? [s.t("sureness")] : [])];
  return { head, rows: rows.map((r) => [r.name, ...r.dots.flatMap((d) => [d.low, d.mid, d.high]), ...(noted ? [r.note ?? ""] : [])]) };
}
