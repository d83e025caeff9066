// The timeout of analytics requests, and the fallback to another source.

import { OpenRouterError, UnauthorizedError } from "../errors.ts";
import type { RequestOptions } from "../http/call.ts";

/** Analytics is the preferred source, but another one takes over after this time. */
const ANALYTICS_MS = 10_000;

/** Aborts with `signal`, or when the analytics time out. */
export function analyticsSignal(signal?: AbortSignal): AbortSignal {
  return AbortSignal.any([AbortSignal.timeout(ANALYTICS_MS), ...(signal ? [signal] : [])]);
}

/** Reads from analytics. Falls back to another source, with the cause, on a timeout (10 s), an error or an invalid response. */
export async function withAnalyticsFallback<T>(
  analytics: (signal: AbortSignal) => Promise<T>,
  fallback: (cause: string) => Promise<T>,
  options?: RequestOptions,
): Promise<T> {
  try {
    return await analytics(analyticsSignal(options?.signal));
  } catch (error) {
    options?.signal?.throwIfAborted();
    const timedOut = error instanceof DOMException && error.name === "TimeoutError";
    if (error instanceof UnauthorizedError || !(error instanceof OpenRouterError || timedOut)) throw error;
    return fallback(error instanceof OpenRouterError ? error.message : `no response within ${ANALYTICS_MS / 1000} s`);
  }
}
