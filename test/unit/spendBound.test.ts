import assert from "node:assert/strict";
import fc from "fast-check";
import { whenSpent } from "../../src/openrouter/foresight/forecast/forecast.ts";
import type { Estimate, Forecast } from "../../src/openrouter/foresight/forecast/model.ts";
import { type SpendBound, spendBound, withBound } from "../../src/openrouter/foresight/forecast/spendBound.ts";
import type { Key } from "../../src/openrouter/index.ts";
import { makeKey } from "../support/makeKey.ts";

/** Wednesday. */
const FROM = "2026-06-10";
const NOW = new Date(`${FROM}T12:00:00Z`);
const BOUNDS = ["low", "middle", "high"] as const;

const limited = (limit: number, remaining: number, limit_reset: string | null, more: Partial<Key> = {}) =>
  makeKey({ limit, limit_remaining: remaining, limit_reset, include_byok_in_limit: true, expires_at: null, ...more });
const boundOf = (keys: readonly Key[], length = 40, counted: "credits" | "spend" = "spend") =>
  spendBound(keys, counted, { from: FROM, length, now: NOW });

/** 8, 10 or 12 USD a day. */
function steady(length = 40): Forecast {
  const each = { low: 8, middle: 10, high: 12 };
  return {
    from: FROM,
    days: Array.from({ length }, () => each),
    totals: Array.from({ length }, (_, i) => ({ low: 8 * (i + 1), middle: 10 * (i + 1), high: 12 * (i + 1) })),
    backtest: { within: 0.8, days: 100 },
    basedOn: 300,
  };
}

describe("spendBound", () => {
  it("adds up what remains, and one full limit for each reset", () => {
    const { days, totals } = boundOf([
      limited(6, 2, "daily"),
      limited(30, 15, "weekly"),
      limited(100, 40, "monthly"),
      limited(50, 5, null),
    ])!;
    assert.equal(totals[0], 2 + 15 + 40 + 5);
    assert.equal(totals[4], 2 + 4 * 6 + 15 + 40 + 5);
    // Monday, June 15.
    assert.equal(totals[5], 2 + 5 * 6 + 15 + 30 + 40 + 5);
    // July 1, a Wednesday.
    assert.equal(totals[20], 2 + 20 * 6 + 15 + 3 * 30 + 40 + 5);
    assert.equal(totals[21], 2 + 21 * 6 + 15 + 3 * 30 + 140 + 5);
    assert.equal(days[0], 2 + 15 + 40 + 5);
    assert.equal(days[5], 6 + 30 + 40 + 5);
    assert.equal(days[21], 6 + 30 + 100 + 5);
  });

  it("ends with a key's expiry", () => {
    const { days, totals } = boundOf([limited(6, 2, "daily", { expires_at: "2026-06-12T08:00:00Z" })])!;
    assert.deepEqual(totals.slice(0, 5), [2, 8, 14, 14, 14]);
    assert.deepEqual(days.slice(0, 5), [2, 6, 6, 0, 0]);
  });

  it("leaves out keys that are disabled or expired", () => {
    const without = { limit: null, limit_remaining: null, limit_reset: null };
    const gone = [makeKey({ ...without, disabled: true }), makeKey({ ...without, expires_at: "2026-06-09T00:00:00Z" })];
    assert.deepEqual(boundOf([limited(10, 4, null), ...gone])!.totals.at(-1), 4);
  });

  it("is unknown without a limit, without counters, with an unknown reset, and with BYOK beyond the limit", () => {
    const known = limited(10, 4, null);
    assert.ok(boundOf([known]));
    assert.equal(boundOf([known, makeKey({ limit: null, limit_remaining: null })]), undefined);
    const uncounted = { limit_remaining: null, byok_usage: undefined };
    assert.equal(boundOf([known, limited(10, 4, null, uncounted)]), undefined);
    assert.equal(boundOf([known, limited(10, 4, "yearly")]), undefined);
    const onlyCredits = limited(10, 4, null, { include_byok_in_limit: false });
    assert.equal(boundOf([known, onlyCredits]), undefined);
    assert.equal(boundOf([known, onlyCredits], 3, "credits")!.totals[2], 8);
  });
});

