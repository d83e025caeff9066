import { dropFloatNoise } from "../text/figures.ts";
import { type Dimension, measures, type SpendRow } from "./table.ts";

/** The remainder of some rows, per bucket and dimensions, as parts of them are subtracted. */
export interface Remainder {
  subtract(parts: readonly SpendRow[]): void;
  isEmpty(): boolean;
  rows(): SpendRow[];
}

/** @param join the dimensions that both whole and parts have */
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
  const isNonZero = (row: SpendRow) => measures.some((measure) => dropFloatNoise(row[measure] ?? 0) !== 0);
  add(whole, 1);
  return {
    subtract: (parts) => add(parts, -1),
    isEmpty: () => ![...cells.values()].some(isNonZero),
    rows: () =>
      [...cells.values()].filter(isNonZero).map((row) => {
        const trimmed = { ...row };
        for (const measure of measures) trimmed[measure] = dropFloatNoise(row[measure] ?? 0);
        return trimmed;
      }),
  };
}

/**
 * Splits the account's rows further: returns the parts, and the remainder of the whole that they don't account for. The
 * returned rows always add up to the whole.
 * @param join the dimensions that both whole and parts have
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
