import { ApiError } from "../errors.ts";

const REQUESTS = 64;
const WINDOW = 60_000;

const asked = new WeakMap<object, number[]>();

/** Analytics admit 64 requests a minute an account, by the real clock: a test's fixed one would never let go. */
export function rateLimit(account: object): void {
  const now = Date.now();
  const recent = (asked.get(account) ?? []).filter((at) => at > now - WINDOW);
  if (recent.length >= REQUESTS) {
    const seconds = Math.ceil((recent[0]! + WINDOW - now) / 1000);
    throw new ApiError(429, "Rate limit exceeded: 64 analytics requests per minute", {
      "retry-after": String(seconds),
    });
  }
  asked.set(account, [...recent, now]);
}
