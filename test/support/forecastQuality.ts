import { forecastSpend } from "../../src/openrouter/foresight/forecast/forecast.ts";
import type { Estimate } from "../../src/openrouter/foresight/forecast/model.ts";
import { type Kind, spendSeries } from "./spendSeries.ts";

/** How forecasts of series compare with what came. */
export interface Quality {
  forecasts: number;
  refused: number;
  /** The share of days within their range. */
  days: number;
  /** The share of totals, after 7, 14, 21 and 28 days. */
  totals: number;
  /** Pinball loss of the three quantiles, in proportion to that of the average of 30 days ± 1.28 deviations. */
  loss: number;
}

const AHEAD = 28;
/** From which days after the first 365 the future is forecast: different weekdays. */
const LATER = [0, 10, 20];

export function forecastQuality(kind: Kind, seeds: number, known = 365): Quality {
  const count = { forecasts: 0, refused: 0, days: 0, daysWithin: 0, totals: 0, totalsWithin: 0, loss: 0, plainLoss: 0 };
  for (let seed = 0; seed < seeds; seed++) {
    const all = spendSeries(kind, known + LATER.at(-1)! + AHEAD, seed);
    for (const start of LATER) {
      const past = all.slice(start, start + known);
      const result = forecastSpend({ from: "2025-01-06", usd: past, today: undefined }, { horizon: AHEAD, seed: kind });
      count.forecasts++;
      if ("reason" in result) {
        count.refused++;
        continue;
      }
      const plain = plainAverage(past.slice(-30));
      let total = 0;
      for (let k = 0; k < AHEAD; k++) {
        const actual = all[start + known + k]!;
        total += actual;
        count.days++;
        if (isWithin(actual, result.days[k]!)) count.daysWithin++;
        count.loss += pinballLoss(actual, result.days[k]!);
        count.plainLoss += pinballLoss(actual, plain);
        if (k % 7 < 6) continue;
        count.totals++;
        if (isWithin(total, result.totals[k]!)) count.totalsWithin++;
      }
    }
  }
  return {
    forecasts: count.forecasts,
    refused: count.refused,
    days: count.daysWithin / count.days,
    totals: count.totalsWithin / count.totals,
    loss: count.loss / count.plainLoss,
  };
}

/** What a plain average would say, with the range of a normal distribution. */
function plainAverage(days: number[]): Estimate {
  const middle = days.reduce((a, b) => a + b) / days.length;
  const deviation = Math.sqrt(days.reduce((a, b) => a + (b - middle) ** 2, 0) / (days.length - 1));
  return { low: Math.max(0, middle - 1.2816 * deviation), middle, high: middle + 1.2816 * deviation };
}

const isWithin = (usd: number, { low, high }: Estimate) => usd >= low && usd <= high;

function pinballLoss(usd: number, { low, middle, high }: Estimate): number {
  const loss = (bound: number, share: number) => (usd >= bound ? share * (usd - bound) : (1 - share) * (bound - usd));
  return loss(low, 0.1) + loss(middle, 0.5) + loss(high, 0.9);
}
