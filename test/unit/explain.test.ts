import assert from "node:assert/strict";
import fc from "fast-check";
import { type ExplainInput, explain } from "../../src/openrouter/foresight/explain/explain.ts";
import { listPrices } from "../../src/openrouter/foresight/explain/listPrices.ts";
import {
  type Explanation,
  type Factor,
  factors,
  type Parts,
  type UnitPrices,
  type UsageCell,
} from "../../src/openrouter/foresight/explain/model.ts";
import { splitProduct } from "../../src/openrouter/foresight/explain/splitProduct.ts";
import { assertNear } from "../support/spendTables.ts";
import { anyTables, unitPrices, wholeCell } from "../support/usageTables.ts";

const runs = { numRuns: 300 };
const days = { before: { from: "2028-02-01", to: "2028-02-01" }, after: { from: "2028-02-02", to: "2028-02-02" } };

type Tables = Pick<ExplainInput, "before" | "after" | "prices">;
const explainTables = (tables: Tables): Explanation =>
  explain({ ...tables, periods: days, name: (_, id) => id.toUpperCase(), notes: [] });

const total = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + value, 0);
const costOf = (cells: Iterable<UsageCell>): number => total([...cells].map(({ cost }) => cost));
const zero: Parts = Object.fromEntries(factors.map((factor) => [factor, 0])) as Parts;

/** Asserts that only these factors explain anything; relative to the cost, since prices are computed from it. */
function assertOnly({ parts, before, after }: Explanation, changed: readonly Factor[]): void {
  for (const factor of factors.filter((one) => !changed.includes(one)))
    assert.ok(Math.abs(parts[factor]) <= 1e-9 * (before.cost + after.cost), `${factor} explains ${parts[factor]}`);
}

function assertParts(actual: Parts, expected: Parts): void {
  for (const factor of factors) assertNear(actual[factor], expected[factor], factor);
}

function addParts(causes: Explanation["causes"]): Parts {
  const sum = { ...zero };
  for (const { parts } of causes) for (const factor of factors) sum[factor] += parts[factor];
  return sum;
}

const cell = (figures: Partial<UsageCell>): UsageCell => ({
  ...{ model: "a/opus", key: "k1", cost: 3, requests: 100, prompt_tokens: 200_000, completion_tokens: 80_000 },
  ...{ reasoning_tokens: 0, cached_tokens: 0, surcharges: 0 },
  ...figures,
});

/** Of `cell`: 200,000 × $5 and 80,000 × $25 per million tokens are $3. */
const opus: UnitPrices = { prompt: 5e-6, completion: 25e-6, reasoning: 25e-6, cached: 0.5e-6, request: 0 };
const prices = new Map([["a/opus", opus]]);
const explainCells = (before: UsageCell[], after: UsageCell[], list: ReadonlyMap<string, UnitPrices> = prices) =>
  explainTables({ before, after, prices: list });

