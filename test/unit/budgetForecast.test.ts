import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type BudgetForecast,
  forecastBudget,
  type SpendForecasts,
} from "../../src/openrouter/foresight/forecast/budgetForecast.ts";
import { budgetForecastText, shortBudgetForecastText } from "../../src/openrouter/foresight/forecast/budgetTexts.ts";
import type { Forecast, NoForecast } from "../../src/openrouter/foresight/forecast/model.ts";
import { getPeriodEnd } from "../../src/openrouter/keys/periodEnd.ts";
import type { Budget, BudgetSource } from "../../src/openrouter/safety/budgets.ts";
import { dayAfter } from "../../src/openrouter/spend/span.ts";
import { english } from "../../src/openrouter/text/translate.ts";

/** Wednesday, 2026-06-10. */
const FROM = "2026-06-10";

/** Steady spend per day. */
function steady(middle: number, { low = 0.8 * middle, high = 1.2 * middle, from = FROM, length = 40 } = {}): Forecast {
  const times = (n: number) => ({ low: low * n, middle: middle * n, high: high * n });
  return {
    from,
    days: Array.from({ length }, () => times(1)),
    totals: Array.from({ length }, (_, i) => times(i + 1)),
    backtest: { within: 0.8, days: 100 },
    basedOn: 300,
  };
}

const past = { from: "2026-01-01", usd: [], today: { usd: 3, share: 0.5 } };
const ten = steady(10);
/** 10 USD a day, none of it BYOK. */
const plain: SpendForecasts = { past, spend: ten, credits: ten };
/** 10 USD a day, 6 of it BYOK. */
const withByok: SpendForecasts = { past, spend: ten, credits: steady(4) };

function budget(remaining: number | undefined, reset: string | null, more: Partial<Budget> = {}): Budget {
  const limit = (remaining ?? 0) + 5;
  const about = { source: { kind: "key" } as const, limit, reset, spent: 5, remaining, resetsAt: undefined };
  return { ...about, includesByok: false, isLowerBound: false, isCertain: true, ...more };
}

const workspace: Partial<Budget> = { source: { kind: "workspace", name: "Research" }, includesByok: true };
const member = { source: { kind: "guardrail", per: "member" } as BudgetSource };
const textOf = (forecast: BudgetForecast | undefined, reset: string | null) =>
  forecast && budgetForecastText(forecast, reset, "en", english).replaceAll(/[\u2009\u202f\u00a0]/g, " ");
const tooFew: NoForecast = { reason: "tooFewDays", days: 3, needed: 21 };

