import assert from "node:assert/strict";
import fc from "fast-check";
import { parsePrices } from "../../src/openrouter/foresight/prices.ts";
import type { ModelUsage } from "../../src/openrouter/foresight/whatIf/model.ts";
import { priceUsage } from "../../src/openrouter/foresight/whatIf/priceUsage.ts";
import { tokenRatio } from "../../src/openrouter/foresight/whatIf/tokenizers.ts";
import { type Offer, whatIf } from "../../src/openrouter/foresight/whatIf/whatIf.ts";
import type { Model } from "../../src/openrouter/index.ts";

type Pricing = Model["pricing"];

/** USD per million tokens. */
const perMillion = (prompt: number, completion: number, more: Record<string, unknown> = {}): Pricing => ({
  prompt: String(prompt / 1e6),
  completion: String(completion / 1e6),
  ...more,
});

const createModel = (id: string, pricing: Pricing, more: Record<string, unknown> = {}): Model => ({
  id,
  name: id,
  context_length: 100_000,
  pricing,
  architecture: { input_modalities: ["text"], output_modalities: ["text"], tokenizer: "GPT" },
  supported_parameters: ["tools"],
  ...more,
});

const createUsage = (more: Partial<ModelUsage> = {}): ModelUsage => ({
  model: "a/used",
  cost: 10,
  byok_cost: 0,
  requests: 1000,
  prompt_tokens: 2_000_000,
  completion_tokens: 500_000,
  reasoning_tokens: 100_000,
  cached_tokens: 0,
  longest: { above: 0, requests: [{ prompt_tokens: 3000, completion_tokens: 400 }] },
  ...more,
});

const costOf = (pricing: Pricing, usage: Partial<ModelUsage> = {}) => {
  const prices = parsePrices(pricing);
  assert.ok(prices);
  const { tokens, requests } = priceUsage(createUsage(usage), prices);
  return { low: round(tokens.low), middle: round(tokens.middle), high: round(tokens.high), requests };
};
const round = (usd: number) => Math.round(usd * 1e9) / 1e9;
const exactly = (usd: number) => ({ low: usd, middle: usd, high: usd, requests: 0 });

