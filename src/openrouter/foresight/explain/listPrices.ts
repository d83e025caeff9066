import type { Model } from "../../schemas.ts";
import { parsePrices } from "../prices.ts";
import type { UnitPrices } from "./model.ts";

/**
 * Returns a model's list prices; undefined if it has none, as a router, whose price is "-1", or if one can't be read. Reasoning
 * costs as much as completion, and cached tokens as much as others, unless they have a price.
 */
export function listPrices({ pricing }: Pick<Model, "pricing">): UnitPrices | undefined {
  const base = parsePrices(pricing)?.base;
  if (!base) return undefined;
  const { prompt, completion, request, reasoning = completion, cacheRead = prompt } = base;
  return { prompt, completion, reasoning, cached: cacheRead, request };
}
