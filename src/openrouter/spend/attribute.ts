import { trim } from "../figures.ts";
import { type Dimension, measures, type SpendRow } from "./table.ts";

/**
 * The account's rows with the parts in their place: what the parts hold, told apart further, and what of each cell of
 * the whole they do not account for. Whatever the parts are, all rows together add up to the whole.
 * @param join the dimensions that whole and parts both tell apart
 */
export function attribute(
  whole: readonly SpendRow[],
  parts: readonly SpendRow[],
  join: readonly Dimension[],
): SpendRow[] {
  const cell = (row: SpendRow) => JSON.stringify([row.bucket, ...join.map((dimension) => row[dimension] ?? null)]);
  const rest = new Map<string, SpendRow>();
  for (const [rows, sign] of [
    [whole, 1],
    [parts, -1],
  ] as const)
    for (const row of rows) {
      const id = cell(row);
      let sum = rest.get(id);
      if (!sum) {
        sum = { bucket: row.bucket };
        for (const dimension of join) sum[dimension] = row[dimension];
        rest.set(id, sum);
      }
      for (const measure of measures) sum[measure] = (sum[measure] ?? 0) + sign * (row[measure] ?? 0);
    }
  const remains = [...rest.values()].flatMap((row) => {
    for (const measure of measures) row[measure] = trim(row[measure] ?? 0);
    return measures.some((measure) => row[measure] !== 0) ? [row] : [];
  });
  return [...parts, ...remains];
}
