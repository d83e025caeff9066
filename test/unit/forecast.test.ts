import assert from "node:assert/strict";
import fc from "fast-check";
import { forecastSpend, NEEDED_DAYS, whenSpent } from "../../src/openrouter/foresight/forecast/forecast.ts";
import type { DailySpend, Forecast, ForecastResult } from "../../src/openrouter/foresight/forecast/model.ts";
import { forecastQuality } from "../support/forecastQuality.ts";
import { type Kind, kinds, spendSeries } from "../support/spendSeries.ts";

const options = { horizon: 28, seed: "account" };
const year = (usd: readonly number[], today?: DailySpend["today"]): DailySpend => ({ from: "2025-03-01", usd, today });
const some = (days: number, usd = 10) => Array.from({ length: days }, () => usd);

function expectForecast(result: ForecastResult): Forecast {
  assert.ok(!("reason" in result), JSON.stringify(result));
  return result;
}

describe("forecasts of series of each kind", () => {
  for (const kind of Object.keys(kinds) as Kind[]) {
    it(kind, () => {
      const { days, totals, loss, refused, forecasts } = forecastQuality(kind, 8);
      assert.ok(refused <= forecasts / 8, `${refused} of ${forecasts} were refused`);
      assert.ok(days >= 0.75 && days <= 0.9, `${days} of the days are within their range`);
      assert.ok(totals >= 0.7, `${totals} of the totals are within their range`);
      // Nothing is better than the average of a series without any pattern.
      assert.ok(loss < (kind === "flat" ? 1.05 : 1), `${loss} of the plain average's loss`);
    });
  }
});

