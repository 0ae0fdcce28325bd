/** Words and numbers in the reader's language; Spanish numbers as Peru writes them. */

import type { Lang, Texts } from "./types";

const LOCALES: Record<Lang, string> = { es: "es-PE", en: "en-US" };
const MINUS = "\u2212";

export interface Speech {
  lang: Lang;
  /** A text with its {placeholders} filled; the key itself where there is none. */
  t: (key: string, values?: Record<string, string | number>) => string;
  has: (key: string) => boolean;
  /** The word for a name of the data (a zone, a mode ...), or the name. */
  name: (kind: string, name: string) => string;
  number: (value: number, digits?: number) => string;
  signed: (value: number, digits?: number) => string;
  percent: (share: number) => string;
  /** Amounts on a scale: millions and more in words. */
  short: (value: number) => string;
  list: (names: string[]) => string;
  meaning: (variable: string) => string;
  /** What a parameter rests on; the sources themselves are in English. */
  basis: (source: string) => string;
}

export function speech(texts: Texts, lang: Lang): Speech {
  const words = texts[lang];
  const locale = LOCALES[lang];
  const t: Speech["t"] = (key, values = {}) =>
    (words[`page.${key}`] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? `{${name}}`));
  const number = (value: number, digits = 3) => {
    if (!Number.isFinite(value)) return "–";
    const plain = Math.abs(value) < 1e-12 ? 0 : value;
    const text = new Intl.NumberFormat(locale, { maximumSignificantDigits: digits }).format(plain);
    return text.replace("-", MINUS);
  };
  const signed = (value: number, digits = 3) => (value > 0 ? `+${number(value, digits)}` : number(value, digits));
  return {
    lang,
    t,
    has: (key) => `page.${key}` in words,
    name: (kind, name) => words[`page.${kind}.${name}`] ?? name,
    number,
    signed,
    percent: (share) => {
      const sign = lang === "es" ? "\u202f%" : "%";
      return Number.isFinite(share) ? `${number(share * 100, share > 0.1 ? 2 : 1)}${sign}` : "–";
    },
    short: (value) => {
      if (Math.abs(value) >= 1e9) return t("number.billions", { number: number(value / 1e9, 3) });
      if (Math.abs(value) >= 1e6) return t("number.millions", { number: number(value / 1e6, 3) });
      return number(value, 3);
    },
    list: (names) => {
      if (names.length < 2) return names.join("");
      const last = names[names.length - 1];
      const soft = lang === "es" && /^(i|hi|í)/i.test(last);
      return `${names.slice(0, -1).join(", ")} ${t(soft ? "list.and_i" : "list.and")} ${last}`;
    },
    basis: (source) => source.replace(/^assumed/, t("assumed")),
    meaning: (variable) => texts.variables[variable]?.[lang] ?? variable,
  };
}
