import type { Estimate } from "./model.ts";
import { quantile } from "./quantile.ts";

export interface PathQuantiles {
  each: Estimate[];
  totals: Estimate[];
}

/** Returns the range of each day's spend over all paths, and of the spend up to its end. Days of paths: see `simulate`. */
export function pathQuantiles(values: Float64Array, paths: number): PathQuantiles {
  const each: Estimate[] = [];
  const totals: Estimate[] = [];
  const total = new Float64Array(paths);
  for (let start = 0; start < values.length; start += paths) {
    const day = values.slice(start, start + paths);
    for (let path = 0; path < paths; path++) total[path]! += day[path]!;
    each.push(estimate(day.sort()));
    totals.push(estimate(total.slice().sort()));
  }
  return { each, totals };
}

function estimate(sorted: Float64Array): Estimate {
  return { low: quantile(sorted, 0.1), middle: quantile(sorted, 0.5), high: quantile(sorted, 0.9) };
}
