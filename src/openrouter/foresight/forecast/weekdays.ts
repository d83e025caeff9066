import { mean } from "./statistics.ts";

export interface Weekdays {
  /** The factor of each weekday, by the index of a day modulo 7; 1 on average. */
  factors: Float64Array;
  /** From 0, weekdays differ as by chance, to 1, they differ far more. */
  share: number;
}

/** Estimates weekday factors and draws them to 1 as far as chance could explain them (empirical Bayes). */
export function weekdayFactors(days: Float64Array): Weekdays {
  const ratios: number[][] = Array.from({ length: 7 }, () => []);
  let window = 0;
  for (let i = 0; i < days.length; i++) {
    window += days[i]! - (i >= 7 ? days[i - 7]! : 0);
    if (i >= 6 && window > 1e-9) ratios[(i - 3) % 7]!.push((7 * days[i - 3]!) / window);
  }
  const factors = new Float64Array(7).fill(1);
  if (ratios.some((list) => list.length < 2)) return { factors, share: 0 };
  const means = ratios.map(trimmedMean);
  const center = mean(means);
  if (!(center > 0)) return { factors, share: 0 };
  const between = mean(means.map((value) => (value - center) ** 2)) * (7 / 6);
  const chance = mean(ratios.map((list, i) => mean(list.map((r) => (r - means[i]!) ** 2)) / (list.length - 1)));
  const share = between > 0 ? Math.max(0, 1 - chance / between) : 0;
  return { factors: factors.map((_, i) => Math.max(0.02, 1 + share * (means[i]! / center - 1))), share };
}

function trimmedMean(values: number[]): number {
  const sorted = Float64Array.from(values).sort();
  const cut = Math.floor(sorted.length / 8);
  return mean(sorted.subarray(cut, sorted.length - cut));
}