describe("what another model would have cost", () => {
  describe("prices", () => {
    it("prices prompt and completion tokens, and requests", () => {
      // 2 million at $1 and half a million at $4.
      assert.deepEqual(costOf(perMillion(1, 4)), exactly(4));
      assert.deepEqual(costOf(perMillion(1, 4, { request: "0.002" })), { ...exactly(4), requests: 2 });
    });

    it("multiplies by 1 - discount", () => {
      assert.deepEqual(costOf(perMillion(1, 4, { discount: 0.25 })), exactly(3));
      assert.deepEqual(costOf(perMillion(1, 4, { discount: "?" })), exactly(4));
    });

    it("prices reasoning tokens by their own price, if there is one", () => {
      assert.deepEqual(costOf(perMillion(1, 4, { internal_reasoning: "0" })), exactly(4));
      assert.deepEqual(costOf(perMillion(1, 4, { internal_reasoning: "0.00001" })), exactly(2 + 1.6 + 1));
      const unknown = costOf(perMillion(1, 4, { internal_reasoning: "0.00001" }), { reasoning_tokens: undefined });
      assert.deepEqual(unknown, { low: 4, middle: 4, high: 7, requests: 0 });
    });

    it("leaves it open whether caching carries over, and what is written to a cache", () => {
      const cached = { cached_tokens: 500_000 };
      assert.deepEqual(costOf(perMillion(1, 4), cached), exactly(4));
      const read = { input_cache_read: "0.0000001" };
      assert.deepEqual(costOf(perMillion(1, 4, read), cached), { low: 3.55, middle: 3.55, high: 4, requests: 0 });
      const write = { ...read, input_cache_write: "0.00000125" };
      assert.equal(costOf(perMillion(1, 4, write), cached).high, 4);
      // 0.05 for what is read, 1.5 million written at $1.5.
      const dear = { ...read, input_cache_write: "0.0000015" };
      assert.deepEqual(costOf(perMillion(1, 4, dear), cached), { low: 3.55, middle: 3.55, high: 4.3, requests: 0 });
      assert.deepEqual(costOf(perMillion(1, 4, dear)), exactly(4));
    });

    it("prices without caching if cached tokens are unknown, and says how much less it may be", () => {
      const pricing = perMillion(1, 4, { input_cache_read: "0.0000001" });
      assert.deepEqual(costOf(pricing, { cached_tokens: undefined }), { low: 2.2, middle: 4, high: 4, requests: 0 });
    });

    it("takes cached and reasoning tokens for unknown, if there are more than of all tokens", () => {
      const pricing = perMillion(1, 4, { input_cache_read: "0.0000001", internal_reasoning: "0.00001" });
      const unknown = costOf(pricing, { cached_tokens: undefined, reasoning_tokens: undefined });
      for (const [cached_tokens, reasoning_tokens] of [
        [2_000_001, 500_001],
        [1e12, 1e12],
        [-1, -1],
      ])
        assert.deepEqual(costOf(pricing, { cached_tokens, reasoning_tokens }), unknown, `${cached_tokens}`);
      const all = costOf(pricing, { cached_tokens: 2_000_000, reasoning_tokens: 500_000 });
      assert.deepEqual([all.low, all.middle], [5.2, 5.2]);
      const model = createModel("a/used", pricing);
      const result = whatIf([createUsage({ cached_tokens: 1e12 })], [model]);
      assert.deepEqual([result.cachingUnknown, result.usage[0]!.cached_tokens], [true, undefined]);
    });

    it("a cost is never negative, and a saving never more than the spend", () => {
      const price = fc.double({ min: 0, max: 1e-3, noNaN: true }).map(String);
      const tokens = fc.integer({ min: 0, max: 1e9 });
      const part = fc.option(fc.integer({ min: -10, max: 1e10 }), { nil: undefined });
      const prices = { prompt: price, completion: price, input_cache_read: price, internal_reasoning: price };
      const usages = fc.record({
        ...{ prompt_tokens: tokens, completion_tokens: tokens, cached_tokens: part, reasoning_tokens: part },
        longest: fc.constant(undefined),
      });
      fc.assert(
        fc.property(fc.record(prices), usages, fc.constantFrom([], ["reasoning"]), (pricing, usage, parameters) => {
          const model = createModel("a/used", pricing, { context_length: null, supported_parameters: parameters });
          const { candidates, spent } = whatIf([createUsage(usage)], [model]);
          const { cost, saving, certain = 0 } = candidates[0]!;
          assert.ok(cost.low >= 0 && cost.low <= cost.middle && cost.middle <= cost.high, JSON.stringify(cost));
          assert.ok(saving <= spent && certain <= spent);
        }),
      );
    });

    it("adds the fee on BYOK at most", () => {
      assert.deepEqual(costOf(perMillion(1, 4), { byok_cost: 5 }), { low: 4, middle: 4, high: 4.1, requests: 0 });
      assert.deepEqual(costOf(perMillion(1, 4), { byok_cost: undefined }), exactly(4));
    });

    it("knows no price of a router, nor one that can't be read", () => {
      assert.equal(parsePrices({ prompt: "-1", completion: "-1" }), undefined);
      assert.equal(parsePrices({ prompt: "", completion: "x" }), undefined);
      assert.deepEqual(parsePrices({ prompt: "0", completion: "0", image: "0.01", web_search: "0" })?.unpriced, [
        "image",
      ]);
    });
  });

  describe("prices that can't be read", () => {
    const junk = ["", " ", "abc", "-1", "NaN", "Infinity", true, {}, -1];
    for (const field of [
      "prompt",
      "completion",
      "request",
      "input_cache_read",
      "input_cache_write",
      "internal_reasoning",
    ])
      it(`are unknown, not 0: ${field}`, () => {
        for (const value of junk) {
          const pricing = { ...perMillion(1, 4), [field]: value } as Pricing;
          assert.equal(parsePrices(pricing), undefined, JSON.stringify(value));
          const overrides = [{ min_prompt_tokens: 10, [field]: value }];
          assert.equal(parsePrices(perMillion(1, 4, { overrides })), undefined, JSON.stringify(overrides));
        }
        const isRequired = field === "prompt" || field === "completion";
        for (const none of [undefined, null])
          assert.equal(parsePrices({ ...perMillion(1, 4), [field]: none } as Pricing) === undefined, isRequired);
      });

    it("are not included, for what token counts don't tell", () => {
      for (const value of junk)
        assert.deepEqual(parsePrices(perMillion(1, 4, { audio: value, image: "0" }))?.unpriced, ["audio"]);
    });
  });

  describe("tiers by prompt length", () => {
    const tiered = perMillion(1, 4, {
      overrides: [
        { min_prompt_tokens: 10_000, prompt: "0.000002" },
        { min_prompt_tokens: 50_000, prompt: "0.000003", completion: "0.000008" },
      ],
    });
    const long = (...sizes: [prompt: number, completion: number][]) =>
      sizes.map(([prompt_tokens, completion_tokens]) => ({ prompt_tokens, completion_tokens }));

    it("prices each request by its own length, if it is known", () => {
      const longest = { above: 9000, requests: long([60_000, 1000], [20_000, 2000], [9500, 10]) };
      // 60,000 at $3, 20,000 at $2, the rest at $1; 1,000 at $8, the rest at $4.
      const usd = 0.18 + 0.04 + 1.92 + 0.008 + 499_000 * 4e-6;
      assert.deepEqual(costOf(tiered, { longest }), exactly(round(usd)));
    });

    it("a prompt of exactly the minimum has the lower price", () => {
      const longest = { above: 0, requests: long([10_000, 0]) };
      assert.deepEqual(costOf(tiered, { longest }), exactly(4));
    });

    it("gives a range if not all long requests are known", () => {
      const longest = { above: 40_000, requests: long([60_000, 1000]) };
      const { low, middle, high } = costOf(tiered, { longest });
      // At least the known request has the highest price; at most, every prompt has one of 10,000 tokens or more.
      assert.ok(low <= middle && low > 4, String(low));
      assert.equal(high, round(0.18 + 1.94 * 2 + 0.008 + 499_000 * 4e-6));
      assert.deepEqual(costOf(tiered, { longest: undefined }), { low: 4, middle: 4, high: 10, requests: 0 });
    });

    it("takes the average length, if no request is known", () => {
      const few = { requests: 100, longest: undefined };
      assert.deepEqual(costOf(tiered, few), { low: 4, middle: 6, high: 10, requests: 0 });
      const none = { longest: undefined, prompt_tokens: 10_000, completion_tokens: 0, requests: 2 };
      assert.deepEqual(costOf(tiered, none), exactly(0.01));
    });

    it("gives a range for prices that depend on the time of day", () => {
      const timed = perMillion(1, 4, { overrides: [{ utc_start: 100, utc_end: 900, prompt: "0.0000005" }] });
      assert.deepEqual(costOf(timed), { low: 3, middle: 4, high: 4, requests: 0 });
    });

    it("every cost lies in its range, doubles with the usage, and is that of the flat price if all tiers have it", () => {
      const price = fc.double({ min: 0, max: 1e-3, noNaN: true });
      const prices = fc.record({
        prompt: price.map(String),
        completion: price.map(String),
        input_cache_read: fc.option(price.map(String), { nil: undefined }),
        input_cache_write: fc.option(price.map(String), { nil: undefined }),
        internal_reasoning: fc.option(price.map(String), { nil: undefined }),
        discount: fc.constantFrom(undefined, 0, 0.1, 1),
        overrides: fc.array(
          fc.record(
            { min_prompt_tokens: fc.constantFrom(0, 1000, 32_000), prompt: price.map(String), utc_start: fc.nat(2359) },
            { requiredKeys: [] },
          ),
          { maxLength: 4 },
        ),
      });
      const tokens = fc.integer({ min: 0, max: 1e9 });
      const usages = fc
        .record({
          requests: fc.integer({ min: 0, max: 1e6 }),
          prompt_tokens: tokens,
          completion_tokens: tokens,
          cached: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
          reasoning: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
          sizes: fc.option(fc.array(fc.tuple(fc.nat(90_000), fc.nat(4000)), { minLength: 1, maxLength: 5 }), {
            nil: undefined,
          }),
          above: fc.constantFrom(0, 5000),
        })
        .map(({ cached, reasoning, sizes, above, ...rest }) =>
          createUsage({
            ...rest,
            cached_tokens: cached === undefined ? undefined : cached * rest.prompt_tokens,
            reasoning_tokens: reasoning === undefined ? undefined : reasoning * rest.completion_tokens,
            longest: sizes && { above, requests: long(...sizes) },
          }),
        );
      fc.assert(
        fc.property(prices, usages, (pricing, usage) => {
          const list = parsePrices(pricing)!;
          const { tokens: cost } = priceUsage(usage, list);
          const slack = 1e-9 * Math.max(1, cost.high);
          assert.ok(cost.low >= 0 && cost.low <= cost.middle + slack && cost.middle <= cost.high + slack);
          const twice = priceUsage(
            {
              ...usage,
              requests: usage.requests * 2,
              prompt_tokens: usage.prompt_tokens * 2,
              completion_tokens: usage.completion_tokens * 2,
              cached_tokens: usage.cached_tokens && usage.cached_tokens * 2,
              reasoning_tokens: usage.reasoning_tokens && usage.reasoning_tokens * 2,
              longest: undefined,
            },
            { ...list, tiers: [] },
          );
          const once = priceUsage({ ...usage, longest: undefined }, { ...list, tiers: [] });
          assert.ok(Math.abs(twice.tokens.middle - 2 * once.tokens.middle) <= slack * 2);
          const same = { ...list, tiers: list.tiers.map(({ above }) => ({ above, prices: list.base })) };
          const flat = priceUsage(usage, { ...same, atOtherTimes: () => undefined });
          const without = priceUsage(usage, { ...same, tiers: [], atOtherTimes: () => undefined });
          for (const end of ["low", "middle", "high"] as const)
            assert.ok(Math.abs(flat.tokens[end] - without.tokens[end]) <= slack, end);
        }),
      );
    });
  });

  describe("tokenizers", () => {
    const of = (id: string, tokenizer: unknown, slug?: unknown) =>
      createModel(id, perMillion(1, 1), {
        architecture: { input_modalities: ["text"], output_modalities: ["text"], tokenizer },
        ...(slug !== undefined && { alias_target: { slug } }),
      });
    const claude = (name: string) => of(`anthropic/claude-${name}`, "Claude");
    const latest = (slug?: unknown) => of("~anthropic/claude-opus-latest", "Claude", slug);
    for (const [used, candidate, expected] of [
      [of("openai/gpt-5", "GPT"), of("openai/gpt-4o", "GPT"), "same"],
      [of("openai/gpt-5", "GPT"), of("openai/gpt-4-turbo", "GPT"), "unknown"],
      [of("openai/gpt-5", "GPT"), of("openai/gpt-4.1", "GPT"), "same"],
      [of("openai/gpt-5", "GPT"), of("anthropic/claude-opus-4.5", "Claude"), "measured"],
      [of("openai/gpt-5", "GPT"), of("anthropic/claude-opus-4.7", "Claude"), "unknown"],
      [of("anthropic/claude-opus-4.5", "Claude"), of("anthropic/claude-opus-4.7", "Claude"), "measured"],
      [of("anthropic/claude-opus-4", "Claude"), of("anthropic/claude-3.5-haiku", "Claude"), "same"],
      [of("qwen/qwen3-32b", "Qwen3"), of("openai/gpt-5", "GPT"), "unknown"],
      [of("a/one", "Other"), of("a/two", "Other"), "unknown"],
      [of("a/one", "Other"), of("a/one", "Other"), "same"],
      [of("a/one", undefined), of("a/two", undefined), "unknown"],
      [undefined, of("openai/gpt-5", "GPT"), "unknown"],
      [claude("opus-4.6-fast"), claude("opus-4.6"), "same"],
      [claude("opus-4.6-fast"), claude("opus-4.8"), "measured"],
      [claude("opus-4.8-fast"), claude("opus-4.8"), "same"],
      [claude("opus-4.8"), claude("sonnet-4.5:thinking"), "measured"],
      [claude("sonnet-4-20250514"), claude("opus-4.1"), "same"],
      [claude("opus-4.10"), claude("opus-4.8"), "same"],
      [claude("opus-4.10"), claude("opus-4.6"), "measured"],
      [claude("opus-40"), claude("opus-4.8"), "same"],
      [claude("opus-4.8"), latest("anthropic/claude-opus-4.8"), "same"],
      [claude("opus-4.8"), latest("anthropic/claude-opus-4.6"), "measured"],
      [claude("opus-4.6"), latest("anthropic/claude-opus-4.6"), "same"],
      [claude("opus-4.8"), latest(), "unknown"],
      [claude("opus-4.8"), latest(7), "unknown"],
      [latest(), latest(), "unknown"],
      [of("a/one", "Other"), of("~a/latest", "Other", "a/one"), "same"],
    ] as const)
      it(`${used?.id} → ${candidate.id}: ${expected}`, () => {
        const ratio = tokenRatio(used, candidate);
        assert.equal(ratio.match, expected);
        assert.ok(ratio.low <= ratio.high);
        if (expected !== "measured") assert.deepEqual([ratio.low, ratio.high], [1, 1]);
      });

    it("a measured range holds in both directions", () => {
      const [gpt, claude] = [of("openai/gpt-5", "GPT"), of("anthropic/claude-opus-4.5", "Claude")];
      const [there, back] = [tokenRatio(gpt, claude), tokenRatio(claude, gpt)];
      assert.ok(Math.abs(there.low * back.high - 1) < 1e-12 && Math.abs(there.high * back.low - 1) < 1e-12);
      assert.ok(there.low > 1);
    });
  });

  describe("candidates", () => {
    const used = createModel("a/used", perMillion(3, 8));
    const ids = (result: ReturnType<typeof whatIf>) => result.candidates.map(({ id }) => id);
    /** The model at one provider, at its list price. */
    const atList = ({ id, pricing }: Model) => ({
      offers: new Map([[id, [{ provider_name: "x", tag: "x", pricing, context_length: null }]]]),
    });

    it("are sorted by what they save; the used model is one of them", () => {
      const catalog = [used, createModel("a/cheap", perMillion(1, 4)), createModel("a/dear", perMillion(30, 80))];
      const result = whatIf([createUsage()], catalog);
      assert.deepEqual(ids(result), ["a/cheap", "a/used", "a/dear"]);
      assert.deepEqual(
        result.candidates.map(({ saving }) => round(saving)),
        [6, 0, -90],
      );
      assert.deepEqual(result.listCost, { low: 10, middle: 10, high: 10 });
      assert.equal(result.spent, 10);
    });

    it("what is certain is what remains at the highest cost, of what list prices explain", () => {
      const cheap = createModel("a/cheap", perMillion(1, 4, { input_cache_read: "0.0000001" }));
      const cached = createUsage({ cached_tokens: 500_000 });
      const [first] = whatIf([cached], [used, cheap], atList(cheap)).candidates;
      assert.deepEqual([round(first!.saving), first!.certain], [6.45, 6]);
      // $2 of $12 are not explained by list prices: they may have to be paid for on any model.
      const [other] = whatIf([{ ...cached, cost: 12 }], [used, cheap], atList(cheap)).candidates;
      assert.deepEqual([round(other!.saving), other!.certain], [8.45, 6]);
      // A discount: what was paid counts.
      const [third] = whatIf([{ ...cached, cost: 5 }], [used, cheap], atList(cheap)).candidates;
      assert.deepEqual([round(third!.saving), third!.certain], [1.45, 1]);
    });

    it("nothing is certain of another tokenizer: then it says up to how many tokens it saves", () => {
      const other = createModel("b/cheap", perMillion(1, 4), {
        architecture: { input_modalities: ["text"], output_modalities: ["text"], tokenizer: "Qwen3" },
      });
      const [first] = whatIf([createUsage()], [used, other], atList(other)).candidates;
      assert.deepEqual([first!.certain, first!.breakEven, first!.tokenizer], [undefined, 2.5, "unknown"]);
    });

    it("nothing is certain of a model that always reasons, in place of one that doesn't", () => {
      const other = createModel("a/thinks", perMillion(1, 4), { reasoning: { mandatory: true } });
      const [first] = whatIf([createUsage()], [used, other], atList(other)).candidates;
      assert.deepEqual([first!.id, first!.certain, first!.addsReasoning], ["a/thinks", undefined, true]);
    });

    it("nothing is certain if the used model is no longer in the catalog", () => {
      const cheap = createModel("a/cheap", perMillion(1, 4));
      const result = whatIf([createUsage()], [cheap], atList(cheap));
      assert.equal(result.listCost, undefined);
      assert.equal(result.candidates[0]!.certain, undefined);
      assert.equal(round(result.candidates[0]!.saving), 6);
    });

    it("leaves out what can't serve, and counts why", () => {
      const text = { input_modalities: ["text"], output_modalities: ["text"], tokenizer: "GPT" };
      const catalog = [
        used,
        createModel("a/router", { prompt: "-1", completion: "-1" }),
        createModel("a/embeds", perMillion(1, 0), { architecture: { ...text, output_modalities: ["embeddings"] } }),
        createModel("a/short", perMillion(1, 1), { context_length: 3399 }),
        createModel("a/fits", perMillion(1, 1), { context_length: 3400 }),
        createModel("a/unknown-length", perMillion(1, 1), { context_length: null }),
        createModel("a/plain", perMillion(1, 1), { supported_parameters: [] }),
        createModel("a/one:free", perMillion(0, 0)),
        createModel("a/forbidden", perMillion(1, 1)),
      ];
      const result = whatIf([createUsage()], catalog, {
        needs: ["tools"],
        busiestDay: 1001,
        verdict: ({ id }) => (id === "a/forbidden" ? "refused" : "allowed"),
      });
      assert.deepEqual(ids(result).toSorted(), ["a/fits", "a/unknown-length", "a/used"]);
      assert.deepEqual(result.excluded, {
        noPrice: 1,
        otherOutput: 1,
        shortContext: 1,
        lacksNeeded: 1,
        refused: 1,
        noZdr: 0,
        noProvider: 0,
        freeLimit: 1,
      });
      assert.deepEqual(result.context, { tokens: 3400, isAverage: false });
      const zdr = whatIf([createUsage()], catalog, { zdr: new Set(["a/fits"]) });
      assert.deepEqual(ids(zdr), ["a/fits"]);
    });

    it("has no price of a router, whether it is a candidate or was used", () => {
      const router = { input_modalities: ["text"], output_modalities: ["text"], tokenizer: "Router" };
      const cheap = createModel("a/cheap", perMillion(1, 4));
      for (const [id, price, architecture] of [
        ["openrouter/auto", "-1", router],
        ["openrouter/free", "0", router],
        ["openrouter/free", "0", cheap.architecture],
        ["openrouter/other", "0", { ...router, tokenizer: "router" }],
      ] as const) {
        const model = createModel(id, { prompt: price, completion: price }, { architecture });
        const result = whatIf([createUsage()], [used, cheap, model]);
        assert.deepEqual(ids(result), ["a/cheap", "a/used"], id);
        assert.equal(result.excluded.noPrice, 1);
        assert.equal(whatIf([createUsage({ model: id })], [cheap, model]).listCost, undefined);
      }
    });

    it("says what a candidate lacks of what the used models offer", () => {
      const rich = createModel("a/rich", perMillion(3, 8), {
        supported_parameters: ["tools", "reasoning"],
        architecture: { input_modalities: ["text", "image"], output_modalities: ["text"], tokenizer: "GPT" },
      });
      const result = whatIf([createUsage({ model: "a/rich" })], [rich, used]);
      assert.deepEqual(result.candidates.find(({ id }) => id === "a/used")!.lacks, ["reasoning", "image"]);
    });

    it("knows only the average length if single requests are unknown", () => {
      const { context } = whatIf([createUsage({ longest: undefined })], [used]);
      assert.deepEqual(context, { tokens: 2500, isAverage: true });
    });

    it("prices a candidate at each provider, and leaves out those whose context is too short", () => {
      const offer = (tag: string, pricing: Pricing, context_length = 100_000): Offer => ({
        provider_name: tag,
        tag,
        pricing,
        context_length,
      });
      const cheap = createModel("a/cheap", perMillion(1, 4), { supported_parameters: ["reasoning"] });
      const offers = [offer("x", perMillion(2, 4)), offer("y", perMillion(1, 4)), offer("z", perMillion(0, 0), 100)];
      const read = (some: Offer[]) =>
        whatIf([createUsage()], [used, cheap], { offers: new Map([["a/cheap", some]]) }).candidates[0]!;
      const { providers, cost, certain } = read(offers);
      assert.deepEqual(
        providers?.map(({ tag, cost: { middle } }) => [tag, middle]),
        [
          ["y", 4],
          ["x", 6],
        ],
      );
      assert.deepEqual([cost, certain], [{ low: 4, middle: 4, high: 6 }, 4]);
      assert.deepEqual(read(offers.slice(0, 1)).cost, { low: 6, middle: 6, high: 6 });
      assert.equal(read(offers.slice(2)).id, "a/used");
    });

    it("leaves out a candidate that no provider may serve, whatever the guardrails say of the model", () => {
      const cheap = createModel("a/cheap", perMillion(1, 4));
      const short: Offer = { provider_name: "x", tag: "x", pricing: cheap.pricing, context_length: 100 };
      for (const [offers, expected] of [
        [[], "noProvider"],
        [[short], "shortContext"],
        [[short, { ...short, context_length: 3400 }], undefined],
        [undefined, undefined],
      ] as const)
        for (const verdict of ["allowed", "unknown", undefined] as const) {
          const { candidates, excluded } = whatIf([createUsage()], [used, cheap], {
            offers: new Map(offers && [["a/cheap", offers]]),
            verdict: () => verdict,
          });
          const isListed = candidates.some(({ id }) => id === "a/cheap");
          assert.equal(isListed, expected === undefined, `${expected}`);
          if (expected) assert.equal(excluded[expected], 1);
        }
    });

    it("nothing is certain until the prices of all providers are known, but for the only used model", () => {
      const cheap = createModel("a/cheap", perMillion(1, 4));
      const offer = (pricing: Pricing, context_length = 100_000) => ({
        ...{ provider_name: "x", tag: "x", pricing, context_length },
      });
      const [own, dear, unreadable] = [cheap.pricing, perMillion(2, 4), perMillion(1, 4, { request: "?" })];
      for (const [offers, certain] of [
        [undefined, undefined],
        [[offer(own)], 6],
        [[offer(own), offer(dear)], 4],
        [[offer(own), offer(unreadable)], undefined],
        [[offer(unreadable)], undefined],
        [[offer(own), offer(unreadable, 100)], 6],
      ] as const) {
        const options = { offers: new Map(offers && [["a/cheap", offers]]) };
        const { candidates } = whatIf([createUsage()], [used, cheap], options);
        assert.deepEqual([candidates[0]!.certain, candidates[1]!.certain], [certain, 0], JSON.stringify(offers));
        const both = [createUsage(), createUsage({ model: "a/cheap", cost: 4 })];
        const paid = whatIf(both, [used, cheap], options).candidates.find(({ id }) => id === "a/used")!;
        assert.equal(paid.certain, undefined, "one of several used models");
      }
    });

    it("leaves out models and endpoints that can't serve the longest request or lack what is needed", () => {
      // The longest prompt has 3000 tokens, and its completion 400; the average completion has 500.
      for (const [limits, expected] of [
        [{}, undefined],
        [{ max_prompt_tokens: 3000, max_completion_tokens: 500, context_length: 3400 }, undefined],
        [{ max_prompt_tokens: null, max_completion_tokens: null, context_length: null }, undefined],
        [{ max_prompt_tokens: 2999 }, "shortContext"],
        [{ max_completion_tokens: 499 }, "shortContext"],
        [{ context_length: 3399 }, "shortContext"],
        [{ supported_parameters: ["tools", "reasoning"] }, undefined],
        [{ supported_parameters: ["reasoning"] }, "lacksNeeded"],
        [{ supported_parameters: null }, undefined],
      ] as const) {
        const cheap = createModel("a/cheap", perMillion(1, 4), {
          architecture: { input_modalities: ["text", "image"], output_modalities: ["text"], tokenizer: "GPT" },
        });
        const able: Offer = { provider_name: "y", tag: "able", pricing: perMillion(2, 4) };
        const offer: Offer = { ...able, tag: "limited", pricing: cheap.pricing, ...limits };
        const read = (some: Offer[]) =>
          whatIf([createUsage()], [cheap], { needs: ["tools", "image"], offers: new Map([["a/cheap", some]]) });
        assert.equal(read([offer]).candidates.length, expected ? 0 : 1, JSON.stringify(limits));
        if (expected) assert.equal(read([offer]).excluded[expected], 1);
        const tags = read([offer, able]).candidates[0]!.providers!.map(({ tag }) => tag);
        assert.deepEqual(tags, expected ? ["able"] : ["limited", "able"]);
      }
      // In the catalog, the output limit is that of one provider.
      const top_provider = { max_completion_tokens: 1 };
      const { candidates } = whatIf([createUsage()], [createModel("a/b", perMillion(1, 1), { top_provider })]);
      assert.equal(candidates.length, 1);
    });

    it("knows neither the highest cost nor that no provider can serve while some endpoints couldn't be read", () => {
      const model = createModel("a/cheap", perMillion(1, 4));
      const offer: Offer = { provider_name: "y", tag: "y", pricing: model.pricing };
      const read = (offers: Offer[], isIncomplete: boolean) =>
        whatIf([createUsage()], [used, model], {
          only: model.id,
          offers: new Map([[model.id, offers]]),
          incompleteOffers: new Set(isIncomplete ? [model.id] : []),
        }).candidates.map(({ certain }) => certain !== undefined);
      assert.deepEqual(read([offer], false), [true]);
      assert.deepEqual(read([offer], true), [false]);
      assert.deepEqual(read([], false), []);
      assert.deepEqual(read([], true), [false]);
    });

    it("adds up several used models", () => {
      const other = createUsage({ model: "a/other", cost: 4 });
      const result = whatIf([other, createUsage()], [used, createModel("a/other", perMillion(1, 4))]);
      assert.deepEqual([result.spent, result.listCost?.middle], [14, 14]);
      assert.deepEqual(
        result.usage.map(({ model }) => model),
        ["a/used", "a/other"],
      );
      assert.deepEqual(
        result.candidates.map(({ id, cost }) => [id, cost.middle]),
        [
          ["a/other", 8],
          ["a/used", 20],
        ],
      );
    });
  });
});
