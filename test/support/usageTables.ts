// Random usage by model × key in two periods, with all that occurs: new, gone and free models, corrections, unknown figures.
import fc from "fast-check";
import type { UnitPrices, UsageCell } from "../../src/openrouter/foresight/explain/model.ts";

const models = ["a/opus", "a/mini", "b/flash", "b/flash:free", "__proto__"] as const;
const keys = ["k1", "k2", "k3", undefined] as const;

const id = fc.record({
  model: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...models) }, fc.constant(undefined)),
  key: fc.constantFrom(...keys),
});

const usd = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 500_000_000 }).map((micros) => micros / 1e6) },
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(1e-6, 3e-6, 1e6, 1e7 / 3) },
  { weight: 1, arbitrary: fc.integer({ min: -5_000_000, max: -1 }).map((micros) => micros / 1e6) },
);

const count = fc.oneof(
  // The average of several days is a fraction.
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 8_000_000 }).map((eighths) => eighths / 8) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 1e12) },
  { weight: 1, arbitrary: fc.integer({ min: -20, max: -1 }) },
);

const known = <T>(figure: fc.Arbitrary<T>) => fc.option(figure, { nil: undefined, freq: 9 });

/** Any usage, valid or not. */
const anyCell: fc.Arbitrary<UsageCell> = fc
  .record({
    id,
    cost: usd,
    ...{ requests: known(count), prompt_tokens: known(count), completion_tokens: known(count) },
    ...{ reasoning_tokens: known(count), cached_tokens: known(count), surcharges: known(usd) },
  })
  .map(({ id: ids, ...figures }) => ({ ...ids, ...figures }));

const share = fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10);

/** Usage in which all figures are known and belong together. */
export const wholeCell: fc.Arbitrary<UsageCell> = fc
  .record({
    id: fc.record({ model: fc.constantFrom(...models), key: fc.constantFrom("k1", "k2", "k3") }),
    requests: fc.integer({ min: 1, max: 10_000 }),
    ...{ prompt: fc.integer({ min: 1, max: 9_000 }), completion: fc.integer({ min: 1, max: 2_000 }) },
    ...{ cached: share, reasoning: share },
    usd: fc.integer({ min: 1, max: 90_000_000 }).map((micros) => micros / 1e6),
    surcharges: share,
  })
  .map(({ id: ids, requests, prompt, completion, cached, reasoning, usd: cost, surcharges }) => ({
    ...ids,
    ...{ cost, requests, prompt_tokens: requests * prompt, completion_tokens: requests * completion },
    ...{ reasoning_tokens: requests * completion * reasoning, cached_tokens: requests * prompt * cached },
    surcharges: (cost * surcharges) / 2,
  }));

const price = fc.constantFrom(0, 1e-7, 5e-6, 2.5e-5, 7.5e-5);

export const unitPrices: fc.Arbitrary<UnitPrices> = fc
  .record({ prompt: price, completion: price, reasoning: price, cachedShare: share, request: fc.constantFrom(0, 0.01) })
  .map(({ cachedShare, ...prices }) => ({ ...prices, cached: prices.prompt * cachedShare }));

export const priceList: fc.Arbitrary<Map<string, UnitPrices>> = fc
  .array(fc.tuple(fc.constantFrom(...models), unitPrices), { maxLength: 5 })
  .map((entries) => new Map(entries));

const cells = fc.array(fc.oneof(anyCell, wholeCell), { maxLength: 24 });

/** Any two tables and any prices. */
export const anyTables = fc.record({ before: cells, after: cells, prices: priceList });
