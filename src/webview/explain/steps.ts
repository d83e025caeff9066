// The steps of a waterfall: from the cost of one period to that of another, by factor. Pure.
import { type Explanation, type Factor, factors } from "../../openrouter/foresight/explain/model.ts";
import { dropFloatNoise } from "../../openrouter/text/figures.ts";

export interface WaterfallStep {
  /** A factor, or the cost of a period. */
  kind: Factor | "before" | "after";
  /** USD: what a factor adds, or the cost of the period. */
  value: number;
  /** Where the bar begins and ends, in USD. */
  from: number;
  to: number;
}

/** Factors that explain nothing have no step. */
export function waterfallSteps({ before, after, parts }: Explanation): WaterfallStep[] {
  let reached = before.cost;
  const steps = factors.flatMap((kind): WaterfallStep[] => {
    const value = dropFloatNoise(parts[kind]);
    if (value === 0) return [];
    const from = reached;
    reached += parts[kind];
    return [{ kind, value, from: dropFloatNoise(from), to: dropFloatNoise(reached) }];
  });
  return [
    { kind: "before", value: before.cost, from: 0, to: before.cost },
    ...steps,
    { kind: "after", value: after.cost, from: 0, to: after.cost },
  ];
}

/** True if a step is the cost of a period, not what a factor adds. */
export function isTotal(kind: WaterfallStep["kind"]): kind is "before" | "after" {
  return kind === "before" || kind === "after";
}
