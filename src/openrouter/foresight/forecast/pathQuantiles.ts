import type { Estimate } from "./model.ts";
import { placeRank } from "./placeRank.ts";

interface PathQuantiles {
  each: Estimate[];
  totals: Estimate[];
}

/**
 * Returns the range of each day's spend over all paths, and of the spend up to its end.
 * @param values see `simulate`
 * @param paths how many; 1 more than a multiple of 10, so that each quantile is the value of a path
 * @param totalsEvery of how many successive totals the last one is returned
 */
export function pathQuantiles(values: Float64Array, paths: number, totalsEvery = 1): PathQuantiles {
  const each: Estimate[] = [];
  const totals: Estimate[] = [];
  const total = new Float64Array(paths);
  const scratch = new Float64Array(paths);
  for (let start = 0; start < values.length; start += paths) {
    for (let path = 0; path < paths; path++) {
      const usd = values[start + path]!;
      scratch[path] = usd;
      total[path]! += usd;
    }
    each.push(estimate(scratch));
    if (each.length % totalsEvery) continue;
    scratch.set(total);
    totals.push(estimate(scratch));
  }
  return { each, totals };
}

function estimate(values: Float64Array): Estimate {
  const last = values.length - 1;
  // Integers for the compiler, too: an index that was divided is much slower.
  const [tenth, half] = [(last / 10) | 0, last >> 1];
  return {
    middle: placeRank(values, half, 0, last),
    low: placeRank(values, tenth, 0, half),
    high: placeRank(values, last - tenth, half, last),
  };
}
