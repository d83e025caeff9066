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
  /** The days that or_explain_change can compare with earlier ones; undefined if it can't be limited to the figure. */
  explain: { from: string; to: string } | undefined;
}

/** The most days that have as many before them in analytics of a year. */
const MAX_EXPLAINED_DAYS = 182;

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
      hasSingleHours(buckets),
    explain:
      filters.every(({ dimension, ids }) => explained.includes(dimension) && ids.length === 1 && ids[0] !== null) &&
      !hasSingleHours(buckets) &&
      days.length <= MAX_EXPLAINED_DAYS
        ? { from: days[0]!, to: days.at(-1)! }
        : undefined,
  };
}

const explained: readonly Dimension[] = ["model", "key"];

/** True if the buckets are some hours of a day, but not all. */
function hasSingleHours(buckets: readonly string[]): boolean {
  return buckets.length < 24 && buckets.some((bucket) => bucket.length > 10);
}
