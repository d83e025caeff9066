// Checks that analytics count the same spend as `/activity`.
import { OpenRouterError } from "../errors.ts";
import { sum } from "../text/figures.ts";
import type { Measure, SpendRow } from "./table.ts";

/** Sums of both sources may differ by 0.1 %, because they are not counted at the same time, plus rounding. */
const TOLERANCE = 0.001;
const ROUNDING = 1e-4;
export const COMPARED = ["cost", "byok_cost", "requests"] as const;

/** Checks the totals. @throws OpenRouterError */
export function requireSameSums(
  activity: readonly SpendRow[],
  analytics: readonly SpendRow[],
  compared: readonly Measure[],
): void {
  for (const measure of compared) {
    const [expected, found] = [sumOf(activity, measure), sumOf(analytics, measure)];
    if (Math.abs(found - expected) > maxDifference(expected))
      throw mismatchError(`add up to ${measure} ${found} instead of ${expected}`);
  }
}

/** Checks that the spend of the listed keys is not more than the total. It is less if there are deleted keys. @throws OpenRouterError */
export function requireNotMore(
  activity: readonly SpendRow[],
  byKey: readonly SpendRow[],
  compared: readonly Measure[],
): void {
  for (const measure of compared) {
    const [expected, found] = [sumOf(activity, measure), sumOf(byKey, measure)];
    if (found - expected > maxDifference(expected))
      throw mismatchError(`add up to ${measure} ${found} by key instead of ${expected}`);
  }
}

export const sumOf = (rows: readonly SpendRow[], measure: Measure) => sum(rows.map((row) => row[measure] ?? 0));
const maxDifference = (expected: number) => Math.abs(expected) * TOLERANCE + ROUNDING;

export function mismatchError(what: string): OpenRouterError {
  return new OpenRouterError(`Analytics don't match /activity: they ${what}.`, "Query each key separately.");
}