describe("forecastSpend", () => {
  it("returns the same for the same days and seed", () => {
    const days = spendSeries("bursty", 200, 1);
    assert.deepEqual(forecastSpend(year(days), options), forecastSpend(year(days), options));
    assert.notDeepEqual(forecastSpend(year(days), options), forecastSpend(year(days), { ...options, seed: "other" }));
  });

  it("says why there is no forecast", () => {
    assert.deepEqual(forecastSpend(year([]), options), { reason: "noSpend" });
    assert.deepEqual(forecastSpend(year(some(100, 0)), options), { reason: "noSpend" });
    assert.deepEqual(forecastSpend(year([...some(300), ...some(35, 0)]), options), { reason: "noSpend" });
    assert.deepEqual(forecastSpend(year([...some(30), Number.NaN, ...some(30)]), options), { reason: "gap" });
    // Days before the first spend are no history.
    const young = { reason: "tooFewDays", days: NEEDED_DAYS - 1, needed: NEEDED_DAYS };
    assert.deepEqual(forecastSpend(year([...some(200, 0), ...some(NEEDED_DAYS - 1)]), options), young);
    expectForecast(forecastSpend(year([...some(200, 0), ...some(NEEDED_DAYS)]), options));
  });

  it("refuses where the past would have been forecast badly", () => {
    // Each week costs many times the one before.
    const usd = Array.from({ length: 70 }, (_, day) => 4 ** Math.floor(day / 7));
    const result = forecastSpend(year(usd), options);
    assert.ok("reason" in result && result.reason === "unreliable");
    assert.ok(result.within < result.needed);
  });

  it("adds what remains of today to what was spent", () => {
    const usd = spendSeries("weekly", 200, 1);
    const whole = expectForecast(forecastSpend(year(usd), options));
    const half = expectForecast(forecastSpend(year(usd, { usd: 30, share: 0.5 }), options));
    const end = expectForecast(forecastSpend(year(usd, { usd: 30, share: 1 }), options));
    const start = expectForecast(forecastSpend(year(usd, { usd: 0, share: 0 }), options));
    assert.deepEqual(start, whole);
    assert.deepEqual(end.days[0], { low: 30, middle: 30, high: 30 });
    assert.deepEqual(end.totals[0], { low: 0, middle: 0, high: 0 });
    assert.ok(half.totals[0]!.high < whole.totals[0]!.high);
    assert.ok(half.days[0]!.low >= 30);
    assert.deepEqual(half.days.slice(1), whole.days.slice(1));
  });

  it("expects an unusual pace of today to last, or to pass", () => {
    const usd = spendSeries("weekly", 200, 1);
    const usual = expectForecast(forecastSpend(year(usd), options)).days[0]!;
    const { low, middle, high } = expectForecast(forecastSpend(year(usd, { usd: 2000, share: 0.5 }), options)).days[0]!;
    assert.ok(low < 2400 && middle > 2700 && middle < 3300 && high > 3600, `${low}, ${middle}, ${high}`);
    const late = expectForecast(forecastSpend(year(usd, { usd: usual.middle, share: 0.99 }), options)).days[0]!;
    assert.ok(late.high - late.low < 0.1 * (usual.high - usual.low));
  });

  it("takes a day in progress of which nothing is known as a whole day", () => {
    const usd = spendSeries("weekly", 200, 1);
    const whole = forecastSpend(year(usd), options);
    assert.deepEqual(forecastSpend(year(usd, { usd: Number.NaN, share: 0.5 }), options), whole);
    assert.deepEqual(forecastSpend(year(usd, { usd: 5, share: Number.NaN }), options), whole);
  });

  it("keeps a weekly batch on its weekday", () => {
    const usd = Array.from({ length: 365 }, (_, day) => (day % 7 ? 0 : 70));
    const { days, totals } = expectForecast(forecastSpend(year(usd), options));
    for (const [k, { low, high }] of days.entries()) {
      const isBatch = (usd.length + k) % 7 === 0;
      assert.ok(isBatch ? low > 69 && high < 71 : high < 0.01, `day ${k}: ${low} to ${high}`);
    }
    assert.ok(Math.abs(totals[27]!.middle - 280) < 3);
  });

  it("expects about the same month after one huge day", () => {
    const usd = spendSeries("weekly", 365, 3);
    const month = (days: number[]) => expectForecast(forecastSpend(year(days), options)).totals[27]!.middle;
    const usual = month(usd);
    for (const day of [0, 265, 361, 364]) {
      const huge = month(usd.with(day, 40_000));
      assert.ok(Math.abs(huge / usual - 1) < 0.2, `day ${day}: ${huge}, else ${usual}`);
    }
  });

  it("expects quiet days at the end to last, or to pass", () => {
    const usd = spendSeries("weekly", 365, 3);
    const usual = expectForecast(forecastSpend(year(usd), options)).totals[27]!;
    const quiet = usd.map((day, i) => (i < 355 ? day : day / 10));
    const { low, high } = expectForecast(forecastSpend(year(quiet), options)).totals[27]!;
    assert.ok(low < 0.4 * usual.middle && high > 0.9 * usual.middle, `${low} to ${high}, else ${usual.middle}`);
  });

  it("begins anew after a long time without spend", () => {
    const usd = spendSeries("weekly", 40, 1);
    const alone = expectForecast(forecastSpend({ ...year(usd), from: "2025-07-09" }, options));
    const later = expectForecast(forecastSpend(year([...some(60, 500), ...some(70, 0), ...usd]), options));
    assert.deepEqual(later, alone);
  });

  it("counts corrections below 0 as no spend", () => {
    const usd = spendSeries("weekly", 200, 1);
    const corrected = forecastSpend(year(usd.with(150, -500)), options);
    assert.deepEqual(corrected, forecastSpend(year(usd.with(150, 0)), options));
  });

  it("doesn't depend on the unit", () => {
    const usd = spendSeries("bursty", 200, 1);
    const inUsd = expectForecast(forecastSpend(year(usd), options)).totals;
    const inCents = expectForecast(forecastSpend(year(usd.map((day) => 128 * day)), options)).totals;
    for (const [k, { high }] of inUsd.entries()) assert.ok(Math.abs(inCents[k]!.high / (128 * high) - 1) < 1e-9);
  });

  it("orders its figures, whatever the days are", () => {
    const day = fc.oneof(
      { weight: 4, arbitrary: fc.double({ min: 0, max: 100, noNaN: true }) },
      fc.constantFrom(0, 1e-9, 1e9, -50),
    );
    const today = fc.option(fc.record({ usd: day, share: fc.double({ min: 0, max: 1, noNaN: true }) }), {
      nil: undefined,
    });
    fc.assert(
      fc.property(fc.array(day, { minLength: 1, maxLength: 90 }), today, (usd, now) => {
        const result = forecastSpend(year(usd, now), { ...options, horizon: 40 });
        if ("reason" in result) return;
        const { days, totals } = result;
        assert.equal(days.length, 40);
        for (const [k, total] of totals.entries()) {
          for (const { low, middle, high } of [days[k]!, total]) {
            assert.ok(0 <= low && low <= middle && middle <= high && Number.isFinite(high));
          }
          const before = totals[k - 1] ?? { low: 0, middle: 0, high: 0 };
          assert.ok(before.low <= total.low && before.middle <= total.middle && before.high <= total.high);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("whenSpent", () => {
  const total = (low: number, middle: number, high: number) => ({ low, middle, high });
  const forecast: Forecast = {
    ...{ from: "2028-02-28", days: [], backtest: { within: 0.8, days: 100 }, basedOn: 100 },
    totals: [total(1, 2, 4), total(2, 4, 8), total(3, 6, 12)],
  };

  it("returns the first days that reach the amount, over a leap day, too", () => {
    assert.deepEqual(whenSpent(forecast, 3), { early: "2028-02-28", middle: "2028-02-29", late: "2028-03-01" });
    assert.deepEqual(whenSpent(forecast, 10), { early: "2028-03-01", middle: undefined, late: undefined });
    assert.deepEqual(whenSpent(forecast, 0), { early: "2028-02-28", middle: "2028-02-28", late: "2028-02-28" });
  });
});
