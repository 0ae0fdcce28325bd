/** What the server sends; names as in its OpenAPI description. */

export type Lang = "es" | "en";

/** One measure: quantiles over draws by year and place, flat, level first. */
export interface Sent {
  unit: string;
  shape: [number, number, number];
  level: number[];
  delta?: number[];
  up?: number[];
  since?: number[];
  since_up?: number[];
}

/** What moves and what reappears, as results/difference.py says it. */
export interface Bulge {
  /** Zones by number that likely fall and likely grow, a list a year. */
  falls: number[][];
  grows: number[][];
  removed: number[];
  elsewhere: number[];
  share: (number | null)[];
}

export interface Picture {
  draws: number;
  of: number;
  failed: number;
  years: number[];
  start: number;
  levers: Record<string, number>;
  /** The levers of the scenario that it is compared with; null for today's policy. */
  against: Record<string, number> | null;
  arrays: Record<string, Sent>;
  bulge: Bulge;
  unknowns: Record<string, Hinge[]> | null;
  /** Of a fitted answer: runs learnt from, settings checked, share within the interval or 5 %, worst. */
  fit?: { settings: number; within: number; worst: number; runs: number };
}

export interface Hinge {
  name: string;
  rho: number;
}

export interface Survey {
  outcome: string;
  place: string;
  year: number;
  value: number;
  confidence: string;
}

export interface Baseline {
  years: number[];
  present: number;
  draws: number;
  places: Record<string, string[]>;
  districts: { name: string[]; zone: string[]; lat: number[]; lon: number[] };
  edges: { from: string[]; to: string[]; mode: string[]; exit: string[] };
  arrays: Record<string, Sent>;
  surveys: Survey[];
  /** What is uncertain; `kind` says what its source is: assumed, effects, figures, studies. */
  unknowns: Record<string, { unit: string; meaning: string; source: string; kind: string }>;
  attrs: Record<string, string>;
}

export interface Control {
  key: string;
  lever: string;
  place: string;
  unit: string;
  default: number;
  low: number;
  high: number;
  by: string;
  group: string;
  kind: "switch" | "share" | "factor" | "index" | "amount";
  /** The parameter that prices it, or `itself`, `nothing`, `left out`. */
  price: string;
  cost: Record<Lang, string>;
  source: Record<Lang, string>;
  label: Record<Lang, string>;
  meaning: Record<Lang, string>;
}

export interface Story {
  id: string;
  levers: Record<string, number>;
  view: string;
  show: string;
  focus: string;
  /** What it asks: a question of lib/questions.ts. */
  ask: string;
}

export interface Node {
  name: string;
  kind: string;
  lat: number;
  lon: number;
}

export interface Geography {
  shapes: GeoJSON.FeatureCollection<GeoJSON.Geometry, { layer: string; name: string }>;
  nodes: Node[];
  /** By zone, where its name stands from its centre, and which end of it. */
  labels: Record<string, [number, number, string]>;
}

/** Where a figure comes from. */
export interface Cited {
  title_en: string;
  title_es: string;
  publisher_en: string;
  publisher_es: string;
  /** read, quoted or recalled. */
  access: string;
  url: string;
  confidence: string;
  known_at: string;
}

export interface EvidenceRow extends Cited {
  quantity: string;
  place: string;
  to: string;
  mode: string;
  year: number | null;
  year_to: number | null;
  value: number | null;
  low: number | null;
  high: number | null;
  unit: string;
  basis: string;
  source: string;
  note: string;
  disagreement: string;
}

export interface Evidence {
  outcome: string;
  place: string;
  n: number;
  rows: EvidenceRow[];
  disagreements: { id: string; question: string; reading: string }[];
  assumptions: {
    name: string;
    unit: string;
    default: number;
    low: number;
    high: number;
    source: string;
    meaning: string;
  }[];
  score: { years: number; held: number } | null;
}

export type Words = Record<string, string>;

export interface Texts {
  es: Words;
  en: Words;
  variables: Record<string, { unit: string; kind: string; es: string; en: string }>;
}

export interface District {
  code: string;
  department: string;
  province: string;
  surveys: (Cited & { year: number; value: number })[];
}

export interface Ahead {
  code: string;
  /** There are no years yet: ask again. */
  computing?: boolean;
  as_of: string | null;
  years: { year: number; low: number; mid: number; high: number }[];
}

interface Ends {
  low: number;
  mid: number;
  high: number;
}

/** Zones by what is forecast, the largest gain first. */
export interface Coming {
  as_of: string;
  draws: number;
  zones: { zone: string; year: number; area: Ends; surveyed: number | null; since: number | null; change: Ends | null; up: number | null }[];
  score: { horizon: number; targets: string; rival: string; skill: number; low: number; high: number } | null;
}

/** What a change of coca comes from, in words and as a table, by language. */
export interface Why {
  year: number;
  told: Record<Lang, { sentences: string[]; hinges: string[]; rows: string[][]; title: string }>;
}
