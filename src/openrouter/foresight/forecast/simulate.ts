// Draws possible futures of a series: its own past levels and weeks, in another order.
import { type Fit, WARM_UP } from "./fit.ts";

const WEEK = 7;
/** The level follows the course of a past level for at most so long. */
const COURSE_DAYS = 35;

/** Returns the spend of each day of each path: day k of path p at `k * paths + p`. */
export function simulate(fit: Fit, days: number, paths: number, random: () => number): Float64Array {
  const { weekday, level, hindsight, noise, offset } = fit;
  const known = level.length;
  const course = Math.max(1, Math.min(COURSE_DAYS, days, Math.floor((known - WARM_UP) / 2)));
  const origins = known - WARM_UP - course;
  const blocks = known - WEEK + 1;
  const now = level[known - 1]! + offset;
  const out = new Float64Array(days * paths);
  for (let p = 0; p < paths; p++) {
    let factor = 1;
    let origin = 0;
    let block = 0;
    let base = 1;
    for (let k = 0; k < days; k++) {
      if (k % course === 0) {
        origin = WARM_UP - 1 + Math.floor(recent(random) * (origins + 1));
        // The first course begins with the error of a level as it was known then.
        base = (k === 0 ? level[origin]! : hindsight[origin]!) + offset;
        factor = k === 0 ? 1 : factor;
      }
      if (k % WEEK === 0) block = Math.floor(recent(random) * blocks);
      const drift = factor * ((hindsight[origin + (k % course) + 1]! + offset) / base);
      if ((k + 1) % course === 0) factor = drift;
      out[k * paths + p] = now * drift * weekday[(known + k) % WEEK]! * noise[block + (k % WEEK)]!;
    }
  }
  return out;
}

/** A number in [0, 1) that favors later days. */
function recent(random: () => number): number {
  return Math.max(random(), random());
}
