import { ApiError } from "../errors.ts";

const MAX_REQUESTS = 64;
const WINDOW_MS = 60_000;

const requestTimes = new WeakMap<object, number[]>();

/** Limits analytics to 64 requests per minute and account. Uses the real clock: with a test's fixed one it would never reset. */
export function checkRateLimit(account: object): void {
  const now = Date.now();
  const recent = (requestTimes.get(account) ?? []).filter((at) => at > now - WINDOW_MS);
  if (recent.length >= MAX_REQUESTS) {
    const seconds = Math.ceil((recent[0]! + WINDOW_MS - now) / 1000);
    throw new ApiError(429, "Rate limit exceeded: 64 analytics requests per minute", {
      "retry-after": String(seconds),
    });
  }
  requestTimes.set(account, [...recent, now]);
}
