import { dropFloatNoise } from "../text/figures.ts";
import { type Dimension, measures, type SpendRow } from "./table.ts";

/** The remainder of a whole, cell by cell, as parts are subtracted one after another. */
export interface Remainder {
  subtract(parts: readonly SpendRow[]): void;
  isEmpty(): boolean;
  rows(): SpendRow[];
}

/** @param join the dimensions that whole and parts have in common */
export function createRemainder(whole: readonly SpendRow[], join: readonly Dimension[]): Remainder {
  const cells = new Map<string, SpendRow>();
  function add(rows: readonly SpendRow[], sign: 1 | -1): void {
    for (const row of rows) {
      const id = JSON.stringify([row.bucket, ...join.map((dimension) => row[dimension] ?? null)]);
      let sum = cells.get(id);
      if (!sum) {
        sum = { bucket: row.bucket };
        for (const dimension of join) sum[dimension] = row[dimension];
        cells.set(id, sum);
      }
      for (const measure of measures) sum[measure] = (sum[measure] ?? 0) + sign * (row[measure] ?? 0);
    }
  }
  const isLeft = (row: SpendRow) => measures.some((measure) => dropFloatNoise(row[measure] ?? 0) !== 0);
  add(whole, 1);
  return {
    subtract: (parts) => add(parts, -1),
    isEmpty: () => ![...cells.values()].some(isLeft),
    rows: () =>
      [...cells.values()].filter(isLeft).map((row) => {
        const trimmed = { ...row };
        for (const measure of measures) trimmed[measure] = dropFloatNoise(row[measure] ?? 0);
        return trimmed;
      }),
  };
}

/**
 * The account's rows with the parts in their place: what the parts hold, split further, and what of each cell of
 * the whole they do not account for. Whatever the parts are, all rows together add up to the whole.
 * @param join the dimensions that whole and parts have in common
 */
export function attribute(
  whole: readonly SpendRow[],
  parts: readonly SpendRow[],
  join: readonly Dimension[],
): SpendRow[] {
  const rest = createRemainder(whole, join);
  rest.subtract(parts);
  return [...parts, ...rest.rows()];
}
