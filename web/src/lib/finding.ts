/** What a picture answers to the question asked, in words: where more, where less, how sure. */

import { isClear, likelihood } from "./likelihood";
import { difference, level, movers } from "./measure";
import { LEAST_SHARE, question, type Question } from "./questions";
import { isFirst } from "./standing";
import { bulgeWords } from "./summary";
import type { Baseline, Picture } from "./types";
import type { Speech } from "./words";

const NAMED = 3;
const NAMED_PLACES = 2;
const SURE = 0.66;
/** All of a first few runs agree on the sign. */
const AGREED = 0.99;

export interface Finding {
  /** The sentence that a minister reads. */
  headline: string;
  /** The country, with interval, and how sure. */
  country: string;
  /** What reappears elsewhere of what goes. */
  bulge: string;
}

type Moved = { place: string; mid: number; up: number; draws: number };

/** The finding of a picture in a year; of the baseline where there is no picture. */
export function finding(s: Speech, baseline: Baseline, picture: Picture | null, year: number, ask = "coca"): Finding {
  const asked = question(ask);
  if (!picture) return resting(s, baseline, year, asked);
  if (year < picture.start) return { headline: s.t("summary.before", { start: picture.start }), country: "", bulge: "" };
  const grows = moving(baseline, picture, year, asked, "grows");
  const falls = moving(baseline, picture, year, asked, "falls");
  if (isFirst(picture)) {
    const [grow, fall] = [grows.find((z) => z.up >= AGREED), falls.find((z) => 1 - z.up >= AGREED)];
    return { headline: estimate(s, year, asked, grow, fall), country: "", bulge: "" };
  }
  return {
    headline: headline(s, year, asked, grows, falls),
    country: asked.country ? country(s, picture, year, asked) : "",
    bulge: asked.id === "coca" ? bulgeWords(s, picture, year) : "",
  };
}

/** The places that likely move, the largest change first: those that the server names, or that move enough. */
function moving(baseline: Baseline, picture: Picture, year: number, asked: Question, which: "falls" | "grows"): Moved[] {
  const [, dim] = asked.measure.split("|");
  if (asked.least === null) return movers(picture, which, year).map((one) => ({ ...one, place: baseline.places[dim][one.place] }));
  const least = asked.least;
  const enough = (at: number) => Math.max(least, LEAST_SHARE * level(baseline, null, asked.measure, at, year).mid);
  const way = which === "grows" ? 1 : -1;
  const sure = (up: number) => (way > 0 ? up : 1 - up);
  return baseline.places[dim]
    .map((place, at) => ({ place, at, ...difference(picture, asked.measure, at, year) }))
    .filter((z) => way * z.mid > enough(z.at) && sure(z.up) >= SURE)
    .sort((a, b) => way * (b.mid - a.mid));
}

/** A place as a sentence names it: with its article where it has one. */
const called = (s: Speech, kind: string, place: string) => (s.has(`${kind}.${place}`) ? s.name(kind, place) : s.name(kind.split(".")[0], place));

const amount = (s: Speech, value: number) => s.signed(value, 2);

/** A first estimate names the one place that moves most, with no interval and no likelihood. */
function estimate(s: Speech, year: number, { id, kind }: Question, grow: Moved | undefined, fall: Moved | undefined): string {
  const most = Math.abs(grow?.mid ?? 0) > Math.abs(fall?.mid ?? 0) ? grow : fall;
  if (!most) return s.t(`answer.${id}.unclear`, { year });
  const place = s.t(`answer.${id}.estimate`, { place: called(s, kind, most.place), value: amount(s, most.mid) });
  return s.t(`answer.${id}.${most === grow ? "more" : "less"}`, { year, places: place });
}

function headline(s: Speech, year: number, { id, kind }: Question, grows: Moved[], falls: Moved[]): string {
  const named = (found: Moved[]) =>
    s.list(
      found.slice(0, NAMED_PLACES).map((z, i) => {
        const place = called(s, kind, z.place);
        return i ? place : s.t(`answer.${id}.place`, { place, value: amount(s, z.mid), likely: s.t(`likely.${likelihood(z)}`) });
      }),
    );
  if (grows.length && falls.length) return s.t(`answer.${id}.both`, { year, falls: named(falls), grows: named(grows) });
  if (falls.length) return s.t(`answer.${id}.falls`, { year, falls: named(falls) });
  if (grows.length) return s.t(`answer.${id}.grows`, { year, grows: named(grows) });
  return s.t(`answer.${id}.unclear`, { year });
}

function country(s: Speech, picture: Picture, year: number, { id, country: measure }: Question): string {
  const change = difference(picture, measure, 0, year);
  if (change.low === 0 && change.high === 0) return s.t(`answer.${id}.country_same`);
  const values = { value: s.number(Math.abs(change.mid), 2), low: amount(s, change.low), high: amount(s, change.high) };
  const word = likelihood(change);
  if (word === "even") return s.t(`answer.${id}.country_even`, values);
  const sentence = s.t(`answer.${id}.country_${change.up > 0.5 ? "up" : "down"}`, { ...values, likely: s.t(`likely.${word}`) });
  return isClear(change.low, change.high) ? sentence : `${sentence} ${s.t("summary.smaller")}`;
}

/** How it stands if nothing changes. */
function resting(s: Speech, baseline: Baseline, year: number, asked: Question): Finding {
  const [, dim] = asked.measure.split("|");
  const places = baseline.places[dim]
    .map((place, at) => ({ place, ...level(baseline, null, asked.measure, at, year) }))
    .sort((a, b) => b.mid - a.mid);
  const most = s.list(places.slice(0, NAMED).map((z) => asked.kind === "zone.in" ? s.name("zone", z.place) : called(s, asked.kind, z.place)));
  const whole = asked.country ? level(baseline, null, asked.country, 0, year) : places[0];
  const values = { year, place: called(s, asked.kind, places[0].place), value: s.number(whole.mid), low: s.number(whole.low), high: s.number(whole.high) };
  const key = year <= baseline.present ? "history" : "today";
  return { headline: s.t(`answer.${asked.id}.${key}`, values), country: s.t(`answer.${asked.id}.most`, { places: most }), bulge: "" };
}
