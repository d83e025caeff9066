// Splits the change in cost of one model × key into its causes. Pure.
import { type Factor, factors, type Parts, type UnitPrices, type UsageCell } from "./model.ts";
import { splitProduct } from "./splitProduct.ts";

/** One model × key in both periods; undefined if it had no usage in one. */
export interface CellPair {
  before: UsageCell | undefined;
  after: UsageCell | undefined;
}

/** A figure before and after. */
export type Both = readonly [before: number, after: number];

/** What can't be told apart in a pair, because figures are missing. */
export type Gap = "unknown" | "corrections" | "noListPrice" | "reasoning" | "caching" | "surcharges";

/** Changes of less than a millionth of a USD, the API's precision, are noise. */
const PRECISION = 1e-6;

/**
 * Returns why the requests of a pair can't be compared, or undefined if they can. Otherwise its whole difference is
 * unattributed, and its requests aren't part of the volume.
 */
export function gapOfRequests({ before, after }: CellPair): "unknown" | "corrections" | undefined {
  const cells = [before, after].filter((cell) => cell !== undefined);
  const isCorrection = (cell: UsageCell) =>
    Object.values(cell).some((figure) => typeof figure === "number" && !(figure >= 0)) ||
    (cell.surcharges ?? 0) > cell.cost;
  if (cells.some(isCorrection)) return "corrections";
  // Cost without requests was counted at another time than its requests.
  const isUnknown = ({ requests, cost }: UsageCell) => requests === undefined || (requests === 0 && cost > 0);
  return cells.some(isUnknown) ? "unknown" : undefined;
}

/**
 * Splits a pair's difference. In each period its cost is
 *
 *     volume × share of requests × price × Σ (tokens per request × list price) + surcharges
 *
 * where `price` is what was charged relative to the list prices. Each summand is a product, and its change is split by
 * `splitProduct`. What a period without requests doesn't have, such as tokens per request, is as in the other period.
 * @param volume the requests of all pairs
 */
export function decompose(
  pair: CellPair,
  volume: Both,
  listPrices: UnitPrices | undefined,
): { parts: Parts; gaps: Gap[] } {
  const parts = noParts();
  const difference = (pair.after?.cost ?? 0) - (pair.before?.cost ?? 0);
  const gap = gapOfRequests(pair);
  if (gap) return { parts: { ...parts, unattributed: difference }, gaps: difference === 0 ? [] : [gap] };

  const { usage, gaps } = comparableUsage(pair);
  const share = asInOther(usage.map(({ requests }, i) => ratio(requests, volume[i]!)));
  const each = (amount: (period: Usage) => number) =>
    asInOther(usage.map((period) => ratio(amount(period), period.requests)));
  const add = (names: readonly Factor[], values: readonly Both[], scale = 1) => {
    const split = splitProduct(
      values.map(([before]) => before),
      values.map(([, after]) => after),
    );
    for (const [i, part] of split.entries()) parts[names[i]!] += part * scale;
  };

  const priced = priceUsage(usage, listPrices);
  if (priced) {
    const { prices, price } = priced;
    const base: Both[] = [volume, share, price];
    const cachedShare = asInOther(usage.map(({ cached, prompt }) => ratio(cached, prompt)));
    const promptPrice = cachedShare.map((part) => prices.prompt + part * (prices.cached - prices.prompt));
    add(["volume", "mix", "price", "prompt", "caching"], [...base, each(({ prompt }) => prompt), pairOf(promptPrice)]);
    add(["volume", "mix", "price", "completion"], [...base, each(({ completion }) => completion)], prices.completion);
    add(["volume", "mix", "price", "reasoning"], [...base, each(({ reasoning }) => reasoning)], prices.reasoning);
    add(["volume", "mix", "price"], base, prices.request);
    if (prices !== listPrices) gaps.push("noListPrice");
  } else {
    add(["volume", "mix", "unattributed"], [volume, share, each(({ tokenCost }) => tokenCost)]);
    gaps.push("unknown");
  }
  parts.surcharges += usage[1].surcharges - usage[0].surcharges;
  closeGap(parts, difference);
  return { parts, gaps: gaps.filter((one) => concerns(one, parts)) };
}

/** A period's figures; those that aren't known in both periods are 0. */
interface Usage {
  requests: number;
  /** The cost without surcharges. */
  tokenCost: number;
  surcharges: number;
  prompt: number;
  cached: number;
  /** Without reasoning. */
  completion: number;
  reasoning: number;
  knowsTokens: boolean;
}

