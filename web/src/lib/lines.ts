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
  const { baseline, picture, keptPicture, s, isMoved } = store;
  const lines: Line[] = [];
  if (isMoved && picture) {
    lines.push({ fan: isolated(joined(baseline!, null, measure, place), baseline!.present), colour: BASELINE, label: s.t("baseline"), dashed: true, bands: false });
  }
  if (store.kept && keptPicture) {
    lines.push({ fan: isolated(joined(baseline!, keptPicture, measure, place), baseline!.present), colour: KEPT, label: s.t("kept"), bands: false });
  }
  lines.push({ fan: joined(baseline!, isMoved ? picture : null, measure, place), colour: SCENARIO, label: s.t(isMoved ? "scenario" : "baseline") });
  return lines;
}

/** Differences to the baseline over the future. */
export function differenceLines(store: Store, measure: string, place: number): Line[] {
  const { picture, keptPicture, s } = store;
  const lines: Line[] = [];
  if (store.kept && keptPicture) lines.push({ fan: differenceFan(keptPicture, measure, place), colour: KEPT, label: s.t("kept") });
  if (picture) lines.push({ fan: differenceFan(picture, measure, place), colour: SCENARIO, label: s.t("scenario") });
  return lines;
}

/** Published figures of a place. */
export function surveysOf(store: Store, measure: string, place: string) {
  return store.baseline!.surveys.filter((row) => row.measure === measure && row.place === place);
}

/** Levels of all places in a year, the baseline below the scenario. */
export function levelRows(store: Store, measure: string, kind: string, places: string[]): Row[] {
  const { baseline, picture, keptPicture, isMoved, s, year } = store;
  const future = year > baseline!.present;
  return places.map((place, i) => {
    const dots: Dot[] = [];
    if (isMoved && future && picture) dots.push({ ...level(baseline!, picture, measure, i, year), colour: SCENARIO, label: s.t("scenario") });
    if (store.kept && keptPicture && future) dots.push({ ...level(baseline!, keptPicture, measure, i, year), colour: KEPT, label: s.t("kept") });
    const grey = dots.length > 0;
    dots.push({ ...level(baseline!, null, measure, i, year), colour: grey ? BASELINE : SCENARIO, label: s.t("baseline"), strong: !grey });
    return { id: place, name: s.name(kind, place), dots };
  });
}

/** Differences of all places in a year, with how sure the sign is. */
export function differenceRows(store: Store, measure: string, kind: string, places: string[]): Row[] {
  const { picture, keptPicture, s, year } = store;
  return places.map((place, i) => {
    const d = difference(picture, measure, i, year);
    const word = likelihood(d);
    const colour = store.kept ? SCENARIO : d.mid === 0 ? BASELINE : readable(d.up);
    const dots: Dot[] = [{ ...d, colour, strong: word !== "even", label: s.t("scenario") }];
    if (store.kept && keptPicture) dots.push({ ...difference(keptPicture, measure, i, year), colour: KEPT, label: s.t("kept") });
    const still = d.low === 0 && d.high === 0;
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
  const head = ["", ...labels.flatMap((l) => [`${l} 5 %`, l, `${l} 95 %`]), ...(noted ? [s.t("sureness")] : [])];
  return { head, rows: rows.map((r) => [r.name, ...r.dots.flatMap((d) => [d.low, d.mid, d.high]), ...(noted ? [r.note ?? ""] : [])]) };
}
