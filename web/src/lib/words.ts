/** Words and numbers in the reader's language; Spanish numbers as Peru writes them. */

import type { Lang, Texts } from "./types";

/** How a language writes numbers, where that is not said by its name. */
const LOCALES: Record<string, string> = { es: "es-PE", en: "en-US" };
const MINUS = "\u2212";

const SMALL = new Set(["de", "del", "la", "las", "los", "el", "y"]);

/** A name that a table writes in capitals, as people write it. */
export function properName(name: string): string {
  if (name !== name.toUpperCase()) return name;
  return name.toLowerCase().replace(/\p{L}+/gu, (word, at: number) => (at && SMALL.has(word) ? word : word[0].toUpperCase() + word.slice(1)));
}

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
  /** What a parameter rests on; the table says it in English, other languages say its kind. */
  basis: (source: string) => string;
}

/** The languages that the server has texts of, Spanish first. */
export function languages(texts: Texts): Lang[] {
  const known = Object.keys(texts).filter((key) => key !== "variables") as Lang[];
  return known.sort((a, b) => Number(b === "es") - Number(a === "es") || a.localeCompare(b));
}

/** What a language calls itself. */
export function ownName(lang: Lang): string {
  const name = new Intl.DisplayNames([lang], { type: "language" }).of(lang) ?? lang;
  return name[0].toLocaleUpperCase(lang) + name.slice(1);
}

export function speech(texts: Texts, lang: Lang): Speech {
  const words = texts[lang];
  const locale = LOCALES[lang] ?? lang;
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
      if (Math.abs(value) >= 1e6) return t("number.millions", { number: number(value / 1e6, 3) });
      return number(value, 3);
    },
    list: (names) => {
      if (names.length < 2) return names.join("");
      const last = names[names.length - 1];
      const soft = lang === "es" && /^(i|hi|í)/i.test(last);
      return `${names.slice(0, -1).join(", ")} ${t(soft ? "list.and_i" : "list.and")} ${last}`;
    },
    basis: (source) => {
      if (lang === "en") return source.replace(/^assumed/, t("assumed"));
      if (!source || /^assumed/.test(source)) return t("basis.assumed");
      const ids = source.match(/\bE\d{3}\b/g);
      return ids ? t("basis.studies", { ids: ids.join(", ") }) : t("basis.figures");
    },
    meaning: (variable) => texts.variables[variable]?.[lang] ?? variable,
  };
}
