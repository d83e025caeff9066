// What an explanation of a change in spend says. Pure types, which the webviews read too.
import { bucketStart, type SpendNote } from "../../spend/model.ts";
import { DAY_MS, HOUR_MS } from "../../time.ts";

/**
 * What one model, for one key, was used for in a period: USD and counts, which are fractions if the period is an average.
 * `undefined` is unknown, never 0.
 */
export interface UsageCell {
  /** Undefined for spend that no model is known of. */
  model: string | undefined;
  /** A key's hash; undefined for spend that no key is known of. */
  key: string | undefined;
  cost: number;
  requests: number | undefined;
  /** Includes cached tokens. */
  prompt_tokens: number | undefined;
  /** Includes reasoning tokens. */
  completion_tokens: number | undefined;
  reasoning_tokens: number | undefined;
  /** Read from a cache. */
  cached_tokens: number | undefined;
  /** The part of the cost that was charged besides tokens, such as web search, USD. */
  surcharges?: number;
}

/** A model's list prices, USD per token and per request. */
export interface UnitPrices {
  prompt: number;
  completion: number;
  /** The price of the completion tokens that are reasoning. */
  reasoning: number;
  /** The price of the prompt tokens that are read from a cache. */
  cached: number;
  request: number;
}

/** The causes of a change in cost, in the order in which they are shown. */
export const factors = [
  /** More or fewer requests. */
  "volume",
  /** Which models and keys the requests went to. For one model and key, add `volume`: both are its requests. */
  "mix",
  /** Prompt tokens per request. */
  "prompt",
  /** Completion tokens per request, without reasoning. */
  "completion",
  /** Reasoning tokens per request. */
  "reasoning",
  /** The price per token, discounts included. */
  "price",
  /** The share of the prompt that is read from a cache. */
  "caching",
  /** What is charged besides tokens, such as web search. Known only if analytics report it. */
  "surcharges",
  /** What can't be attributed, because a figure is unknown. */
  "unattributed",
] as const;
export type Factor = (typeof factors)[number];

/** USD by factor; adds up to the difference to 1e-6. */
export type Parts = Record<Factor, number>;

/** A period that is compared: UTC days or hours, the first and the last bucket. */
export interface Period {
  from: string;
  to: string;
  /** True for the average of several earlier periods ("the usual"): figures are divided by how many. */
  averageOf?: number;
}

/** How many days or hours two compared periods have. */
export interface Lengths {
  unit: "day" | "hour";
  before: number;
  after: number;
}

/** Returns the lengths of periods whose totals are compared although they differ; undefined if they don't. */
export function differentLengths(periods: { before: Period; after: Period }): Lengths | undefined {
  if (periods.before.averageOf !== undefined) return undefined;
  const unit = periods.after.from.length === 10 ? "day" : "hour";
  const [before, after] = [periods.before, periods.after].map(
    ({ from, to }) =>
      (bucketStart(to).getTime() - bucketStart(from).getTime()) / (unit === "day" ? DAY_MS : HOUR_MS) + 1,
  ) as [number, number];
  return before === after ? undefined : { unit, before, after };
}

/** One model × key, or several together, and what it adds to the difference. */
export interface Cause {
  /** The model's id and name; undefined for the sum of the others, and for spend that no model is known of. */
  model: { id: string; name: string } | undefined;
  key: { hash: string; name: string } | undefined;
  /** USD: after less before. */
  difference: number;
  parts: Parts;
  before: UsageCell | undefined;
  after: UsageCell | undefined;
  /** How many model × key pairs this sums up; 1 for a single one. */
  count: number;
}

export interface Explanation {
  before: Period & { cost: number };
  after: Period & { cost: number };
  /** `after.cost - before.cost`. */
  difference: number;
  parts: Parts;
  /** The largest first, at most ten, then one that sums up all others, if any changed. They add up to the difference. */
  causes: Cause[];
  /** What is missing from the figures. */
  notes: ExplanationNote[];
}

/** What an explanation doesn't know. `share` is the part of both periods' cost that this concerns, 0 to 1. */
export type ExplanationNote =
  | SpendNote
  /** The keys are unknown: without analytics, spend is known only by model. */
  | { kind: "keysUnknown" }
  /** Spend of no listed key, such as a deleted one, USD. */
  | { kind: "unlistedKeys"; before: number; after: number }
  /** A period contains the current day or hour, up to this ISO time. */
  | { kind: "inProgress"; until: string }
  /** Figures of this factor are unknown: caching and surcharges are in `price`, reasoning is in `completion`. */
  | { kind: "notSplit"; factor: "reasoning" | "caching" | "surcharges"; share: number }
  /** The list prices of `models` are unknown: their tokens have one average price, and reasoning and caching are in `price`. */
  | { kind: "noListPrice"; models: string[]; share: number }
  /** Some or all of the change isn't attributed: requests or tokens are unknown, or figures are corrections (below 0). */
  | { kind: "notAttributed"; reason: "unknown" | "corrections"; share: number };
