// Prices the usage of a period with other prices. Pure.
import { dropFloatNoise, sum } from "../../text/figures.ts";
import type { PriceList, Prices } from "../prices.ts";
import type { CostRange, ModelUsage, RequestSize } from "./model.ts";

/** OpenRouter's fee on BYOK, after a number of free requests a month: https://openrouter.ai/announcements/1-million-free-byok-requests-per-month */
const BYOK_FEE = 0.05;

/** USD. Only `tokens` grows with the number of tokens. */
export interface PricedUsage {
  tokens: CostRange;
  requests: number;
}

/** Tokens that have the same prices. */
interface Portion {
  prompt: number;
  cached: number | undefined;
  completion: number;
  reasoning: number | undefined;
}

/**
 * Prices the same tokens. `middle`: cached tokens stay cached, and reasoning tokens are needed. The range covers what the usage
 * doesn't tell: whether caching carries over and what writing to a cache costs, how long single prompts were, the time of day,
 * the fee on BYOK, and that a model that can't reason needs no reasoning tokens.
 */
export function priceUsage(given: ModelUsage, list: PriceList, { reasons = true } = {}): PricedUsage {
  const usage = withKnownParts(given);
  const limits = list.tiers.map(({ above }) => ({ above, ...portionAbove(usage, above) }));
  const priced = (bound: "min" | "typical" | "max") => {
    const shares = [whole, ...limits.map((limit) => limit[bound])];
    const parts = shares.map((share, i) => {
      const next = shares[i + 1] ?? none;
      const portion = portionOf(usage, {
        prompt: share.prompt - next.prompt,
        completion: share.completion - next.completion,
      });
      const { above, prices } = i === 0 ? { above: 0, prices: list.base } : list.tiers[i - 1]!;
      return pricePortion(portion, prices, list.atOtherTimes(above), reasons);
    });
    return addRanges(parts);
  };
  const typical = priced("typical");
  // Without tiers, it doesn't matter how long single prompts were.
  const [fewest, most] = limits.length === 0 ? [typical, typical] : [priced("min"), priced("max")];
  const share = byokShare(usage) ?? 0;
  return {
    tokens: {
      low: Math.min(fewest.low, typical.low, most.low),
      middle: typical.middle,
      high: Math.max(fewest.high, typical.high, most.high) * (1 + share * BYOK_FEE),
    },
    requests: usage.requests * list.base.request,
  };
}

/** Cached or reasoning tokens that can't be a part of all tokens are unknown. */
export function withKnownParts(usage: ModelUsage): ModelUsage {
  const { cached_tokens, prompt_tokens, reasoning_tokens, completion_tokens } = usage;
  const part = (tokens = Number.NaN, all: number) => (tokens >= 0 && tokens <= all ? tokens : undefined);
  return {
    ...usage,
    cached_tokens: part(cached_tokens, prompt_tokens),
    reasoning_tokens: part(reasoning_tokens, completion_tokens),
  };
}

/** The share of the spend that was paid to providers directly. */
export function byokShare({ cost, byok_cost }: ModelUsage): number | undefined {
  if (byok_cost === undefined) return undefined;
  return cost > 0 ? Math.min(1, Math.max(0, byok_cost / cost)) : 0;
}

/** Shares of prompt and completion tokens, 0 to 1. */
interface Share {
  prompt: number;
  completion: number;
}
const none: Share = { prompt: 0, completion: 0 };
const whole: Share = { prompt: 1, completion: 1 };

/** The share of the tokens in requests whose prompt is longer than `above`: at least, typically and at most. */
function portionAbove(usage: ModelUsage, above: number): Record<"min" | "typical" | "max", Share> {
  const { longest, requests, prompt_tokens, completion_tokens } = usage;
  const same = (share: Share) => ({ min: share, typical: share, max: share });
  if (prompt_tokens <= above || requests <= 0) return same(none);
  const isLong = prompt_tokens / requests > above;
  if (!longest) return { min: none, typical: isLong ? whole : none, max: whole };
  const long = longest.requests.filter((one) => one.prompt_tokens > above);
  const shareOf = (part: keyof RequestSize, all: number) =>
    all > 0 ? Math.min(1, sum(long.map((one) => one[part])) / all) : 0;
  const share = {
    prompt: shareOf("prompt_tokens", prompt_tokens),
    completion: shareOf("completion_tokens", completion_tokens),
  };
  return above >= longest.above ? same(share) : { min: share, typical: isLong ? whole : share, max: whole };
}

/** Cached and reasoning tokens are taken to be spread evenly. */
function portionOf(usage: ModelUsage, { prompt, completion }: Share): Portion {
  const part = (tokens: number | undefined, share: number) => (tokens === undefined ? undefined : tokens * share);
  return {
    prompt: usage.prompt_tokens * prompt,
    cached: part(usage.cached_tokens, prompt),
    completion: usage.completion_tokens * completion,
    reasoning: part(usage.reasoning_tokens, completion),
  };
}

function pricePortion(portion: Portion, prices: Prices, other: Prices | undefined, reasons: boolean): CostRange {
  const prompt = pricePrompt(portion, prices);
  const completion = priceCompletion(portion, prices, reasons);
  const own = addRanges([prompt, completion]);
  if (!other) return own;
  const elsewhen = addRanges([pricePrompt(portion, other), priceCompletion(portion, other, reasons)]);
  return { low: Math.min(own.low, elsewhen.low), middle: own.middle, high: Math.max(own.high, elsewhen.high) };
}

function pricePrompt({ prompt, cached }: Portion, { prompt: price, cacheRead, cacheWrite }: Prices): CostRange {
  const withCache = (tokens: number) => (prompt - tokens) * price + tokens * (cacheRead ?? price);
  const middle = withCache(cached ?? 0);
  const uncached = prompt * price;
  // What isn't read from a cache may have been written to it, which some providers charge for.
  const written =
    cached === 0 || cacheWrite === undefined ? 0 : middle + (prompt - (cached ?? 0)) * (cacheWrite - price);
  return { low: Math.min(middle, withCache(cached ?? prompt)), middle, high: Math.max(middle, uncached, written) };
}

function priceCompletion(
  { completion, reasoning }: Portion,
  { completion: price, reasoning: own }: Prices,
  reasons: boolean,
): CostRange {
  const withReasoning = (tokens: number) => (completion - tokens) * price + tokens * (own ?? price);
  const costs = reasoning === undefined ? [0, completion].map(withReasoning) : [withReasoning(reasoning)];
  const low = Math.min(...costs);
  return {
    low: reasons ? low : Math.min(low, (completion - (reasoning ?? completion)) * price),
    middle: costs[0]!,
    high: Math.max(...costs),
  };
}

export function addRanges(ranges: readonly CostRange[]): CostRange {
  const total = { low: 0, middle: 0, high: 0 };
  for (const { low, middle, high } of ranges) {
    total.low += low;
    total.middle += middle;
    total.high += high;
  }
  const { low, middle, high } = total;
  return { low: dropFloatNoise(low), middle: dropFloatNoise(middle), high: dropFloatNoise(high) };
}
