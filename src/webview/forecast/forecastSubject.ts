// What a forecast in the panel is about, by what the panel shows. Pure.
import type { Estimate } from "../../openrouter/foresight/forecast/model.ts";
import { dayAfter } from "../../openrouter/spend/model.ts";
import { type ActivityState, drilledBucket, filterOf, isComparing } from "../state.ts";
import type { ForecastSubject, ShownForecast } from "./protocol.ts";

/**
 * Returns whose spend is forecast below a chart of the month or of 30 days: that of the account, or of the only key or
 * workspace shown. Undefined for other figures, within a day and in comparisons.
 */
export function forecastSubject(state: ActivityState): ForecastSubject | undefined {
  const { range, metric, explain } = state;
  if (metric !== "cost" || (range !== "30d" && range !== "month")) return undefined;
  if (explain !== undefined || isComparing(state) || drilledBucket(state) !== undefined) return undefined;
  const [first, ...others] = Object.entries(filterOf(state));
  if (!first) return { kind: "account" };
  const [dimension, [id, ...ids]] = first as [string, (string | null)[]];
  if (others.length > 0 || ids.length > 0 || typeof id !== "string") return undefined;
  return dimension === "key" || dimension === "workspace" ? { kind: dimension, id } : undefined;
}

/** Returns the estimates of today and of the days that follow it in a chart; undefined if the forecast is of another day. */
export function comingDays(
  { days }: ShownForecast,
  { range }: Pick<ActivityState, "range">,
  today: string,
): Estimate[] | undefined {
  if (!days || days.from !== today) return undefined;
  if (range !== "month") return days.estimates;
  return days.estimates.filter((_, i) => dayAfter(today, i).slice(0, 7) === today.slice(0, 7));
}