describe("the forecast of a budget", () => {
  it("counts what was spent between the readings of forecast and budget only once", () => {
    const daily = budget(4, "daily", { limit: 13, includesByok: true });
    // By now, nearly the whole day's spend is in the counters.
    assert.ok(forecastBudget(plain, daily));
    assert.equal(forecastBudget({ ...plain, sinceReading: { spend: 8.5, credits: 8.5 } }, daily), undefined);
    // Without BYOK, only the credits count.
    const ofCredits = { ...withByok, sinceReading: { spend: 8, credits: 0 } };
    assert.ok(forecastBudget(ofCredits, budget(4, "daily", { limit: 12 })));
  });

  const cases: [name: string, SpendForecasts, Budget, said: string | undefined, others?: Budget[]][] = [
    ["reached soon", plain, budget(48, "monthly"), "Will probably be reached: about Jun 14 (Jun 13 – 15)."],
    ["that never resets", plain, budget(48, null), "Will probably be reached: about Jun 14 (Jun 13 – 15)."],
    ["reached on one day at any rate", plain, budget(15, null), "Will probably be reached: about Jun 11."],
    [
      "whose late day is after the reset",
      plain,
      budget(48, "weekly"),
      "Will probably be reached: about Jun 14 (from Jun 13).",
    ],
    [
      "reached at best before its reset",
      plain,
      budget(55, "weekly"),
      "May be reached before its reset: Jun 14 at the earliest.",
    ],
    ["reached later than its reset", plain, budget(61, "weekly"), undefined],
    ["of this day", plain, budget(9, "daily"), "Will probably be reached before its reset."],
    ["of this day, at best", plain, budget(11, "daily"), "May be reached before its reset."],
    ["of this day, not reached", plain, budget(13, "daily"), undefined],
    ["that never resets, reached at best", plain, budget(401, null), "May be reached: Jul 13 at the earliest."],
    ["that never resets, not reached", plain, budget(481, null), undefined],
    ["used up", plain, budget(0, "monthly"), undefined],
    ["whose spend is unknown", plain, budget(undefined, "monthly"), undefined],
    ["of an unknown interval", plain, budget(48, "yearly"), undefined],
    ["without BYOK", withByok, budget(48, null), "Will probably be reached: about Jun 21 (Jun 19 – 24)."],
    [
      "with BYOK",
      withByok,
      budget(48, null, { includesByok: true }),
      "Will probably be reached: about Jun 14 (Jun 13 – 15).",
    ],
    [
      "of which it is unknown whether BYOK counts",
      withByok,
      budget(48, null, { includesByok: undefined }),
      "No forecast: OpenRouter doesn't say whether BYOK spend counts.",
    ],
    [
      "of which that is unknown, without any BYOK",
      plain,
      budget(48, null, { includesByok: undefined }),
      "Will probably be reached: about Jun 14 (Jun 13 – 15).",
    ],
    [
      "without BYOK, which the source doesn't tell apart",
      { ...plain, credits: undefined },
      budget(48, null),
      "No forecast: the analytics don't tell credits from BYOK.",
    ],
    [
      "without a forecast",
      { past, spend: tooFew, credits: tooFew },
      budget(48, null),
      "No forecast yet: it needs 21 days since the first spend, there are 3.",
    ],
    [
      "of a workspace",
      withByok,
      budget(48, "monthly", workspace),
      "Will probably be reached: about Jun 14 (Jun 13 – 15).",
    ],
    [
      "of a workspace whose spend of today is unknown",
      { ...plain, past: { ...past, today: undefined } },
      budget(48, "monthly", workspace),
      "No forecast: today's spend is unknown.",
    ],
    ["behind one that stops the key first", plain, budget(48, "monthly"), undefined, [budget(20, "monthly")]],
    [
      "behind one that stops the key until Monday",
      plain,
      budget(48, "monthly"),
      "Will probably be reached: about Jun 17 (Jun 17 – 18).",
      [budget(20, "weekly", { limit: 40 })],
    ],
    ["behind one that is used up for ever", plain, budget(48, "monthly"), undefined, [budget(0, null)]],
    [
      "beside one that may not apply, one of a workspace, one of a member and one with unknown spend",
      plain,
      budget(48, "monthly"),
      "Will probably be reached: about Jun 14 (Jun 13 – 15).",
      [
        budget(1, "monthly", { isCertain: false }),
        budget(1, "monthly", workspace),
        budget(1, "monthly", member),
        budget(undefined, "monthly"),
      ],
    ],
    [
      "with BYOK, beside one without",
      withByok,
      budget(48, "monthly", { includesByok: true }),
      "Will probably be reached: about Jun 14 (Jun 13 – 15).",
      [budget(1, "monthly")],
    ],
  ];
  for (const [name, forecasts, one, said, others = []] of cases)
    it(`${name}: ${said ?? "says nothing"}`, () =>
      assert.equal(textOf(forecastBudget(forecasts, one, [...others, one]), one.reset), said));

  it("is never of a day after the budget's reset, nor before today", () => {
    const amount = fc.double({ min: 0, max: 1000, noNaN: true });
    const reset = fc.constantFrom("daily", "weekly", "monthly", null);
    const own = fc.record({ remaining: amount, reset, includesByok: fc.constantFrom(true, false, undefined) });
    const series = fc.record({
      from: fc.integer({ min: 0, max: 800 }),
      middle: fc.double({ min: 0, max: 100, noNaN: true }),
    });
    fc.assert(
      fc.property(series, amount, own, fc.array(own, { maxLength: 3 }), ({ from, middle }, byok, own, more) => {
        const day = dayAfter("2026-01-01", from);
        const forecasts = { past, spend: steady(middle + byok, { from: day }), credits: steady(middle, { from: day }) };
        const [first, ...others] = [own, ...more].map(({ remaining, reset, includesByok }) =>
          budget(remaining, reset, { includesByok }),
        );
        const forecast = forecastBudget(forecasts, first!, [first!, ...others]);
        if (!forecast || "reason" in forecast) return;
        const end = getPeriodEnd(own.reset, new Date(day))?.toISOString().slice(0, 10) ?? "9999-12-31";
        const days = [forecast.early, forecast.middle, forecast.late].filter((one) => one !== undefined);
        assert.ok(days.length > 0);
        assert.deepEqual(days, days.toSorted());
        for (const one of days) assert.ok(one >= day && one < end, `${one} of ${day} to ${end}`);
        // Other budgets stop the key: they bring no budget forward.
        const alone = forecastBudget(forecasts, first!);
        assert.ok(alone && !("reason" in alone) && alone.early! <= forecast.early!);
      }),
    );
  });

  it("is short in a row, and only of what is to be expected", () => {
    const short = (one: Budget) => {
      const forecast = forecastBudget(plain, one);
      return forecast && shortBudgetForecastText(forecast, "en", english);
    };
    assert.equal(short(budget(48, "weekly")), "reached about Jun 14");
    assert.equal(short(budget(55, "weekly")), undefined);
    assert.equal(short(budget(9, "daily")), "reached about Jun 10");
    assert.equal(shortBudgetForecastText(tooFew, "en", english), undefined);
  });
});
