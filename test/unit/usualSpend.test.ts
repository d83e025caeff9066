import assert from "node:assert/strict";
import fc from "fast-check";
import { sameWeekdaysBefore, usualSpend } from "../../src/openrouter/foresight/unusual.ts";
import { assertNear } from "../support/spendTables.ts";

const day = "2028-03-01";

/** The spend of a day, and of the same weekday 1, 2, … weeks before. */
const series = (spent: number | undefined, past: readonly (number | undefined)[]) => {
  const days = new Map(sameWeekdaysBefore(day).map((earlier, week) => [earlier, past[week]]));
  return (one: string) => (one === day ? spent : days.get(one));
};

describe("usualSpend", () => {
  it("compares a day with the same weekday of the last eight weeks", () => {
    assert.deepEqual(sameWeekdaysBefore(day), [
      ...["2028-02-23", "2028-02-16", "2028-02-09", "2028-02-02"],
      ...["2028-01-26", "2028-01-19", "2028-01-12", "2028-01-05"],
    ]);
    assert.deepEqual(usualSpend(day, series(42, [10, 12, 11, 9, 10, 13, 8, 300])), {
      ...{ median: 10.5, deviation: 2.2239, weeks: 8, excess: 31.5 },
    });
  });

  it("isn't moved by a day that was unusual itself, and counts a day without spend", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7 }), fc.double({ min: 0, max: 1e6, noNaN: true }), (week, outlier) => {
        const past = Array.from({ length: 8 }, (_, i) => (i === week ? outlier : 10));
        const usual = usualSpend(day, series(0, past))!;
        assert.deepEqual(usual, { median: 10, deviation: 0, weeks: 8, excess: -10 });
      }),
    );
  });

  it("leaves out unknown days, and says nothing of fewer than four or of an unknown day", () => {
    const gaps = [undefined, 10, undefined, 20, undefined, 30, undefined, 40];
    assert.deepEqual(usualSpend(day, series(25, gaps)), { median: 25, deviation: 14.826, weeks: 4, excess: 0 });
    assert.equal(usualSpend(day, series(25, gaps.with(1, undefined))), undefined);
    assert.equal(usualSpend(day, series(undefined, [1, 2, 3, 4, 5])), undefined);
  });

  it("doesn't depend on the order of the weeks, and moves with the spend", () => {
    const usd = fc.integer({ min: -5_000_000, max: 500_000_000 }).map((micros) => micros / 1e6);
    fc.assert(
      fc.property(usd, fc.array(usd, { minLength: 4, maxLength: 8 }), usd, (spent, past, more) => {
        const usual = usualSpend(day, series(spent, past))!;
        assert.deepEqual(usualSpend(day, series(spent, past.toReversed())), usual);
        const moved = usualSpend(
          day,
          series(
            spent + more,
            past.map((value) => value + more),
          ),
        )!;
        assertNear(moved.median, usual.median + more);
        assertNear(moved.deviation, usual.deviation);
        assertNear(moved.excess, usual.excess);
      }),
    );
  });
});
