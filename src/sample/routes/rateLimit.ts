import { ApiError } from "../errors.ts";

/** OpenRouter's limit. */
export const ANALYTICS_PER_MINUTE = 64;
const WINDOW_MS = 60_000;

const requestTimes = new WeakMap<object, number[]>();

/** Limits analytics to `max` requests per minute and account. Uses the real clock: with a test's fixed one it would never reset. */
export function checkRateLimit(account: object, max: number): void {
  const now = Date.now();
  const recent = (requestTimes.get(account) ?? []).filter((at) => at > now - WINDOW_MS);
  if (recent.length >= max) {
    const seconds = Math.ceil((recent[0]! + WINDOW_MS - now) / 1000);
    throw new ApiError(429, `Rate limit exceeded: ${max} analytics requests per minute`, {
      "retry-after": String(seconds),
    });
  }
  requestTimes.set(account, [...recent, now]);
}
