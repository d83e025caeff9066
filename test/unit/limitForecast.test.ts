import assert from "node:assert/strict";
import fc from "fast-check";
import { limitReached, withExpiry, withLimit } from "../../src/openrouter/foresight/forecast/limitForecast.ts";
import type { Forecast } from "../../src/openrouter/foresight/forecast/model.ts";

/** 8, 10 or 12 USD a day from Wednesday, 2026-06-10 on. */
function steady(days = 40): Forecast {
  const each = { low: 8, middle: 10, high: 12 };
  return {
    from: "2026-06-10",
    days: Array.from({ length: days }, () => each),
    totals: Array.from({ length: days }, (_, i) => ({ low: 8 * (i + 1), middle: 10 * (i + 1), high: 12 * (i + 1) })),
    backtest: { within: 0.8, days: 100 },
    basedOn: 300,
  };
}

describe("limitReached", () => {
  it("returns the days of a limit that never resets", () =>
    assert.deepEqual(limitReached(steady(), { reset: null, remaining: 48 }), {
      early: "2026-06-13",
      middle: "2026-06-14",
      late: "2026-06-15",
    }));

  it("leaves out the days after the next reset", () => {
    assert.deepEqual(limitReached(steady(), { reset: "weekly", remaining: 48 }), {
      early: "2026-06-13",
      middle: "2026-06-14",
      late: undefined,
    });
    assert.equal(limitReached(steady(), { reset: "weekly", remaining: 61 }), undefined);
    assert.equal(limitReached(steady(), { reset: "daily", remaining: 12.5 }), undefined);
    // 21 days are left of June.
    assert.equal(limitReached(steady(), { reset: "monthly", remaining: 21 * 12 })?.early, "2026-06-30");
    assert.equal(limitReached(steady(), { reset: "monthly", remaining: 21 * 12 + 1 }), undefined);
  });
});

describe("withLimit", () => {
  const middles = ({ days, totals }: Forecast, at: number) => [days[at]!.middle, totals[at]!.middle];

  it("keeps a daily limit on each day", () => {
    const limited = withLimit(steady(), 3, { limit: 6, reset: "daily", remaining: 2 });
    assert.deepEqual(middles(limited, 0), [5, 2]);
    assert.deepEqual(middles(limited, 1), [6, 8]);
    assert.deepEqual(middles(limited, 10), [6, 62]);
  });

  it("lets a weekly limit begin anew on Monday", () => {
    const limited = withLimit(steady(), 0, { limit: 30, reset: "weekly", remaining: 15 });
    assert.deepEqual(middles(limited, 1), [5, 15]);
    assert.deepEqual(middles(limited, 4), [0, 15]);
    // What the limit stopped before isn't spent later.
    assert.deepEqual(middles(limited, 5), [10, 25]);
  });

  it("ends at a limit that never resets", () => {
    const limited = withLimit(steady(), 0, { limit: 100, reset: null, remaining: 35 });
    assert.deepEqual(middles(limited, 3), [5, 35]);
    assert.deepEqual(middles(limited, 39), [0, 35]);
    assert.equal(limited.totals[39]!.low, 35);
  });

  it("has days that add up to the totals", () => {
    const limit = fc.record({
      limit: fc.nat(60),
      remaining: fc.nat(60),
      reset: fc.constantFrom("daily", "weekly", "monthly", null),
    });
    fc.assert(
      fc.property(limit, fc.nat(5), (one, spentToday) => {
        const { days, totals } = withLimit(steady(), spentToday, one);
        let sum = -Math.min(spentToday, days[0]!.middle);
        for (const [i, day] of days.entries()) {
          assert.ok(day.low <= day.middle && day.middle <= day.high && day.low >= 0, `day ${i}`);
          sum += day.middle;
          // Of today, the forecast has what is still to be spent.
          assert.ok(sum <= totals[i]!.middle + 1e-9, `${sum} by day ${i} of ${totals[i]!.middle}`);
        }
      }),
    );
  });

  it("keeps totals in order, rising and within what is spent without it", () => {
    const growth = fc.record({ low: fc.nat(9), middle: fc.nat(9), high: fc.nat(9) });
    const limit = fc.record({
      limit: fc.nat(60),
      remaining: fc.nat(60),
      reset: fc.constantFrom("daily", "weekly", "monthly", null),
    });
    fc.assert(
      fc.property(fc.array(growth, { minLength: 1, maxLength: 60 }), limit, (growths, one) => {
        let [low, middle, high] = [0, 0, 0];
        const totals = growths.map((more) => {
          low += more.low;
          middle = Math.max(low, middle + more.middle);
          high = Math.max(middle, high + more.high);
          return { low, middle, high };
        });
        const limited = withLimit({ ...steady(), days: totals, totals }, 0, one).totals;
        for (const [i, total] of limited.entries()) {
          assert.ok(total.low <= total.middle && total.middle <= total.high, `order of day ${i}`);
          for (const at of ["low", "middle", "high"] as const) {
            assert.ok(total[at] <= totals[i]![at], `${at} of day ${i}`);
            assert.ok(i === 0 || total[at] >= limited[i - 1]![at], `${at} falls on day ${i}`);
          }
        }
      }),
    );
  });

  it("changes nothing below the limit", () => {
    const forecast = steady(20);
    const limited = withLimit(forecast, 0, { limit: 1_000, reset: "monthly", remaining: 1_000 });
    assert.deepEqual(limited, forecast);
  });
});

describe("withExpiry", () => {
  it("spends nothing after the day on which the key expires", () => {
    const ended = withExpiry(steady(), "2026-06-12T08:00:00Z");
    assert.deepEqual(
      ended.days.slice(0, 5).map(({ middle }) => middle),
      [10, 10, 10, 0, 0],
    );
    assert.equal(ended.totals.at(-1)!.high, 36);
    assert.equal(limitReached(ended, { reset: null, remaining: 48 }), undefined);
    // At midnight, the day before is the last one.
    assert.equal(withExpiry(steady(), "2026-06-12T00:00:00Z").totals.at(-1)!.middle, 20);
  });

  it("changes nothing without a date, and beyond the forecast", () => {
    const forecast = steady();
    for (const at of [null, undefined, "", "2027-01-01T00:00:00Z"]) assert.equal(withExpiry(forecast, at), forecast);
  });
});
