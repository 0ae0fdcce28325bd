/** What a story or a reader asks: the measure whose places move, and the country's. */

export interface Question {
  id: string;
  /** The measure over places that the headline speaks of, and what its places are called. */
  measure: string;
  kind: string;
  /** The measure of the country that is told beside; "" for none. */
  country: string;
  /** A place is named when it moves at least this much, in the measure's unit, and as a share of its level; null: the server names them. */
  least: number | null;
}

export const LEAST_SHARE = 0.01;

export const QUESTIONS: Question[] = [
  { id: "coca", measure: "coca_ha|zone", kind: "zone.in", country: "coca_ha|country", least: null },
  { id: "exits", measure: "flow_t|exit", kind: "exit.in", country: "delivered_t|country", least: 0.5 },
  { id: "attacks", measure: "armed_acts|group", kind: "group.in", country: "armed_acts|country", least: 0.5 },
  { id: "incomes", measure: "household_income_usd|zone", kind: "zone.in", country: "", least: 5 },
];

export const question = (id: string): Question => QUESTIONS.find((q) => q.id === id) ?? QUESTIONS[0];