describe("explain", () => {
  it("adds up: parts and causes are the difference, of any two tables", () => {
    fc.assert(
      fc.property(anyTables, (tables) => {
        const { difference, parts, causes, before, after } = explainTables(tables);
        assertNear(before.cost, costOf(tables.before));
        assertNear(after.cost, costOf(tables.after));
        assertNear(difference, after.cost - before.cost);
        assertNear(total(Object.values(parts)), difference, "parts");
        assertNear(total(causes.map((cause) => cause.difference)), difference, "causes");
        const { volume, mix, ...others } = addParts(causes);
        // Of pairs that didn't change, volume and mix are opposite, and not listed.
        assertNear(volume + mix, parts.volume + parts.mix, "requests");
        assertParts({ ...others, volume: 0, mix: 0 }, { ...parts, volume: 0, mix: 0 });
        for (const cause of causes) {
          assertNear(total(Object.values(cause.parts)), cause.difference, "a cause's parts");
          assertNear((cause.after?.cost ?? 0) - (cause.before?.cost ?? 0), cause.difference, "a cause's usage");
        }
      }),
      runs,
    );
  });

  it("flips all signs if the periods are swapped, and doesn't depend on the order of the cells", () => {
    fc.assert(
      fc.property(anyTables, ({ before, after, prices: list }) => {
        const one = explainTables({ before, after, prices: list });
        const swapped = explainTables({ before: after, after: before, prices: list });
        const negative = Object.fromEntries(factors.map((factor) => [factor, -one.parts[factor]])) as Parts;
        assertParts(swapped.parts, negative);
        const reversed = explainTables({ before: before.toReversed(), after: after.toReversed(), prices: list });
        assertParts(reversed.parts, one.parts);
        assert.deepEqual(
          swapped.notes.map(({ kind }) => kind),
          one.notes.map(({ kind }) => kind),
        );
      }),
      runs,
    );
  });

  it("explains nothing if nothing changed", () => {
    fc.assert(
      fc.property(anyTables, ({ before, prices: list }) => {
        const same = explainTables({ before, after: before, prices: list });
        assert.deepEqual([same.parts, same.causes, same.difference, same.notes], [zero, [], 0, []]);
      }),
      runs,
    );
  });

  describe("a factor that didn't change", () => {
    /** Asserts that a change of a valid table is explained by these factors only. */
    const onlyBy = (changed: Factor[], change: (cell: UsageCell, by: number, list: UnitPrices) => Partial<UsageCell>) =>
      fc.assert(
        fc.property(
          fc.uniqueArray(wholeCell, { minLength: 1, maxLength: 8, selector: ({ model, key }) => `${model} ${key}` }),
          fc.array(
            fc.integer({ min: 0, max: 30 }).map((tenths) => tenths / 10),
            { minLength: 8, maxLength: 8 },
          ),
          unitPrices.filter(
            ({ prompt, completion, reasoning, cached }) => prompt * completion * reasoning * cached > 0,
          ),
          (cells, by, list) => {
            const priceOf = new Map(cells.map(({ model }) => [model!, list]));
            const before = cells.map((one) => ({ ...one, cost: listCost(one, list) + one.surcharges! }));
            const after = before.map((one, i) => {
              const changedCell = { ...one, ...change(one, by[i]!, list) };
              return "cost" in change(one, by[i]!, list)
                ? changedCell
                : { ...changedCell, cost: listCost(changedCell, list) + changedCell.surcharges! };
            });
            assertOnly(explainTables({ before, after, prices: priceOf }), changed);
          },
        ),
        runs,
      );

    const listCost = (one: UsageCell, list: UnitPrices): number =>
      (one.prompt_tokens! - one.cached_tokens!) * list.prompt +
      one.cached_tokens! * list.cached +
      (one.completion_tokens! - one.reasoning_tokens!) * list.completion +
      one.reasoning_tokens! * list.reasoning +
      one.requests! * list.request;
    const times = (one: UsageCell, by: number) => ({
      requests: one.requests! * by,
      prompt_tokens: one.prompt_tokens! * by,
      completion_tokens: one.completion_tokens! * by,
      reasoning_tokens: one.reasoning_tokens! * by,
      cached_tokens: one.cached_tokens! * by,
      surcharges: one.surcharges,
    });

    it("requests", () => onlyBy(["volume", "mix"], (one, by) => times(one, by + 0.1)));
    it("as many requests more to every model", () => onlyBy(["volume"], (one) => times(one, 3)));
    it("prompt", () =>
      onlyBy(["prompt"], (one, by) => ({
        prompt_tokens: one.prompt_tokens! * by,
        cached_tokens: one.cached_tokens! * by,
      })));
    it("completion", () =>
      onlyBy(["completion"], (one, by) => ({ completion_tokens: one.completion_tokens! + by * one.requests! })));
    it("reasoning", () =>
      onlyBy(["reasoning"], (one, by) => ({
        completion_tokens: one.completion_tokens! + by * one.requests!,
        reasoning_tokens: one.reasoning_tokens! + by * one.requests!,
      })));
    it("caching", () => onlyBy(["caching"], (one, by) => ({ cached_tokens: (one.prompt_tokens! * by) / 3 })));
    it("price", () => onlyBy(["price"], (one, by) => ({ cost: (one.cost - one.surcharges!) * by + one.surcharges! })));
    it("surcharges", () => onlyBy(["surcharges"], (one, by) => ({ surcharges: one.surcharges! + by })));
  });

  it("counts a new or gone model as mix and volume, not as price", () => {
    const other = cell({ model: "b/flash", cost: 1 });
    for (const [before, after] of [
      [[other], [other, cell({})]],
      [[other, cell({})], [other]],
    ] as const) {
      const explained = explainCells([...before], [...after]);
      assert.notEqual(explained.parts.volume, 0);
      assert.notEqual(explained.parts.mix, 0);
      assertOnly(explained, ["volume", "mix"]);
      assert.deepEqual(
        // The share of the other one changed, but not its requests.
        explained.causes.map(({ model, count }) => [model?.id, count]),
        [["a/opus", 1]],
      );
    }
  });

  it("counts all as volume if there was nothing before", () => {
    assert.deepEqual(explainCells([], [cell({})]).parts, { ...zero, volume: 3 });
    assert.deepEqual(explainCells([cell({})], []).parts, { ...zero, volume: -3 });
  });

  it("counts a free model that becomes paid as price", () => {
    assert.deepEqual(explainCells([cell({ cost: 0 })], [cell({})]).parts, { ...zero, price: 3 });
    assert.deepEqual(explainCells([cell({ cost: 0 })], [cell({})], new Map()).parts, { ...zero, price: 3 });
  });

  it("prices cached tokens at the price of a cache read", () => {
    // 100,000 of the tokens cost a tenth.
    const { parts, notes } = explainCells([cell({})], [cell({ cached_tokens: 100_000, cost: 2.55 })]);
    assertParts(parts, { ...zero, caching: -0.45 });
    assert.deepEqual(notes, []);
  });

  it("doesn't split what is unknown, and says so", () => {
    const unknown = { cached_tokens: undefined, reasoning_tokens: undefined, surcharges: undefined };
    const cheaper = explainCells([cell(unknown)], [cell({ ...unknown, cost: 2.4 })]);
    assertParts(cheaper.parts, { ...zero, price: -0.6 });
    assert.deepEqual(cheaper.notes, [
      { kind: "notSplit", factor: "caching", share: 1 },
      { kind: "notSplit", factor: "surcharges", share: 1 },
    ]);
    const longer = explainCells([cell(unknown)], [cell({ ...unknown, completion_tokens: 120_000, cost: 4 })]);
    assertParts(longer.parts, { ...zero, completion: 1 });
    assert.deepEqual(longer.notes, [{ kind: "notSplit", factor: "reasoning", share: 1 }]);
  });

  it("attributes only requests if tokens are unknown, and nothing if requests are", () => {
    const noTokens = { prompt_tokens: undefined, completion_tokens: undefined };
    const more = explainCells([cell(noTokens)], [cell({ ...noTokens, requests: 200, cost: 7 })]);
    const perFold = (7 - 3) / Math.log(7 / 3);
    assertParts(more.parts, { ...zero, volume: perFold * Math.log(2), unattributed: perFold * Math.log(7 / 6) });
    assert.deepEqual(more.notes, [{ kind: "notAttributed", reason: "unknown", share: 1 }]);
    const nothing = explainCells([cell({ requests: undefined })], [cell({ requests: 200, cost: 7 })]);
    assert.deepEqual(nothing.parts, { ...zero, unattributed: 4 });
  });

  it("doesn't attribute corrections, and leaves them out of the volume", () => {
    const correction = cell({ key: "k2", requests: -40, cost: -1 });
    const { parts, notes } = explainCells([cell({})], [cell({}), correction]);
    assert.deepEqual(parts, { ...zero, unattributed: -1 });
    assert.deepEqual(notes, [{ kind: "notAttributed", reason: "corrections", share: 1 / 7 }]);
  });

  it("uses an average price per token if there is no list price", () => {
    const { parts, notes } = explainCells([cell({})], [cell({ requests: 200, cost: 6 })], new Map());
    // Twice the requests, half the tokens each, twice the price.
    assertNear(total(Object.values(parts)), 3);
    assertNear(parts.mix + parts.reasoning + parts.caching + parts.unattributed, 0);
    assert.deepEqual(notes, [{ kind: "noListPrice", models: ["a/opus"], share: 1 }]);
  });

  it("lists ten causes and the sum of the others; a single other takes no more space than itself", () => {
    const keys = (count: number, cost: (i: number) => number) =>
      Array.from({ length: count }, (_, i) => cell({ key: `key ${i}`, cost: cost(i) }));
    const changes = (count: number) =>
      explainCells(
        keys(count, () => 3),
        keys(count, (i) => 3 + (i % 2 ? -1 : 1) * i),
      );
    const many = changes(15);
    assert.deepEqual(
      many.causes.map(({ key, difference, count }) => [key?.name, difference, count]),
      [
        ...[14, 13, 12, 11, 10, 9, 8, 7, 6, 5].map((i) => [`KEY ${i}`, i % 2 ? -i : i, 1]),
        [undefined, 4 - 3 + 2 - 1, 4],
      ],
    );
    assert.equal(many.causes.at(-1)?.after?.requests, 400);
    const eleven = changes(12).causes;
    assert.deepEqual([eleven.length, eleven.at(-1)?.key?.name, eleven.at(-1)?.count], [11, "KEY 1", 1]);
  });

  it("shows names, and keeps ids that are special in objects", () => {
    const [cause] = explainCells([], [cell({ model: "__proto__", key: undefined })]).causes;
    assert.deepEqual([cause?.model, cause?.key], [{ id: "__proto__", name: "__PROTO__" }, undefined]);
  });
});

