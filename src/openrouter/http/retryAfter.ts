import { DAY_MS } from "../time.ts";

/** `Date.parse` alone accepts much more than the header's format, such as "-5". */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;
/** Caps the wait, so that the result is a valid date. */
const CENTURY_MS = 100 * 365 * DAY_MS;

/** No rate limit of the API lasts longer; a longer one is taken for this, and then tried. */
export const MAX_RATE_LIMIT_MS = 600_000;

/**
 * Parses a `Retry-After` header: seconds, or an HTTP date.
 * @returns when to retry; undefined if the header is missing or malformed
 */
export function parseRetryAfter(header: string | null, now: number = Date.now()): Date | undefined {
  if (!header?.trim()) return undefined;
  const text = header.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return new Date(now + Math.min(Number(text) * 1000, CENTURY_MS));
  const at = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : new Date(at);
}

/**
 * Converts a `Retry-After` date to seconds, counted from the response's own `Date`: with a wrong clock, this machine would
 * wait for hours or not at all. Undefined if there is nothing to convert.
 */
export function retryAfterSeconds(headers: Headers): string | undefined {
  const [after, date] = [headers.get("retry-after")?.trim() ?? "", Date.parse(headers.get("date") ?? "")];
  if (!HTTP_DATE.test(after) || Number.isNaN(Date.parse(after)) || Number.isNaN(date)) return undefined;
  return String(Math.max(0, Math.ceil((Date.parse(after) - date) / 1000)));
}
