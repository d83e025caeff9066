// Chooses the tools that can answer a question about a figure of the chart. Pure.
import type { Dimension, SpendTable } from "../../openrouter/spend/model.ts";
import { DAY_MS } from "../../openrouter/time.ts";

/** The number of completed days that `GET /activity` covers. */
const ACTIVITY_DAYS = 30;

export interface ToolChoice {
  /** The completed day, if the figure is of a single one. */
  day: string | undefined;
  /** The hash of the key, if the figure is of a single one. */
  key: string | undefined;
  /** or_activity covers at least a part of the days. */
  activity: boolean;
  /** or_overview covers the current day. */
  today: boolean;
  /** Only or_analytics_query covers a part of the figure. */
  analytics: boolean;
}

/**
 * @param buckets the days or hours of the figure, none of them in the future
 * @param filters what the figure is limited to
 */
export function chooseTools(
  { current }: Pick<SpendTable, "current">,
  buckets: readonly string[],
  filters: readonly { dimension: Dimension; ids: readonly (string | null)[] }[],
): ToolChoice {
  const now = current.slice(0, 10);
  const days = [...new Set(buckets.map((bucket) => bucket.slice(0, 10)))];
  const age = (day: string) => Math.round((Date.parse(now) - Date.parse(day)) / DAY_MS);
  const completed = days.filter((day) => day < now);
  const keys = filters.filter(({ dimension }) => dimension === "key").flatMap(({ ids }) => ids);
  return {
    day: days.length === 1 ? completed[0] : undefined,
    key: keys.length === 1 ? (keys[0] ?? undefined) : undefined,
    activity: completed.some((day) => age(day) <= ACTIVITY_DAYS),
    today: days.includes(now),
    analytics:
      completed.some((day) => age(day) > ACTIVITY_DAYS) ||
      filters.some(({ dimension }) => dimension === "workspace") ||
      (buckets.some((bucket) => bucket.length > 10) && buckets.length < 24),
  };
}
