/** A lever's slider and its typed value: steps that suit the range, numbers as people write them. */

import { isTimes } from "./summary";
import type { Control, Lang } from "./types";

export const STEPS = 100;
/** Where today's value stands on a slider whose range reaches many times beyond it. */
const TODAY_AT = 30;
const FAR = 6;
const MUCH = 1e6;

/** linear; split: even steps up to today, then steps that multiply; square: fine near nothing. */
type Scale = "linear" | "split" | "square";

function scale(c: Control): Scale {
  if (c.kind === "share") return "linear";
  if (c.default > c.low && c.high / c.default > FAR) return "split";
  return c.default === c.low && c.high - c.low >= MUCH ? "square" : "linear";
}

/** The value at a position of the slider; today's value catches what is near it. */
export function valueAt(control: Control, position: number): number {
  const { low, high, default: today } = control;
  if (position <= 0) return low;
  if (position >= STEPS) return high;
  if (position === positionOf(control, today)) return today;
  const kind = scale(control);
  if (kind === "split") {
    const times = position < TODAY_AT ? position / TODAY_AT : (high / today) ** ((position - TODAY_AT) / (STEPS - TODAY_AT));
    return position < TODAY_AT ? tidy(low + (today - low) * times, 3) : tidy(today * tidy(times, 3), 6);
  }
  if (kind === "square") return tidy(low + (high - low) * (position / STEPS) ** 2, 4);
  const unit = 10 ** Math.floor(Math.log10((high - low) / STEPS));
  return tidy(Math.round((low + ((high - low) * position) / STEPS) / unit) * unit, 6);
}

export function positionOf(control: Control, value: number): number {
  const { low, high, default: today } = control;
  const kind = scale(control);
  if (kind === "split") {
    const at = value <= today ? (TODAY_AT * (value - low)) / (today - low) : TODAY_AT + ((STEPS - TODAY_AT) * Math.log(value / today)) / Math.log(high / today);
    return Math.round(at);
  }
  const share = (value - low) / (high - low);
  return Math.round(STEPS * (kind === "square" ? Math.sqrt(share) : share));
}

const tidy = (value: number, digits: number) => Number(value.toPrecision(digits));

/** How many of what is typed make one of the control's unit: per cent for a share, times today for an index. */
export const typedPer = (c: Control) => (c.kind === "share" ? 100 : c.kind === "index" ? 1 / c.default : 1);

/** Which unit is typed: "percent", "times" today, or the control's own. */
export const typedUnit = (c: Control): "percent" | "times" | "own" => (c.kind === "share" ? "percent" : isTimes(c) ? "times" : "own");

/** A number as people write it, in either decimal habit; NaN where it is none. */
export function parsed(text: string, lang: Lang, low = -Infinity, high = Infinity): number {
  const plain = text.trim().replace(/[\s\u00a0\u202f%]/g, "").replace("\u2212", "-");
  if (!/^[-+]?[\d.,]+$/.test(plain) || !/\d/.test(plain)) return NaN;
  const [points, commas] = [".", ","].map((mark) => plain.split(mark).length - 1);
  if (points && commas) return Number(plain.lastIndexOf(".") > plain.lastIndexOf(",") ? plain.replaceAll(",", "") : plain.replaceAll(".", "").replace(",", "."));
  const mark = points ? "." : ",";
  if (points + commas === 0) return Number(plain);
  const whole = Number(plain.replaceAll(mark, ""));
  const broken = Number(plain.replace(mark, "."));
  if (!/^[-+]?[1-9]\d{0,2}([.,]\d{3})+$/.test(plain)) return broken;
  // "25.000" or "25,000": thousands, unless only the other reading lies in the range.
  if (points + commas > 1) return whole;
  const fits = (value: number) => value >= low && value <= high;
  const isGrouped = mark === "," || lang === "es";
  if (fits(whole) !== fits(broken)) return fits(whole) ? whole : broken;
  return isGrouped ? whole : broken;
}
