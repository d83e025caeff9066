// How many groups of a chart get a color of their own. Pure.

import type { Group } from "../openrouter/spend/model.ts";
import { sum } from "../openrouter/text/figures.ts";

/** A number of groups, or "auto": as many as leave the others the smaller part. */
export type Top = "auto" | (typeof TOP_COUNTS)[number];
export const TOP_COUNTS = [5, 8, 12] as const;

const MIN_AUTO = 5;
const MAX_AUTO = 10;

/** @param groups sorted, the largest first; a group without an id is unattributed spend and never among the others */
export function seriesCount(groups: readonly Pick<Group, "id" | "values">[], top: Top): number {
  if (top !== "auto") return top;
  const sizes = groups.filter(({ id }) => id !== null).map(({ values }) => sum(values));
  const total = sum(sizes);
  let count = MIN_AUTO;
  let named = sum(sizes.slice(0, count));
  for (; total > 0 && named <= total / 2 && count < MAX_AUTO; count++) named += sizes[count] ?? 0;
  return count;
}
