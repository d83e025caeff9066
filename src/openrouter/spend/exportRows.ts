// The figures of a chart as rows to export: every group and bucket, unrounded. Pure.
import { dropFloatNoise } from "../text/figures.ts";
import { rowFilter, type SpendQuery } from "./aggregate.ts";
import { type Measure, measures, perMeasure, type SpendTable } from "./table.ts";

export interface ExportRow {
  bucket: string;
  /** The id of a model, provider, key or workspace; null for unattributed spend. */
  id: string | null;
  name: string | null;
  /** Null if a figure is unknown. */
  figures: Record<Measure, number | null>;
}

/** Returns rows in time order, the groups of a bucket by cost. Unknown buckets have no rows. */
export function exportRows(table: SpendTable, query: SpendQuery): ExportRow[] {
  const { groupBy, filter = {}, from = 0, to = table.buckets.length } = query;
  const allowed = rowFilter(table, filter);
  const sums = new Map<string, { bucket: number; group: number; figures: Record<Measure, number> }>();
  for (let row = 0; row < table.bucket.length; row++) {
    const bucket = table.bucket[row]!;
    if (bucket < from || bucket >= to || !allowed(row)) continue;
    const group = table.columns[groupBy][row]!;
    const id = `${bucket} ${group}`;
    const sum = sums.get(id) ?? { bucket, group, figures: perMeasure(() => 0) };
    sums.set(id, sum);
    for (const measure of measures) sum.figures[measure] += table.figures[measure][row]!;
  }
  return [...sums.values()]
    .sort((a, b) => a.bucket - b.bucket || b.figures.cost - a.figures.cost)
    .map(({ bucket, group, figures }) => {
      const entry = table.entries[groupBy][group];
      return {
        bucket: table.buckets[bucket]!,
        id: entry?.id ?? null,
        name: entry?.name ?? null,
        figures: perMeasure((measure) => (table.known[measure][bucket] ? dropFloatNoise(figures[measure]) : null)),
      };
    })
    .filter(({ id, figures }) => id !== null || measures.some((measure) => figures[measure]));
}
