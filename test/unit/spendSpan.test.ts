import assert from "node:assert/strict";
import fc from "fast-check";
import { midpoint } from "../../src/openrouter/spend/analyticsRows.ts";
import { timeWindows } from "../../src/openrouter/spend/analyticsSource.ts";
import {
  bucketEnd,
  bucketStart,
  currentBucket,
  dayAfter,
  daysIn,
  ranges,
  spanOf,
} from "../../src/openrouter/spend/index.ts";
import { type Plan, planSources } from "../../src/openrouter/spend/plan.ts";

const DAY = 86_400_000;
const HOUR = DAY / 24;

const corners = [
  ...["2027-01-01T00:00:00.000Z", "2026-12-31T23:59:59.999Z", "2028-02-29T00:00:00.000Z", "2028-02-29T12:30:00.000Z"],
  ...["2028-03-01T00:00:00.001Z", "2026-03-01T00:00:00.000Z", "2026-03-29T01:00:00.000Z", "2026-10-25T00:59:59.999Z"],
].map((text) => new Date(text));
const moment = fc.oneof(
  fc.constantFrom(...corners),
  fc.date({ min: new Date("2024-01-01"), max: new Date("2032-12-31"), noInvalidDate: true }),
  // The start of a day or hour, a millisecond before and after.
  fc
    .tuple(fc.nat(4000), fc.nat(23), fc.constantFrom(-1, 0, 1))
    .map(([day, hour, ms]) => new Date(Date.UTC(2024, 0, 1 + day, hour) + ms)),
);
const range = fc.constantFrom(...ranges);
const runs = { numRuns: 400 };
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

describe("spanOf", () => {
  it("returns the hours of today, or consecutive days up to today", () => {
    fc.assert(
      fc.property(moment, range, fc.boolean(), (now, which, compared) => {
        const { unit, buckets, today } = spanOf(which, compared, now);
        const midnight = Math.floor(now.getTime() / DAY) * DAY;
        assert.equal(today, dayOf(midnight));
        assert.equal(unit, which === "today" ? "hour" : "day");
        const each = unit === "hour" ? HOUR : DAY;
        assert.equal(buckets.length, (which === "today" ? 24 : daysIn(which, today)) * (compared ? 2 : 1));
        assert.equal(bucketEnd(buckets.at(-1)!).getTime(), midnight + DAY);
        for (const [i, bucket] of buckets.entries()) {
          assert.equal(bucketStart(bucket).getTime(), midnight + DAY - (buckets.length - i) * each);
          assert.equal(bucketEnd(bucket).getTime() - bucketStart(bucket).getTime(), each);
        }
        assert.deepEqual(buckets, buckets.toSorted());
        assert.ok(buckets.includes(currentBucket(unit, now)));
      }),
      runs,
    );
  });
});

describe("daysIn", () => {
  it("counts the days of the current month so far", () => {
    for (const [today, days] of [
      ["2026-11-01", 1],
      ["2026-11-27", 27],
      ["2028-02-29", 29],
      ["2026-12-31", 31],
    ] as const)
      assert.equal(daysIn("month", today), days);
    assert.equal(spanOf("month", false, new Date("2026-11-27T10:00:00Z")).buckets[0], "2026-11-01");
  });
});

/** A range and the requested buckets of it: all, or those of one day. */
const planned = fc.tuple(moment, range, fc.boolean(), fc.option(fc.nat(800))).map(([now, which, compared, day]) => {
  const span = spanOf(which, compared, now);
  const date = day === null ? "" : span.buckets[day % span.buckets.length]!.slice(0, 10);
  return { now, which, span, buckets: span.buckets.filter((bucket) => bucket.startsWith(date)) };
});

/** A plan and all its fallbacks. */
const withFallbacks = (plan: Plan): Plan[] => [plan, ...plan.fallbacks.flatMap(withFallbacks)];

describe("planSources", () => {
  it("covers each bucket once, in order", () => {
    fc.assert(
      fc.property(planned, ({ which, span, buckets }) => {
        const plans = planSources({ range: which, dimensions: [] }, span, buckets);
        const covered = plans.flatMap(({ from, to }) => buckets.filter((bucket) => bucket >= from && bucket <= to));
        assert.deepEqual(covered, buckets);
      }),
      runs,
    );
  });

  it("asks sources only for buckets they have, and fallbacks only for buckets of the failed source", () => {
    fc.assert(
      fc.property(planned, ({ which, span, buckets }) => {
        const { today } = span;
        for (const plan of planSources({ range: which, dimensions: [] }, span, buckets))
          for (const { source, from, to } of withFallbacks(plan)) {
            assert.ok(from <= to, `${source}: ${from} to ${to}`);
            if (source === "today") assert.deepEqual([from, to], [today, today]);
            else assert.ok(from >= plan.from && to <= plan.to, `${source} as a fallback of ${plan.source}`);
            if (source === "activity") {
              assert.ok(from >= dayOf(Date.parse(today) - 30 * DAY), `activity from ${from}, today is ${today}`);
              assert.ok(to <= dayOf(Date.parse(today) - DAY), `activity to ${to}, today is ${today}`);
            }
          }
      }),
      runs,
    );
  });

  it("has a fallback wherever another source has the bucket", () => {
    fc.assert(
      fc.property(planned, ({ which, span, buckets }) => {
        for (const plan of planSources({ range: which, dimensions: [] }, span, buckets)) {
          const fallbacks = plan.fallbacks.flatMap(withFallbacks);
          const oldest = dayOf(Date.parse(span.today) - 30 * DAY);
          for (const bucket of buckets.filter((each) => each >= plan.from && each <= plan.to)) {
            const isToday = bucket.startsWith(span.today);
            // The shared reading has its own fallback, the keys' counters.
            const expected = plan.source !== "today" && (isToday || (bucket.length === 10 && bucket >= oldest));
            const day = bucket.slice(0, 10);
            assert.equal(
              fallbacks.some(({ from, to }) => day >= from && day <= to),
              expected,
              bucket,
            );
          }
        }
      }),
      runs,
    );
  });

  it("plans nothing if the day is not in the range", () => {
    assert.deepEqual(planSources({ range: "7d", dimensions: [] }, spanOf("7d", false, corners[0]!), []), []);
  });
});

