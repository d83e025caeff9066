// Compares what a period's usage cost with what it would have cost on the other models of the catalog. Pure.
import type { Endpoint, Model } from "../../schemas.ts";
import type { SpendNote } from "../../spend/model.ts";
import { sum } from "../../text/figures.ts";
import { type PriceList, parsePrices } from "../prices.ts";
import {
  abilitiesOf,
  FREE_REQUESTS,
  fits,
  hasParameters,
  hasSameOutput,
  isFreeVariant,
  isRouter,
  type LongestRequest,
  lackingAbilities,
  longestRequest,
  mustReason,
  offeredAbilities,
} from "./candidates.ts";
import {
  type Ability,
  type Candidate,
  type CostRange,
  type Exclusion,
  exclusions,
  type ModelUsage,
  type ProviderCost,
  type TokenizerMatch,
  type WhatIf,
} from "./model.ts";
import { addRanges, byokShare, priceUsage, withKnownParts } from "./priceUsage.ts";
import { type TokenRatio, tokenRatio } from "./tokenizers.ts";

export interface WhatIfOptions {
  /** The id of the only model to compare with. Default: all models of the catalog. */
  only?: string;
  /** Only candidates with all of these. */
  needs?: readonly Ability[];
  /** The requests of the busiest UTC day; free models have a daily limit. */
  busiestDay?: number;
  /** The account's limit of requests to free models per UTC day. Default: that of accounts with credits. */
  freeRequestsPerDay?: number;
  /** What guardrails say of a model. Default: nothing was asked. */
  verdict?(model: Model): Candidate["verdict"];
  /** The models with an endpoint that has zero data retention, by id; then only these are candidates. */
  zdr?: ReadonlySet<string>;
  /**
   * What providers offer, where it was read, by the model's id. Endpoints that may not be used are left out; the list is empty
   * if there are no others.
   */
  offers?: ReadonlyMap<string, readonly Offer[]>;
  /** The models of which some endpoints couldn't be read, by id. */
  incompleteOffers?: ReadonlySet<string>;
  notes?: readonly SpendNote[];
}

/** A model at one provider. `isZdr` is undefined if it is unknown whether the endpoint has zero data retention. */
export type Offer = Pick<Endpoint, "provider_name" | "tag" | "pricing" | "context_length"> &
  Partial<Pick<Endpoint, "max_prompt_tokens" | "max_completion_tokens" | "supported_parameters">> & { isZdr?: boolean };

/**
 * Prices the usage on every model that could have served it, at today's list prices. What was used of images and tools isn't
 * known: candidates that lack something say so.
 * @param usage at least one model; all with the same kind of output
 */
export function whatIf(usage: readonly ModelUsage[], catalog: readonly Model[], options: WhatIfOptions = {}): WhatIf {
  const byId = new Map(catalog.map((model) => [model.id, model]));
  const sorted = usage.map(withKnownParts).toSorted((a, b) => b.cost - a.cost);
  const used = sorted.flatMap(({ model }) => byId.get(model) ?? []);
  const spent = sum(sorted.map(({ cost }) => cost));
  const listCost = priceAtList(sorted, byId);
  const offered = offeredAbilities(used);
  const longest = longestRequest(sorted);
  const excluded = Object.fromEntries(exclusions.map((one) => [one, 0])) as Record<Exclusion, number>;
  const candidates: Candidate[] = [];
  for (const model of catalog) {
    if (options.only !== undefined && model.id !== options.only) continue;
    const prices = pricesOf(model);
    const reason = excludes(model, prices, { used, longest, options });
    if (reason || !prices) excluded[reason ?? "noPrice"] += 1;
    else
      candidates.push(
        toCandidate(model, prices, { usage: sorted, byId, used, offered, spent, listCost, longest, options }),
      );
  }
  return {
    usage: sorted,
    spent,
    listCost,
    candidates: candidates.toSorted((a, b) => b.saving - a.saving || (a.id < b.id ? -1 : 1)),
    excluded,
    context: { tokens: longest.tokens, isAverage: longest.isAverage },
    cachingUnknown: sorted.some(({ cached_tokens }) => cached_tokens === undefined),
    byokUnknown: sorted.some((one) => byokShare(one) === undefined),
    notes: [...(options.notes ?? [])],
  };
}

const pricesOf = (model: Model) => (isRouter(model) ? undefined : parsePrices(model.pricing));

interface Compared {
  usage: readonly ModelUsage[];
  byId: ReadonlyMap<string, Model>;
  used: readonly Model[];
  /** What at least one of the used models offers. */
  offered: ReadonlySet<Ability>;
  spent: number;
  listCost: CostRange | undefined;
  longest: LongestRequest;
  options: WhatIfOptions;
}

function excludes(
  model: Model,
  prices: PriceList | undefined,
  { used, longest, options }: Pick<Compared, "used" | "longest" | "options">,
): Exclusion | undefined {
  const { needs = [], busiestDay = 0, freeRequestsPerDay = FREE_REQUESTS.perDay, verdict, zdr, offers } = options;
  if (!prices) return "noPrice";
  if (!hasSameOutput(used, model)) return "otherOutput";
  // The output limit in the catalog is that of one provider.
  if (!fits({ context_length: model.context_length }, longest)) return "shortContext";
  const own = needs.length > 0 ? abilitiesOf(model) : undefined;
  if (own && !needs.every((one) => own.has(one))) return "lacksNeeded";
  if (zdr && !zdr.has(model.id)) return "noZdr";
  if (isFreeVariant(model) && busiestDay > freeRequestsPerDay) return "freeLimit";
  if (verdict?.(model) === "refused") return "refused";
  const known = offers?.get(model.id);
  if (!known) return undefined;
  if (options.incompleteOffers?.has(model.id)) return undefined;
  if (known.length === 0) return "noProvider";
  const able = known.filter((offer) => hasParameters(offer, needs));
  if (able.length === 0) return "lacksNeeded";
  return able.some((offer) => fits(offer, longest)) ? undefined : "shortContext";
}

