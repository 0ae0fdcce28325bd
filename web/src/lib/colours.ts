/** Colours that stay apart for every common kind of colour vision: PuOr, Cividis, Okabe-Ito. */

import { interpolateCividis, interpolatePuOr } from "d3-scale-chromatic";

/** Purple for less, pale for "as likely as not", orange for more: PuOr by probability of growth. */
export function sureness(up: number): string {
  const p = Math.min(1, Math.max(0, up));
  return interpolatePuOr(0.08 + 0.84 * p);
}

/** Cividis, pale for little and dark for much. */
export function amount(share: number): string {
  return interpolateCividis(1 - 0.95 * Math.min(1, Math.max(0, share)));
}

/** Okabe-Ito. */
export const OKABE = {
  orange: "#e69f00",
  sky: "#56b4e9",
  green: "#009e73",
  yellow: "#f0e442",
  blue: "#0072b2",
  vermilion: "#d55e00",
  purple: "#cc79a7",
  black: "#000000",
};

export const BASELINE = "#7d8793";
export const SCENARIO = OKABE.blue;
export const KEPT = OKABE.vermilion;

const MODES: Record<string, string> = {
  foot: "#a58a00",
  road: OKABE.vermilion,
  river: OKABE.blue,
  lake: OKABE.green,
  air: OKABE.orange,
  container: OKABE.purple,
  vessel: OKABE.sky,
  airdrop: OKABE.black,
};

export const mode = (name: string) => MODES[name] ?? BASELINE;

/** Black or white, whichever reads better on a colour given as rgb(...). */
export function inkOn(colour: string): string {
  const [r, g, b] = (colour.match(/\d+/g) ?? ["255", "255", "255"]).map((c) => {
    const part = Number(c) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "#16202b" : "#ffffff";
}