function comparableUsage({ before, after }: CellPair): { usage: readonly [Usage, Usage]; gaps: Gap[] } {
  const cells = [before, after].filter((cell) => cell !== undefined);
  /** True if the figure is known and part of another. */
  const knows = (part: "cached_tokens" | "reasoning_tokens", whole: "prompt_tokens" | "completion_tokens") =>
    cells.every((cell) => (cell[part] ?? Number.POSITIVE_INFINITY) <= (cell[whole] ?? 0));
  const knowsCached = knows("cached_tokens", "prompt_tokens");
  const knowsReasoning = knows("reasoning_tokens", "completion_tokens");
  const knowsSurcharges = cells.every(({ surcharges }) => surcharges !== undefined);
  const usageOf = (cell: UsageCell | undefined): Usage => {
    const surcharges = (knowsSurcharges && cell?.surcharges) || 0;
    const reasoning = (knowsReasoning && cell?.reasoning_tokens) || 0;
    return {
      requests: cell?.requests ?? 0,
      tokenCost: (cell?.cost ?? 0) - surcharges,
      surcharges,
      prompt: cell?.prompt_tokens ?? 0,
      cached: (knowsCached && cell?.cached_tokens) || 0,
      completion: (cell?.completion_tokens ?? 0) - reasoning,
      reasoning,
      knowsTokens: !cell || (cell.prompt_tokens !== undefined && cell.completion_tokens !== undefined),
    };
  };
  const gaps: Gap[] = [];
  if (!knowsReasoning) gaps.push("reasoning");
  if (!knowsCached) gaps.push("caching");
  if (!knowsSurcharges) gaps.push("surcharges");
  return { usage: [usageOf(before), usageOf(after)], gaps };
}

/** All tokens at one price: without list prices, only their average price can be compared. */
const averagePrices: UnitPrices = { prompt: 1, completion: 1, reasoning: 1, cached: 1, request: 0 };

/** Returns prices that explain both periods' cost, and what was charged relative to them; undefined if tokens don't. */
function priceUsage(
  usage: readonly [Usage, Usage],
  listPrices: UnitPrices | undefined,
): { prices: UnitPrices; price: Both } | undefined {
  if (!usage.every(({ knowsTokens }) => knowsTokens)) return undefined;
  for (const prices of listPrices ? [listPrices, averagePrices] : [averagePrices]) {
    const listed = usage.map((period) => listCost(period, prices));
    if (!usage.every(({ tokenCost }, i) => listed[i]! > 0 || tokenCost === 0)) continue;
    return { prices, price: asInOther(usage.map(({ tokenCost }, i) => ratio(tokenCost, listed[i]!))) };
  }
  return undefined;
}

function listCost({ requests, prompt, cached, completion, reasoning }: Usage, prices: UnitPrices): number {
  const ofPrompt = prompt * prices.prompt + cached * (prices.cached - prices.prompt);
  return ofPrompt + completion * prices.completion + reasoning * prices.reasoning + requests * prices.request;
}

/** Returns undefined instead of dividing by 0. */
const ratio = (part: number, whole: number): number | undefined => (whole > 0 ? part / whole : undefined);

/** Takes what one period doesn't have from the other, so that it doesn't count as a change. */
const asInOther = ([before, after]: readonly (number | undefined)[]): Both => [
  before ?? after ?? 0,
  after ?? before ?? 0,
];

const pairOf = ([before, after]: readonly number[]): Both => [before!, after!];

/** True if a gap makes parts uncertain. */
function concerns(gap: Gap, parts: Parts): boolean {
  if (gap === "unknown") return Math.abs(parts.unattributed) >= PRECISION;
  if (gap === "reasoning") return Math.abs(parts.completion) >= PRECISION;
  return Math.abs(parts.price) >= PRECISION || (gap === "noListPrice" && tokenParts.some((part) => parts[part] !== 0));
}

const tokenParts = ["prompt", "completion"] as const;

export const noParts = (): Parts => Object.fromEntries(factors.map((factor) => [factor, 0])) as Parts;

/** Adds the noise of binary fractions to the largest part, so that the parts add up to the difference. */
export function closeGap(parts: Parts, difference: number): void {
  let largest: Factor = "unattributed";
  let sum = 0;
  for (const factor of factors) {
    sum += parts[factor];
    if (Math.abs(parts[factor]) > Math.abs(parts[largest])) largest = factor;
  }
  parts[largest] += difference - sum;
}
