// The only place that calls fetch: sets headers, rejects redirects, reads bodies.
import ky, { type KyInstance } from "ky";
import { causeCode, deepestMessage } from "./causes.ts";
import { requestInit } from "./requestInit.ts";
import { apiErrorOf, effectiveStatus, isApiBody, parseJson, readText } from "./responseBody.ts";
import { parseRetryAfter, retryAfterSeconds } from "./retryAfter.ts";

export interface HttpOptions {
  key: string;
  timeoutMs: number;
  userAgent?: string;
  /** Returns additional options of `fetch`, such as the certificates to trust. */
  fetchOptions?(): RequestInit;
  /** Called with the `Date` header of each uncached response of the API itself. */
  onServerDate(date: string): void;
  /** Called with the time of `Retry-After` when a request meets the API's own rate limit, also if it is sent again later. */
  onRateLimit(until: Date): void;
  /** Called when the API accepted a request. @param sentAt ms since the epoch */
  onAccepted(sentAt: number): void;
}

/** Creates a ky instance for one key. Timeouts are ky's errors; a truncated body is handled like a lost connection. */
export function createHttp(options: HttpOptions): KyInstance {
  return ky.create({
    ...requestInit(options),
    // A redirect is an error: the key must not go to another host.
    redirect: "manual",
    timeout: false,
    totalTimeout: options.timeoutMs,
    // The body is read here, so that a truncated or hanging one is retried and timed like a lost connection.
    fetch: async (input, init) => {
      const sentAt = Date.now();
      const response = await fetch(input, { ...init, ...options.fetchOptions?.() }).catch(toProxyResponse);
      const text = await readText(response);
      const json = parseJson(text);
      const date = response.headers.get("date");
      if (date && isFresh(response) && isApiBody(json)) options.onServerDate(date);
      const headers = new Headers(response.headers);
      const seconds = retryAfterSeconds(headers);
      if (seconds !== undefined) headers.set("retry-after", seconds);
      headers.set("content-type", json === undefined ? "text/plain" : "application/json");
      // A browser hides the status and the target of a redirect.
      const status = response.type === "opaqueredirect" ? 302 : effectiveStatus(response.status, json);
      if (status < 300 && isApiBody(json)) options.onAccepted(sentAt);
      // A proxy's page says nothing about the account.
      const retryAt = status === 429 && apiErrorOf(json) ? parseRetryAfter(headers.get("retry-after")) : undefined;
      if (retryAt) options.onRateLimit(retryAt);
      return new Response(text || null, { status: Math.min(status, 599), headers });
    },
  });
}

/**
 * Turns a 407 back into a response: `fetch` reports it as a network error with an empty message. If the connection failed at
 * several addresses, the message is empty too, but the error has a code.
 */
function toProxyResponse(error: unknown): Response {
  if (deepestMessage(error) === "" && causeCode(error) === undefined) return new Response(null, { status: 407 });
  throw error;
}

/** False for cached responses and redirects, whose `Date` may not be the current time. */
function isFresh({ status, headers }: Response): boolean {
  return !isCached(headers) && !(status >= 300 && status < 400);
}

/** True if a cache says that the response is its own. */
export function isCached(headers: Headers): boolean {
  return headers.has("age") || /hit|stale|updating/i.test(headers.get("cf-cache-status") ?? "");
}
