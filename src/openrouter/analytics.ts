// What all readers of `POST /analytics/query` share.
import type { RequestOptions } from "./call.ts";
import { OpenRouterError, UnauthorizedError } from "./errors.ts";

/** Analytics is the better source but not the only one: it gets this long. */
const ANALYTICS_MS = 10_000;

/** Aborts as `signal` does, and after the time that the analytics get. */
export function analyticsSignal(signal?: AbortSignal): AbortSignal {
  return AbortSignal.any([AbortSignal.timeout(ANALYTICS_MS), ...(signal ? [signal] : [])]);
}

/** Asks the analytics, and after 10 s, a refusal or an unusable answer another source, with the cause. */
export async function analyticsOrElse<T>(
  analytics: (signal: AbortSignal) => Promise<T>,
  otherwise: (cause: string) => Promise<T>,
  options?: RequestOptions,
): Promise<T> {
  try {
    return await analytics(analyticsSignal(options?.signal));
  } catch (error) {
    options?.signal?.throwIfAborted();
    const late = error instanceof DOMException && error.name === "TimeoutError";
    if (error instanceof UnauthorizedError || !(error instanceof OpenRouterError || late)) throw error;
    return otherwise(error instanceof OpenRouterError ? error.message : `no answer within ${ANALYTICS_MS / 1000} s`);
  }
}

/** Analytics gives counts as strings; anything that is no number is an error, never 0. */
export function figure(value: unknown): number {
  const number = typeof value === "string" && value.trim() ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw unusable(value, "number");
}

/** The day, YYYY-MM-DD, or hour, YYYY-MM-DDTHH, of a row. One without its time belongs nowhere: an error, and another source takes over. */
export function bucketOf(value: unknown, unit: "day" | "hour"): string {
  const [, day, hour = "00"] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d))?/.exec(String(value)) ?? [];
  if (day) return unit === "day" ? day : `${day}T${hour}`;
  throw unusable(value, "time");
}

function unusable(value: unknown, expected: string): OpenRouterError {
  return new OpenRouterError(
    `POST /analytics/query: ${JSON.stringify(value)} is no ${expected}.`,
    "Use another source, such as the keys' daily counters.",
  );
}
