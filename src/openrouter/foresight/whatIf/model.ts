// What the usage of a period would have cost on other models. Pure types, which the webviews read too.
import type { SpendNote } from "../../spend/model.ts";

/** USD: at the same number of tokens (`middle`), and at least and at most if caching, prices and tokenizers differ. */
export interface CostRange {
  low: number;
  middle: number;
  high: number;
}

/** What a model can do besides text. */
export const abilities = ["tools", "structured_outputs", "reasoning", "image", "file", "audio", "video"] as const;
export type Ability = (typeof abilities)[number];

/** The tokens and length of one request. */
export interface RequestSize {
  prompt_tokens: number;
  completion_tokens: number;
}

/** A period's use of one model; USD. `undefined` is unknown, never 0. */
export interface ModelUsage {
  /** The model's id. */
  model: string;
  /** Includes BYOK. */
  cost: number;
  byok_cost: number | undefined;
  requests: number;
  /** Includes cached tokens. */
  prompt_tokens: number;
  /** Includes reasoning tokens. */
  completion_tokens: number;
  reasoning_tokens: number | undefined;
  /** Read from a cache. */
  cached_tokens: number | undefined;
  /** All requests whose prompt is longer than `above` tokens, the longest first; undefined if single requests are unknown. */
  longest: { above: number; requests: readonly RequestSize[] } | undefined;
}

/** Whether as many tokens are needed: `measured` is a published range, `unknown` may be more or fewer. */
export type TokenizerMatch = "same" | "measured" | "unknown";

/** Why models of the catalog are not among the candidates. */
export const exclusions = [
  "noPrice",
  "otherOutput",
  "shortContext",
  "lacksNeeded",
  "refused",
  "noZdr",
  "noProvider",
  "freeLimit",
] as const;
export type Exclusion = (typeof exclusions)[number];

/** A candidate at one provider. */
export interface ProviderCost {
  name: string;
  tag: string;
  cost: CostRange;
  isZdr: boolean | undefined;
}

export interface Candidate {
  id: string;
  name: string;
  cost: CostRange;
  /** USD: the spend less `cost.middle`; negative if the candidate costs more. */
  saving: number;
  /**
   * The part of the saving that remains at the highest cost, 0 or more; undefined if it is unknown how many tokens the
   * candidate needs or what each of its providers costs.
   */
  certain: number | undefined;
  /** The candidate is cheaper as long as it needs at most this many times the tokens; undefined if it has no price per token. */
  breakEven: number | undefined;
  tokenizer: TokenizerMatch;
  /** What the used models offer and this one doesn't; whether it was used is unknown. */
  lacks: Ability[];
  /** True if it always reasons and a used model doesn't: it needs more completion tokens. */
  addsReasoning: boolean;
  /** True for a variant that is free, with a limit of requests. */
  isFree: boolean;
  /** Prices in the catalog for what the usage doesn't tell, such as `image`. */
  unpriced: string[];
  /** YYYY-MM-DD, when OpenRouter may remove it. */
  expires: string | undefined;
  /** Undefined: it was not asked whether guardrails allow it. */
  verdict: "allowed" | "refused" | "unknown" | undefined;
  /** The cheapest first; undefined if they weren't read. */
  providers: ProviderCost[] | undefined;
}

export interface WhatIf {
  /** The used models, the most costly first. */
  usage: ModelUsage[];
  /** USD, BYOK included. */
  spent: number;
  /** The same usage at today's list prices of the used models; undefined if one has none. */
  listCost: CostRange | undefined;
  /** The largest saving first. */
  candidates: Candidate[];
  excluded: Record<Exclusion, number>;
  /** The most tokens of one request, or their average if single requests are unknown. */
  context: { tokens: number; isAverage: boolean };
  /** True if cached tokens are unknown: costs are without caching. */
  cachingUnknown: boolean;
  /** True if it is unknown how much of the spend was BYOK. */
  byokUnknown: boolean;
  notes: SpendNote[];
}
