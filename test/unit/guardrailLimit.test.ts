import assert from "node:assert/strict";
import * as fc from "fast-check";
import { completeLimit, type GuardrailUpdate, hasIncompleteLimit } from "../../src/openrouter/index.ts";

type Limit = Pick<GuardrailUpdate, "limit_usd" | "reset_interval">;

describe("isHalfLimit", () => {
  for (const [limit, half] of [
    [{}, false],
    [{ limit_usd: null, reset_interval: null }, false],
    [{ limit_usd: 5, reset_interval: "daily" }, false],
    [{ limit_usd: 0, reset_interval: "daily" }, false],
    [{ limit_usd: 5 }, true],
    [{ limit_usd: 0, reset_interval: null }, true],
    [{ reset_interval: "daily" }, true],
    [{ limit_usd: null, reset_interval: "daily" }, true],
  ] satisfies [Limit, boolean][])
    it(`returns ${half} for ${JSON.stringify(limit)}`, () => assert.equal(hasIncompleteLimit(limit), half));
});

describe("withWholeLimit", () => {
  const table: [changes: Limit, now: Limit, whole: Limit][] = [
    [{}, { limit_usd: 5, reset_interval: "daily" }, {}],
    [{ limit_usd: 7 }, { limit_usd: 5, reset_interval: "daily" }, { limit_usd: 7, reset_interval: "daily" }],
    [
      { reset_interval: "weekly" },
      { limit_usd: 5, reset_interval: "daily" },
      { limit_usd: 5, reset_interval: "weekly" },
    ],
    [{ limit_usd: null }, { limit_usd: 5, reset_interval: "daily" }, { limit_usd: null, reset_interval: null }],
    [{ limit_usd: 7 }, {}, { limit_usd: 7, reset_interval: null }],
    [{ reset_interval: null }, { limit_usd: 5, reset_interval: "daily" }, { limit_usd: 5, reset_interval: null }],
    [{ reset_interval: "daily" }, {}, { limit_usd: null, reset_interval: "daily" }],
    [{ limit_usd: null, reset_interval: "daily" }, {}, { limit_usd: null, reset_interval: "daily" }],
  ];
  for (const [changes, now, whole] of table)
    it(`completes ${JSON.stringify(changes)} from ${JSON.stringify(now)}`, () =>
      assert.deepEqual(completeLimit(changes, now), whole));

  it("keeps other changes and never overwrites given values", () => {
    const usd = fc.option(fc.nat(), { nil: undefined });
    const reset = fc.constantFrom(undefined, null, "daily", "monthly");
    const limit = fc.record({ limit_usd: fc.oneof(usd, fc.constant(null)), reset_interval: reset });
    fc.assert(
      fc.property(limit, limit, (changes, now) => {
        const whole = completeLimit({ ...changes, name: "n" }, now);
        assert.equal(whole.name, "n");
        if (changes.limit_usd !== undefined) assert.equal(whole.limit_usd, changes.limit_usd);
        if (changes.reset_interval !== undefined) assert.equal(whole.reset_interval, changes.reset_interval);
        assert.equal(whole.limit_usd === undefined, whole.reset_interval === undefined);
      }),
    );
  });
});
