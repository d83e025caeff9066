import type { ForecastFigures } from "./forecastDays.ts";

type Fields = Record<string, unknown>;

/** Validates a forecast with its past. Written by hand, as for tables of spend. */
export function isForecastFigures(value: unknown): value is ForecastFigures {
  const { past, outlook, omitsEndedKeys, respectsLimits } = fieldsOf(value);
  const { from, usd, today } = fieldsOf(past);
  const { readAt, forecast, month, creditsEnd } = fieldsOf(outlook);
  return (
    isDay(from) &&
    isList(usd, isNumber) &&
    isOptional(today, (one) => hasNumbers(one, "usd", "share")) &&
    [omitsEndedKeys, respectsLimits].every((flag) => isOptional(flag, (one) => typeof one === "boolean")) &&
    isText(readAt) &&
    isResult(fieldsOf(forecast)) &&
    isOptional(month, (one) => isEstimate(one) && isDay(fieldsOf(one).day)) &&
    isOptional(creditsEnd, (one) => ["early", "middle", "late"].every((end) => isOptional(fieldsOf(one)[end], isDay)))
  );
}

function isResult({ reason, needed, days, within, cause, ...forecast }: Fields): boolean {
  switch (reason) {
    case undefined:
      return (
        isDay(forecast.from) &&
        isList(days, isEstimate) &&
        hasNumbers(forecast.backtest, "within", "days") &&
        isNumber(forecast.basedOn)
      );
    case "tooFewDays":
      return isNumber(days) && isNumber(needed);
    case "unreliable":
      return isNumber(within) && isNumber(needed);
    case "failed":
      return isText(cause);
    default:
      return reason === "noSpend" || reason === "gap";
  }
}

const fieldsOf = (value: unknown) => (typeof value === "object" && value !== null ? value : {}) as Fields;
const isText = (value: unknown) => typeof value === "string";
const isNumber = (value: unknown) => Number.isFinite(value);
const isDay = (value: unknown) => isText(value) && /^\d{4}-\d{2}-\d{2}$/.test(value as string);
const isOptional = (value: unknown, check: (value: unknown) => boolean) => value === undefined || check(value);
const isList = (value: unknown, check: (value: unknown) => boolean) => Array.isArray(value) && value.every(check);
const hasNumbers = (value: unknown, ...names: string[]) => names.every((name) => isNumber(fieldsOf(value)[name]));
const isEstimate = (value: unknown) => hasNumbers(value, "low", "middle", "high");
