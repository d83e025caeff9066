// Draws possible futures of a series: its own past levels and weeks, in another order (block bootstrap: Künsch 1989).
import { type Fit, WARM_UP } from "./fit.ts";

const WEEK = 7;
/** The level follows the course of a past level for at most so long. */
const COURSE_DAYS = 35;
/** In so many days, the level can rise by that of the highest day. */
const DAYS_TO_RISE = 60;

/** Returns the spend of each day of each path: day k of path p at `k * paths + p`. */
export function simulate(fit: Fit, days: number, paths: number, random: () => number): Float64Array {
  const { hindsight, noise } = fit;
  const { factors: weekday, share } = fit.weekdays;
  const known = hindsight.length;
  const course = Math.max(1, Math.min(COURSE_DAYS, days, Math.floor((known - WARM_UP) / 2)));
  const origins = known - WARM_UP - course;
  const blocks = known - WEEK + 1;
  const aligned = share * Math.min(1, known / 56);
  const chance = Math.exp(-fit.chanceTrend);
  const highest = Math.max(...hindsight);
  const out = new Float64Array(days * paths);
  for (let path = 0; path < paths; path++) {
    // Which level is right isn't known either.
    const level = drawLevel(fit.levels, random);
    let start = level[known - 1]!;
    let origin = 0;
    let block = 0;
    let base = 1;
    let now = start;
    let trend = 1;
    for (let k = 0; k < days; k++) {
      const step = k % course;
      if (step === 0) {
        start = now;
        origin = WARM_UP - 1 + Math.floor(recent(random) * (origins + 1));
        // The first course begins with the error of a level as it was known then.
        base = k === 0 ? level[origin]! : hindsight[origin]!;
        trend = 1;
      }
      const weekdayNow = (known + k) % WEEK;
      if (k % WEEK === 0) {
        block = Math.floor(random() * blocks);
        if (random() < aligned) {
          block += (((weekdayNow - block) % WEEK) + WEEK) % WEEK;
          if (block >= blocks) block -= WEEK;
        }
      }
      trend *= chance;
      now = Math.min((start * trend * hindsight[origin + step + 1]!) / base, highest * (1 + k / DAYS_TO_RISE));
      out[k * paths + path] = now * weekday[weekdayNow]! * noise[block + (k % WEEK)]!;
    }
  }
  return out;
}

/** Draws one of the estimates of the level, the better ones more often. */
function drawLevel(levels: Fit["levels"], random: () => number): Float64Array {
  let rest = random() * levels.reduce((sum, { weight }) => sum + weight, 0);
  for (const { known, weight } of levels) {
    if (rest < weight) return known;
    rest -= weight;
  }
  return levels[0]!.known;
}

/** Returns a number in [0, 1) that favors later days. */
function recent(random: () => number): number {
  return Math.max(random(), random());
}