/** Options of an analytics source: some days up to today, or the hours of up to two days. */
const options = fc
  .tuple(moment, fc.boolean(), fc.nat(364), fc.nat(364), fc.boolean())
  .map(([now, hours, a, b, splitByProvider]) => {
    const { today } = spanOf("7d", false, now);
    const [first, last] = [Math.max(a, b), Math.min(a, b)].map((ago) => dayAfter(today, -(hours ? ago % 2 : ago)));
    const unit = hours ? ("hour" as const) : ("day" as const);
    return {
      unit,
      from: hours ? `${first! < last! ? first : last}T00` : first!,
      to: hours ? `${today}T23` : last!,
      now,
      splitByProvider,
    };
  });

describe("timeWindows", () => {
  it("cover the range up to now without gaps, overlaps or empty windows", () => {
    fc.assert(
      fc.property(options, (given) => {
        const found = timeWindows(given);
        const start = bucketStart(given.from).getTime();
        const end = Math.min(bucketEnd(given.to).getTime(), given.now.getTime());
        for (const [from, to] of found) assert.ok(from < to, `${from.toISOString()} to ${to.toISOString()}`);
        // At the first millisecond of the day there is nothing to query.
        if (start === end) return assert.deepEqual(found, []);
        assert.equal(found[0]?.[0].getTime(), start);
        assert.equal(found.at(-1)?.[1].getTime(), end);
        for (const [i, [from]] of found.entries()) if (i > 0) assert.deepEqual(from, found[i - 1]![1]);
      }),
      runs,
    );
  });

  it("have at most 31 days when splitting by provider, and start at midnight", () => {
    fc.assert(
      fc.property(options, (given) => {
        const found = timeWindows({ ...given, splitByProvider: true });
        for (const [from, to] of found) {
          assert.ok(to.getTime() - from.getTime() <= 31 * DAY);
          assert.equal(from.getTime() % DAY, 0);
        }
        assert.ok(timeWindows({ ...given, splitByProvider: false }).length <= 1);
      }),
      runs,
    );
  });

  it("are empty exactly at midnight, and one a millisecond later", () => {
    const midnight = new Date("2026-06-10T00:00:00.000Z");
    const today = { unit: "day", from: "2026-06-10", to: "2026-06-10", splitByProvider: true } as const;
    const hours = { unit: "hour", from: "2026-06-10T00", to: "2026-06-10T23", splitByProvider: false } as const;
    const later = new Date(midnight.getTime() + 1);
    for (const options of [today, hours]) {
      assert.deepEqual(timeWindows({ ...options, now: midnight }), []);
      assert.deepEqual(timeWindows({ ...options, now: later }), [[midnight, later]]);
    }
    const month = timeWindows({ ...today, from: "2026-05-10", now: midnight });
    assert.deepEqual(month, [[new Date("2026-05-10"), midnight]]);
  });
});

describe("midpoint", () => {
  it("divides a range at bucket boundaries down to single buckets", () => {
    const unit = fc.constantFrom("day" as const, "hour" as const);
    fc.assert(
      fc.property(moment, unit, fc.integer({ min: 1, max: 366 }), fc.integer({ min: 1 }), (now, of, count, part) => {
        const ms = of === "day" ? DAY : HOUR;
        const start = new Date(Math.floor(now.getTime() / ms) * ms);
        // The last bucket may be in progress.
        const end = new Date(start.getTime() + (count - 1) * ms + (part % ms || ms));
        const parts: [Date, Date][] = [];
        const divide = (from: Date, to: Date): void => {
          const middle = midpoint(from, to, of);
          if (!middle) return void parts.push([from, to]);
          assert.ok(middle > from && middle < to);
          divide(from, middle);
          divide(middle, to);
        };
        divide(start, end);
        assert.equal(parts.length, count);
        for (const [i, [from, to]] of parts.entries()) {
          assert.equal(from.getTime(), start.getTime() + i * ms);
          assert.equal(to.getTime(), Math.min(from.getTime() + ms, end.getTime()));
        }
      }),
      runs,
    );
  });
});