function toCandidate(model: Model, prices: PriceList, compared: Compared): Candidate {
  const { usage, byId, used, offered, spent, listCost, longest, options } = compared;
  const ratios = usage.map((one) => tokenRatio(byId.get(one.model), model));
  const { needs = [], offers: read } = options;
  const offers = read?.get(model.id)?.filter((offer) => hasParameters(offer, needs) && fits(offer, longest));
  const providers = offers && priceOffers(offers, model, ratios, usage);
  const priced = priceTotal(model, prices, usage, ratios);
  const cost = providers?.length ? atProviders(priced.cost, providers) : priced.cost;
  const tokenizer = worstMatch(ratios.map(({ match }) => match));
  const addsReasoning = mustReason(model) && used.some((one) => !mustReason(one));
  // What list prices don't explain, such as web search, may have to be paid for on any model.
  const explained = listCost && Math.min(spent, listCost.low);
  // Another provider may cost more than the catalog says; the spend tells what the only used model costs.
  const isComplete = !options.incompleteOffers?.has(model.id);
  const knowsHighest = providers !== undefined && providers.length === offers?.length && isComplete;
  const isOnlyUsed = usage.every((one) => one.model === model.id);
  const isKnown = tokenizer !== "unknown" && !addsReasoning && explained !== undefined && (knowsHighest || isOnlyUsed);
  const highest = Math.max(priced.tokens, ...(providers ?? []).map(({ tokens }) => tokens));
  return {
    id: model.id,
    name: model.name || model.id,
    cost,
    saving: spent - cost.middle,
    certain: isKnown ? Math.max(0, explained - cost.high) : undefined,
    breakEven: highest > 0 ? Math.max(0, (explained ?? spent) - priced.requests) / highest : undefined,
    tokenizer,
    lacks: lackingAbilities(offered, model),
    addsReasoning,
    isFree: isFreeVariant(model),
    unpriced: prices.unpriced,
    expires: typeof model.expiration_date === "string" ? model.expiration_date.slice(0, 10) : undefined,
    verdict: options.verdict?.(model),
    providers: providers?.map(({ tokens: _, ...shown }) => shown),
  };
}

interface Total {
  cost: CostRange;
  /** What the tokens cost at most, if as many are needed. */
  tokens: number;
  requests: number;
}

/** The range includes the cost at the same number of tokens. */
function priceTotal(
  model: Model,
  prices: PriceList,
  usage: readonly ModelUsage[],
  ratios: readonly TokenRatio[],
): Total {
  const reasons = abilitiesOf(model)?.has("reasoning") ?? true;
  const parts = usage.map((one) => priceUsage(one, prices, { reasons }));
  const requests = sum(parts.map((one) => one.requests));
  const cost = addRanges(
    parts.map(({ tokens, requests }, i) => ({
      low: tokens.low * Math.min(1, ratios[i]!.low) + requests,
      middle: tokens.middle + requests,
      high: tokens.high * Math.max(1, ratios[i]!.high) + requests,
    })),
  );
  return { cost, tokens: sum(parts.map(({ tokens }) => tokens.high)), requests };
}

/** Prices the candidate at each provider whose prices can be read, the cheapest first. */
function priceOffers(
  offers: readonly Offer[],
  model: Model,
  ratios: readonly TokenRatio[],
  usage: readonly ModelUsage[],
): (ProviderCost & { tokens: number })[] {
  return offers
    .flatMap(({ provider_name: name, tag, pricing, isZdr }) => {
      const prices = parsePrices(pricing);
      if (!prices) return [];
      const { cost, tokens } = priceTotal(model, prices, usage, ratios);
      return [{ name, tag, cost, tokens, isZdr }];
    })
    .toSorted((a, b) => a.cost.middle - b.cost.middle);
}

/** The cost at the model's own price, as far as a provider has it; the range is that of all providers. */
function atProviders({ middle }: CostRange, providers: readonly ProviderCost[]): CostRange {
  const middles = providers.map(({ cost }) => cost.middle);
  return {
    low: Math.min(...providers.map(({ cost }) => cost.low)),
    middle: Math.min(Math.max(middle, Math.min(...middles)), Math.max(...middles)),
    high: Math.max(...providers.map(({ cost }) => cost.high)),
  };
}

/** The usage at the list prices of the models that were used. */
function priceAtList(usage: readonly ModelUsage[], byId: ReadonlyMap<string, Model>): CostRange | undefined {
  const parts: CostRange[] = [];
  for (const one of usage) {
    const model = byId.get(one.model);
    const prices = model && pricesOf(model);
    if (!prices) return undefined;
    const { tokens, requests } = priceUsage(one, prices);
    parts.push(addRanges([tokens, { low: requests, middle: requests, high: requests }]));
  }
  return addRanges(parts);
}

function worstMatch(matches: readonly TokenizerMatch[]): TokenizerMatch {
  return (["unknown", "measured"] as const).find((one) => matches.includes(one)) ?? "same";
}
