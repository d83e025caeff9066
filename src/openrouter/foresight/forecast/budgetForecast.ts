// When a budget that a key's spend counts toward is reached before it resets. Pure; USD and UTC.
import { resetPeriods } from "../../keys/keyStatus.ts";
import { type Budget, isShared } from "../../safety/budgets.ts";
import { limitReached, withLimit } from "./limitForecast.ts";
import type { DailySpend, DayEstimate, Forecast, ForecastResult, NoForecast } from "./model.ts";

/** The forecasts of who spends a budget. */
export interface SpendForecasts {
  past: DailySpend;
  /** BYOK included. */
  spend: ForecastResult;
  /** Without BYOK; undefined if the source doesn't tell them apart. The same object if there is no BYOK. */
  credits: ForecastResult | undefined;
  /** What was spent from the reading of the forecasts to that of the budgets; below 0 if the budgets were read first. */
  sinceReading?: { spend: number; credits: number | undefined };
}

/** Why there is no forecast for a budget. */
export type NoBudgetForecast =
  | NoForecast
  /** The API doesn't say whether BYOK counts, and there is some. */
  | { reason: "byokUnknown" }
  /** BYOK doesn't count, and the source doesn't tell it from credits. */
  | { reason: "creditsUnknown" }
  /** What was spent since midnight isn't known. */
  | { reason: "todayUnknown" };

export type BudgetForecast = DayEstimate | NoBudgetForecast;

/**
 * Returns when a budget is reached before its next reset, or why that can't be told; undefined if that isn't expected, if
 * nothing or an unknown amount is left, and if its interval is unknown.
 * @param budgets all budgets of the key: its own ones stop it, too
 */
export function forecastBudget(
  forecasts: SpendForecasts,
  budget: Budget,
  budgets: readonly Budget[] = [],
): BudgetForecast | undefined {
  const { reset } = budget;
  if (!budget.remaining || !hasKnownReset(budget)) return undefined;
  if (!forecasts.past.today) return { reason: "todayUnknown" };
  const counted = countedForecast(forecasts, budget);
  if ("reason" in counted) return counted;
  const others = isShared(budget) ? [] : budgets.filter((other) => other !== budget && stops(other, budget, forecasts));
  const spentToday = forecasts.past.today.usd;
  const stopped = others.reduce(
    (forecast, other) => withLimit(forecast, spentToday, { ...other, remaining: remainingAtReading(forecasts, other) }),
    counted,
  );
  return limitReached(stopped, { remaining: remainingAtReading(forecasts, budget), reset });
}

/** A forecast counts what is spent from its reading on. */
function remainingAtReading(
  { sinceReading }: SpendForecasts,
  { limit, remaining = limit, includesByok }: Budget,
): number {
  const since = (includesByok ? sinceReading?.spend : (sinceReading?.credits ?? sinceReading?.spend)) ?? 0;
  return Math.min(limit, Math.max(0, remaining + since));
}

function hasKnownReset({ reset }: Budget): boolean {
  return reset === null || resetPeriods.some((period) => period === reset);
}

function countedForecast({ spend, credits }: SpendForecasts, { includesByok }: Budget): Forecast | NoBudgetForecast {
  if (includesByok === undefined && spend !== credits) return { reason: "byokUnknown" };
  return (includesByok ? spend : credits) ?? { reason: "creditsUnknown" };
}

/** True if the key can't spend more on `budget` than `other` leaves. */
function stops(other: Budget, budget: Budget, { spend, credits }: SpendForecasts): boolean {
  const countsAll = other.includesByok === true || spend === credits || budget.includesByok === false;
  return !isShared(other) && other.isCertain && other.remaining !== undefined && hasKnownReset(other) && countsAll;
}
