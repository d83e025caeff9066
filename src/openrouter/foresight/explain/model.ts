// What an explanation of a change in spend says. Pure types, which the webviews read too.
import type { SpendNote } from "../../spend/model.ts";

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
}

/** The causes of a change in cost, in the order in which they are shown. */
export const factors = [
  /** More or fewer requests. */
  "volume",
  /** Which models and keys the requests went to. */
  "mix",
  "prompt",
  "completion",
  "reasoning",
  /** The price per token, discounts included. */
  "price",
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

/** One model × key, or several together, and what it adds to the difference. */
export interface Cause {
  /** The model's id and name; undefined for the sum of the others. */
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
  /** The largest first, at most ten, then one that sums up all others. They add up to the difference. */
  causes: Cause[];
  /** What is missing from the figures. */
  notes: SpendNote[];
}
