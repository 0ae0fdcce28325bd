/** A table beside a picture: what it shows, for readers and spreadsheets. */

export type Cell = string | number;

export interface Table {
  head: string[];
  rows: Cell[][];
}