describe("withBound", () => {
  it("ends the spend where nothing remains, until the next reset", () => {
    const { days, totals } = withBound(steady(), 3, boundOf([limited(35, 35, "monthly")])!);
    assert.deepEqual(totals[3], { low: 32, middle: 35, high: 35 });
    assert.deepEqual(totals[20], { low: 35, middle: 35, high: 35 });
    assert.deepEqual(totals[21], { low: 43, middle: 45, high: 47 }, "July 1");
    assert.deepEqual(days[0], { low: 8, middle: 10, high: 12 });
    assert.deepEqual(days[3], { low: 0, middle: 5, high: 11 });
    assert.deepEqual(days[10], { low: 0, middle: 0, high: 0 });
    assert.deepEqual(days[21], { low: 8, middle: 10, high: 12 });
  });

  it("keeps what was spent today", () => {
    const { days, totals } = withBound(steady(), 9.5, boundOf([limited(1, 1, null)])!);
    assert.deepEqual(days[0], { low: 8, middle: 10, high: 10.5 });
    assert.deepEqual(totals[0], { low: 1, middle: 1, high: 1 });
  });

  it("leaves credits that the limits don't allow to spend", () => {
    const limits = withBound(steady(), 0, boundOf([limited(90, 90, null)])!);
    assert.deepEqual(whenSpent(limits, 100), { early: undefined, middle: undefined, late: undefined });
    assert.equal(whenSpent(limits, 80).middle, "2026-06-17");
  });

  const usd = fc.nat({ max: 50 });
  const estimates = fc
    .array(fc.tuple(usd, usd, usd), { minLength: 20, maxLength: 20 })
    .map((rows) => rows.map((row) => row.toSorted((a, b) => a - b)))
    .map((rows) => rows.map(([low, middle, high]): Estimate => ({ low: low!, middle: middle!, high: high! })));
  const forecasts = estimates.map((days): Forecast => {
    let last: Estimate = { low: 0, middle: 0, high: 0 };
    const totals = days.map((day) => {
      last = { low: last.low + day.low, middle: last.middle + day.middle, high: last.high + day.high };
      return last;
    });
    return { ...steady(), days, totals };
  });
  const keys = fc.array(
    fc
      .record({
        limit: usd,
        part: fc.double({ min: 0, max: 1, noNaN: true }),
        reset: fc.constantFrom("daily", "weekly", "monthly", null),
      })
      .map(({ limit, part, reset }) => limited(limit, limit * part, reset)),
    { minLength: 1, maxLength: 4 },
  );
  const spent = usd;

  it("never exceeds the bound, is never negative and in order, and totals never fall", () => {
    fc.assert(
      fc.property(forecasts, keys, spent, (forecast, some, today) => {
        const bound = boundOf(some, 20)!;
        const { days, totals } = withBound(forecast, today, bound);
        const zero = { low: 0, middle: 0, high: 0 };
        for (const [k, total] of totals.entries()) {
          const day = days[k]!;
          for (const each of BOUNDS) {
            assert.ok(total[each] <= bound.totals[k]! && total[each] <= forecast.totals[k]![each]);
            assert.ok(day[each] <= bound.days[k]! + (k === 0 ? today : 0) && day[each] <= forecast.days[k]![each]);
            assert.ok(total[each] >= (totals[k - 1] ?? zero)[each]);
          }
          for (const { low, middle, high } of [day, total]) assert.ok(0 <= low && low <= middle && middle <= high);
        }
      }),
    );
  });

  it("changes nothing if more is allowed than is expected", () => {
    fc.assert(
      fc.property(forecasts, fc.array(usd, { minLength: 20, maxLength: 20 }), spent, (forecast, more, today) => {
        const ample: SpendBound = {
          days: forecast.days.map(({ high }, k) => high + more[k]!),
          totals: forecast.totals.map(({ high }, k) => high + forecast.days[k]!.high + more[k]!),
        };
        assert.equal(withBound(forecast, today, ample), forecast);
      }),
    );
  });

  it("has the same effect when applied again", () => {
    fc.assert(
      fc.property(forecasts, keys, spent, (forecast, some, today) => {
        const bound = boundOf(some, 20)!;
        const once = withBound(forecast, today, bound);
        assert.equal(withBound(once, today, bound), once);
      }),
    );
  });
});