describe("splitProduct", () => {
  const factor = fc.double({ min: 0.01, max: 100, noNaN: true });
  const changes = (of: fc.Arbitrary<number>) => fc.array(fc.tuple(of, of), { minLength: 1, maxLength: 5 });

  it("is what each factor adds while all change at the same time", () => {
    fc.assert(
      fc.property(changes(factor), (pairs) => {
        const [before, after] = [pairs.map(([from]) => from), pairs.map(([, to]) => to)];
        const parts = splitProduct(before, after);
        const scale = 1e-6 * Math.max(...parts.map(Math.abs));
        for (const [i, part] of integrated(before, after).entries())
          assert.ok(Math.abs(parts[i]! - part) <= scale + 1e-12, `${parts[i]} is not ${part}`);
      }),
      { numRuns: 100 },
    );
  });

  it("is the same in the limit of factors near 0 as with 0", () => {
    assert.deepEqual(splitProduct([3, 0, 5], [4, 2, 5]), [0, 40, 0]);
    assert.deepEqual(splitProduct([3, 0, 0], [4, 2, 5]), [0, 20, 20]);
    assert.deepEqual(splitProduct([4, 2, 5], [3, 0, 5]), [0, -40, 0]);
    assert.deepEqual(splitProduct([0, 2], [3, 0]), [0, 0]);
    const [first, second] = splitProduct([3, 1e-300], [4, 2]);
    assert.ok(first! < 0.02 && second! > 7.98, `${first} ${second}`);
  });

  it("doesn't answer with large contributions that cancel out", () => {
    const [requests, price] = splitProduct([2, 2], [5_000, 0.02]);
    assert.ok(requests! < 250 && price! > -150, `${requests} ${price}`);
  });
});

