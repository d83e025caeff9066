import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type BudgetInterval,
  budgetBounds,
  budgetIntervals,
  findBudget,
  intervalOfBudget,
  violatedBound,
} from "../../src/openrouter/guardrails/budgetOrder.ts";
import type { WorkspaceBudget } from "../../src/openrouter/index.ts";

const budget = (interval: BudgetInterval, limit_usd: number): WorkspaceBudget => ({
  limit_usd,
  reset_interval: interval === "lifetime" ? null : interval,
});

describe("the order of a workspace's budgets", () => {
  const budgets = [budget("lifetime", 25_000), budget("daily", 150), budget("monthly", 1500)];

  const cases: [BudgetInterval, number, string | undefined][] = [
    ["weekly", 151, undefined],
    ["weekly", 150, "above daily"],
    ["weekly", 1500, "below monthly"],
    ["weekly", 1499.99, undefined],
    ["daily", 0.01, undefined],
    ["daily", 1500, "below monthly"],
    ["monthly", 150, "above daily"],
    ["monthly", 25_000, "below lifetime"],
    ["lifetime", 1500, "above monthly"],
    ["lifetime", 1_000_000, undefined],
  ];
  for (const [interval, limit, wanted] of cases)
    it(`${interval} ${limit}: ${wanted ?? "holds"}`, () => {
      const found = violatedBound(limit, budgetBounds(budgets, interval));
      assert.equal(found && `${found.kind} ${found.bound.interval}`, wanted);
    });

  it("names a budget without a reset interval lifetime, and keeps unknown intervals", () => {
    assert.equal(intervalOfBudget({ reset_interval: null }), "lifetime");
    assert.equal(intervalOfBudget({ reset_interval: "yearly" }), "yearly");
    assert.equal(findBudget(budgets, "lifetime")?.limit_usd, 25_000);
    assert.equal(findBudget([{ limit_usd: 1, reset_interval: "yearly" }], "daily"), undefined);
  });

  it("accepts exactly the limits that keep the order", () => {
    const amount = fc.integer({ min: 1, max: 20 });
    const some = fc.record(
      Object.fromEntries(budgetIntervals.map((interval) => [interval, amount])) as Record<
        BudgetInterval,
        typeof amount
      >,
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(some, fc.constantFrom(...budgetIntervals), amount, (limits, interval, limit) => {
        const set = budgetIntervals.flatMap((one) => (limits[one] === undefined ? [] : [budget(one, limits[one])]));
        const others = set.filter((one) => intervalOfBudget(one) !== interval);
        const isOrdered = budgetIntervals.every((one, i) =>
          others.every((other) => {
            const at = (budgetIntervals as readonly string[]).indexOf(intervalOfBudget(other));
            if (one !== interval || at === i) return true;
            return at < i ? other.limit_usd < limit : other.limit_usd > limit;
          }),
        );
        assert.equal(violatedBound(limit, budgetBounds(set, interval)) === undefined, isOrdered);
      }),
    );
  });
});
