import { dropFloatNoise } from "../text/figures.ts";
import { aggregate, type Metric, metricValue, type SpendQuery } from "./aggregate.ts";
import type { SpendTable } from "./table.ts";

export interface Comparison {
  /** The metric over the completed buckets of this period. */
  current: number;
  /** The metric over the same number of buckets of the previous period. */
  previous: number;
  /** The number of compared buckets. */
  buckets: number;
}

/**
 * Compares a table's second half with its first. Ignores the bucket in progress, so that a day that has just begun
 * doesn't look like a drop. Returns undefined if a compared bucket is unknown.
 */
export function compare(table: SpendTable, query: Omit<SpendQuery, "from" | "to">): Comparison | undefined {
  const half = table.buckets.length / 2;
  const completed = table.buckets.slice(half).filter((bucket) => bucket < table.current).length;
  const [before, now] = [0, half].map((from) => aggregate(table, { ...query, from, to: from + completed }));
  if (completed === 0 || !before || !now || ![...before.known, ...now.known].every(Boolean)) return undefined;
  const metric: Metric = query.metric;
  return {
    current: dropFloatNoise(metricValue(now.total, metric)),
    previous: dropFloatNoise(metricValue(before.total, metric)),
    buckets: completed,
  };
}
