// Reads the prices of a model or an endpoint from the catalog. Pure; USD per token or request.
import type { Model } from "../schemas.ts";

export interface Prices {
  prompt: number;
  completion: number;
  request: number;
  /** Undefined if cached tokens have no price of their own. */
  cacheRead: number | undefined;
  cacheWrite: number | undefined;
  /** Undefined if reasoning tokens cost what completion tokens cost. */
  reasoning: number | undefined;
}

export interface PriceList {
  base: Prices;
  /** Prices of requests whose prompt is longer than `above` tokens, the shortest first. */
  tiers: { above: number; prices: Prices }[];
  /** Returns what these prices are at other times of the day; undefined if they don't depend on it. */
  atOtherTimes(above: number): Prices | undefined;
  /** Prices for what token counts don't tell, such as `image` and `web_search`. */
  unpriced: string[];
}

type Pricing = Model["pricing"];

const fields = {
  prompt: "prompt",
  completion: "completion",
  request: "request",
  cacheRead: "input_cache_read",
  cacheWrite: "input_cache_write",
  reasoning: "internal_reasoning",
} as const satisfies Record<keyof Prices, string>;

const unpricedFields = ["image", "image_output", "image_token", "audio", "audio_output", "web_search"] as const;

interface Override {
  [field: string]: unknown;
}

/** @returns undefined for a router, which has no price of its own, and if a price of requests or tokens can't be read */
export function parsePrices(pricing: Pricing): PriceList | undefined {
  const discount = Number(pricing.discount ?? 0);
  const factor = Number.isFinite(discount) && discount > 0 && discount <= 1 ? 1 - discount : 1;
  const { prompt = Number.NaN, completion = Number.NaN, request = 0, ...others } = readPrices(pricing);
  const own: Prices = { prompt, completion, request, ...others };
  const overrides = (Array.isArray(pricing.overrides) ? pricing.overrides : []).filter(isObject);
  if ([own, ...overrides.map(readPrices)].some(hasUnreadable)) return undefined;
  const at = (above: number, isTimed: boolean) => {
    const applied = overrides.filter((one) => thresholdOf(one) <= above && (isTimed || !hasTime(one)));
    return scale(Object.assign({ ...own }, ...applied.map((one) => defined(readPrices(one)))), factor);
  };
  const thresholds = [...new Set(overrides.map(thresholdOf))].filter((above) => above > 0).toSorted((a, b) => a - b);
  return {
    base: at(0, false),
    tiers: thresholds.map((above) => ({ above, prices: at(above, false) })),
    atOtherTimes: (above) =>
      overrides.some((one) => hasTime(one) && thresholdOf(one) <= above) ? at(above, true) : undefined,
    unpriced: unpricedFields.filter((field) => readPrice(pricing[field] ?? 0) !== 0),
  };
}

type ReadPrices = { [K in keyof Prices]: number | undefined };

function readPrices(pricing: Override): ReadPrices {
  const read = Object.entries(fields).map(([name, field]) => {
    const price = readPrice(pricing[field]);
    // Reasoning tokens without a price of their own have the price 0.
    return [name, price === 0 && field === "internal_reasoning" ? undefined : price];
  });
  return Object.fromEntries(read) as ReadPrices;
}

/** @returns undefined if no price is given, NaN if it can't be read: blanks are not 0 */
function readPrice(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const isText = typeof value === "string" && value.trim() !== "";
  const price = isText || typeof value === "number" ? Number(value) : Number.NaN;
  return price >= 0 && price < Number.POSITIVE_INFINITY ? price : Number.NaN;
}

const hasUnreadable = (prices: ReadPrices) => Object.values(prices).some((price) => Number.isNaN(price));

const isObject = (value: unknown): value is Override => typeof value === "object" && value !== null;

/** An override without a minimum applies to every prompt. */
function thresholdOf({ min_prompt_tokens: min }: Override): number {
  return typeof min === "number" && min > 0 ? min : 0;
}

const hasTime = (override: Override) => override.utc_start !== undefined || override.utc_end !== undefined;

/** A price per request is not a token price, but the discount applies to all prices of an endpoint. */
function scale(prices: Prices, factor: number): Prices {
  if (factor === 1) return prices;
  return Object.fromEntries(
    Object.entries(prices).map(([name, value]) => [name, value === undefined ? undefined : value * factor]),
  ) as unknown as Prices;
}

function defined(prices: ReadPrices): Partial<Prices> {
  return Object.fromEntries(Object.entries(prices).filter(([, value]) => value !== undefined));
}
