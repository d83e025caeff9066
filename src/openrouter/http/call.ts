// One request to the API, and who sends it: what endpoints, client and transport share.
import type { z } from "zod";

export interface RequestOptions {
  signal?: AbortSignal;
  /** Asks the API even if an answer of the last 60 seconds is cached. */
  fresh?: boolean;
}

export type Query = Record<string, string | number | boolean | undefined>;

/** `?a=1&b=2` of the values given, or nothing. */
export function queryString(query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length ? `?${new URLSearchParams(given.map(([k, v]): [string, string] => [k, String(v)]))}` : "";
}

export interface Call<T> {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** After `/api/v1`, with encoded parts. */
  path: string;
  query?: Query;
  body?: unknown;
  schema: z.ZodType<T>;
  /** A create: never sent twice; names what to look for when its answer is lost. */
  creates?: string;
  /** The result of a DELETE answered with 204, or answered with 404 when repeated: the thing is gone. */
  whenGone?: T;
  /** Recovers what it can from a 2xx answer that the schema refuses; `json` is undefined if the text is not JSON. */
  salvage?(json: unknown, text: string): T | undefined;
  /** A POST that only reads, so that it may be repeated and leaves the cache alone. */
  isReadOnly?: boolean;
  /** A GET whose answer is kept for 60 s and shared by all who ask meanwhile; see `fresh`. */
  cache?: boolean;
  /** Its answer is wanted as it came, and so is kept apart from those that were read. */
  raw?: boolean;
}

export interface Client {
  readonly baseUrl: string;
  request<T>(call: Call<T>, options?: RequestOptions): Promise<T>;
  /** Makes text safe to show: see `redact`. */
  redact(text: string): string;
  /** The time by the API's clock, once it has answered: days are counted by it, whatever this machine's clock says. */
  now(): Date;
}
