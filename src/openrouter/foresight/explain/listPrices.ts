import type { Model } from "../../schemas.ts";
import type { UnitPrices } from "./model.ts";

/**
 * Returns a model's list prices; undefined if it has none, as a router, whose price is "-1". Reasoning costs as much as
 * completion, and cached tokens as much as others, unless they have a price.
 */
export function listPrices({ pricing }: Pick<Model, "pricing">): UnitPrices | undefined {
  const price = (name: string): number | undefined => {
    const text = pricing[name];
    const value = typeof text === "string" && text.trim() !== "" ? Number(text) : Number.NaN;
    return value >= 0 && value < Number.POSITIVE_INFINITY ? value : undefined;
  };
  const [prompt, completion] = [price("prompt"), price("completion")];
  if (prompt === undefined || completion === undefined) return undefined;
  return {
    prompt,
    completion,
    // "0" means that there is no separate price.
    reasoning: price("internal_reasoning") || completion,
    cached: price("input_cache_read") ?? prompt,
    request: price("request") ?? 0,
  };
}