describe("listPrices", () => {
  const of = (pricing: Record<string, unknown>) =>
    listPrices({ pricing: pricing as { prompt: string; completion: string } });

  it("reads prices per token and per request", () => {
    assert.deepEqual(of({ prompt: "0.000005", completion: "0.000025", request: "0", image: "0" }), {
      ...{ prompt: 5e-6, completion: 25e-6, reasoning: 25e-6, cached: 5e-6, request: 0 },
    });
    const all = { prompt: "1", completion: "2", internal_reasoning: "3", input_cache_read: "0.1", request: "4" };
    assert.deepEqual(of(all), { prompt: 1, completion: 2, reasoning: 3, cached: 0.1, request: 4 });
    assert.equal(of({ prompt: "1", completion: "2", internal_reasoning: "0" })?.reasoning, 2);
  });

  it("has none for routers and for what isn't a price", () => {
    for (const price of ["-1", "", " ", "free", "NaN", "Infinity"]) {
      assert.equal(of({ prompt: price, completion: "1" }), undefined);
      assert.equal(of({ prompt: "1", completion: "1", request: price }), undefined);
    }
  });
});

/** What each factor adds while all change at the same time, each at a steady rate: the integral, computed plainly. */
function integrated(before: readonly number[], after: readonly number[]): number[] {
  const at = (t: number) => before.reduce((product, from, i) => product * from ** (1 - t) * after[i]! ** t, 1);
  const steps = 2_000;
  // Simpson's rule.
  const weight = (i: number) => (i === 0 || i === steps ? 1 : i % 2 ? 4 : 2);
  const mean = total(Array.from({ length: steps + 1 }, (_, i) => weight(i) * at(i / steps))) / (3 * steps);
  return before.map((from, i) => mean * Math.log(after[i]! / from));
}
