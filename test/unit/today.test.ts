import assert from "node:assert/strict";
import fc from "fast-check";
import { sum } from "../../src/openrouter/figures.ts";
import type { Key } from "../../src/openrouter/schemas.ts";
import { fromCounters } from "../../src/openrouter/today.ts";

const key = (usage_daily: number): Key => ({
  hash: "0",
  name: "key",
  label: "key",
  disabled: false,
  created_at: "2026-08-01T00:00:00Z",
  usage: usage_daily,
  usage_daily,
  usage_weekly: usage_daily,
  usage_monthly: usage_daily,
  byok_usage: 7,
  byok_usage_daily: 7,
  byok_usage_weekly: 7,
  byok_usage_monthly: 7,
  limit: null,
  limit_remaining: null,
  limit_reset: null,
  include_byok_in_limit: false,
});

describe("today from the keys' counters", () => {
  it("is the sum of usage_daily, without BYOK, and says what it does not know", () => {
    const spend = fc.array(fc.double({ min: 0, max: 1000, noNaN: true }));
    fc.assert(
      fc.property(spend, (figures) => {
        const today = fromCounters(figures.map(key), new Date("2026-08-03T23:30:00-02:00"));
        assert.deepEqual(today, {
          date: "2026-08-04",
          source: "counters",
          usage: sum(figures),
          includesByok: false,
          requests: undefined,
          models: [],
        });
      }),
    );
  });
});
