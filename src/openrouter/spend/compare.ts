import { dropFloatNoise } from "../text/figures.ts";
import { aggregate, type Metric, metricValue, type SpendQuery } from "./aggregate.ts";
import type { SpendTable } from "./table.ts";

export interface Comparison {
  /** The metric over the buckets of this period that are over. */
  current: number;
  /** Over as many of the period before. */
  previous: number;
  /** How many buckets that are. */
  buckets: number;
}

/**
 * A table's second half beside its first: only buckets that are over are compared, so that a day which has just begun
 * does not look like a fall. Undefined where a bucket of either is not known.
 */
export function compare(table: SpendTable, query: Omit<SpendQuery, "from" | "to">): Comparison | undefined {
  const half = table.buckets.length / 2;
  const over = table.buckets.slice(half).filter((bucket) => bucket < table.current).length;
  const [before, now] = [0, half].map((from) => aggregate(table, { ...query, from, to: from + over }));
  if (over === 0 || !before || !now || ![...before.known, ...now.known].every(Boolean)) return undefined;
  const metric: Metric = query.metric;
  return {
    current: dropFloatNoise(metricValue(now.total, metric)),
    previous: dropFloatNoise(metricValue(before.total, metric)),
    buckets: over,
  };
}
