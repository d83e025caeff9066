// The description of a request, and the client that sends it; shared by endpoints, client and transport.
import type { z } from "zod";

export interface RequestOptions {
  signal?: AbortSignal;
  /**
   * True bypasses the 60 s cache. A time (ms since the epoch) bypasses only responses that were requested before it, so
   * that all that one refresh reloads shares its requests.
   */
  fresh?: boolean | number;
  /** Doesn't retry if no connection is established: there is another way to send the call. */
  hasOtherWay?: boolean;
}

export type Query = Record<string, string | number | boolean | undefined>;

/** Returns `?a=1&b=2` without undefined values; "" if there are none. */
export function queryString(query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length ? `?${new URLSearchParams(given.map(([k, v]): [string, string] => [k, String(v)]))}` : "";
}

export interface Call<T> {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/api/v1`, percent-encoded. */
  path: string;
  query?: Query;
  body?: unknown;
  schema: z.ZodType<T>;
  /** Set for creates, which are never sent twice: names the new object in messages, such as `the key "ci"`. */
  creates?: string;
  /** The result of a DELETE that returns 204, or 404 on a retry. */
  whenGone?: T;
  /** Recovers what it can from a 2xx response that fails the schema; `json` is undefined if the text isn't JSON. */
  salvage?(json: unknown, text: string): T | undefined;
  /** A POST that only reads: it may be repeated and doesn't clear the cache. */
  isReadOnly?: boolean;
  /** Sent once, and answered by OpenRouter itself: a cache's response is an IntermediaryError. */
  isDirect?: boolean;
  /** A GET whose response is cached for 60 s; see `fresh`. */
  cache?: boolean;
  /** The response is returned unparsed, and cached separately from parsed ones. */
  raw?: boolean;
}

export interface Client {
  readonly baseUrl: string;
  request<T>(call: Call<T>, options?: RequestOptions): Promise<T>;
  /** Removes secrets from text; see `redact`. */
  redact(text: string): string;
  /** When a rate limit ends that any request met, ms since the epoch; undefined if none is known. */
  rateLimitedUntil?(): number | undefined;
  /** The current time by the API's clock, once it has responded: UTC days don't depend on this machine's clock. */
  now(): Date;
}
