// How long the analytics are waited for, and what takes their place.

import { OpenRouterError, UnauthorizedError } from "../errors.ts";
import type { RequestOptions } from "../http/call.ts";

/** Analytics is the better source but not the only one: it gets this long. */
const ANALYTICS_MS = 10_000;

/** Aborts as `signal` does, and after the time that the analytics get. */
export function analyticsSignal(signal?: AbortSignal): AbortSignal {
  return AbortSignal.any([AbortSignal.timeout(ANALYTICS_MS), ...(signal ? [signal] : [])]);
}

/** Asks the analytics, and after 10 s, a refusal or an unusable answer another source, with the cause. */
export async function withAnalyticsFallback<T>(
  analytics: (signal: AbortSignal) => Promise<T>,
  fallback: (cause: string) => Promise<T>,
  options?: RequestOptions,
): Promise<T> {
  try {
    return await analytics(analyticsSignal(options?.signal));
  } catch (error) {
    options?.signal?.throwIfAborted();
    const late = error instanceof DOMException && error.name === "TimeoutError";
    if (error instanceof UnauthorizedError || !(error instanceof OpenRouterError || late)) throw error;
    return fallback(error instanceof OpenRouterError ? error.message : `no answer within ${ANALYTICS_MS / 1000} s`);
  }
}
