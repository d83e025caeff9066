import type { z } from "zod";
import { createCache } from "./cache.ts";
import { InvalidInputError } from "./errors.ts";
import { checkTls } from "./inherited.ts";
import { checkBaseUrl, DEFAULT_BASE_URL } from "./origin.ts";
import { queryString } from "./query.ts";
import { createRedactor } from "./redact.ts";
import type { Transport } from "./transport.ts";

/** A request, all retries included, takes at most this long. */
const TIMEOUT_MS = 30_000;
const CACHE_MS = 60_000;
const CACHED = /^\/(credits|key|keys(\/[^/]+)?|workspaces|analytics\/meta)$/;
/** A clock that differs by less is right: answers take their time. */
const SKEW_MS = 120_000;

export interface ClientOptions {
  /** Provisioning (Management) key. */
  key: string;
  /** Held to the origin policy; default `https://openrouter.ai/api/v1`. */
  baseUrl?: string;
  /** Milliseconds for one request with its retries; default 30,000. */
  timeoutMs?: number;
  userAgent?: string;
  /**
   * Once aborted, no request begins (it throws the signal's reason) and reads under way are aborted with that reason;
   * a write under way is left to finish.
   */
  lifetime?: AbortSignal;
}

export interface RequestOptions {
  signal?: AbortSignal;
  /** Asks the API even where an answer of the last 60 seconds is at hand. */
  fresh?: boolean;
}

export type Query = Record<string, string | number | boolean | undefined>;

export interface Call<T> {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** After `/api/v1`, with encoded parts. */
  path: string;
  query?: Query;
  body?: unknown;
  schema: z.ZodType<T>;
  /** A create: never sent twice; names what to look for when its answer is lost. */
  creates?: string;
  /** What a DELETE answers with 204, or when repeated where an earlier try took effect: the thing is gone. */
  whenGone?: T;
  /** What can still be had of an answer with success that the schema refuses: `json` is undefined where it is none. */
  salvage?(json: unknown, text: string): T | undefined;
  /** A POST that only reads, so that it may be repeated and leaves the cache alone. */
  reads?: boolean;
}

export interface Client {
  readonly baseUrl: string;
  request<T>(call: Call<T>, options?: RequestOptions): Promise<T>;
  /** Makes text safe to show: see `redact`. */
  redact(text: string): string;
  /** The time by the API's clock, once it has answered: days are counted by it, whatever this machine's clock says. */
  now(): Date;
}

/**
 * The one way to the API: origin policy, Bearer auth, timeout, retries, cancellation, 60 s cache, validation, redaction.
 * @throws OriginError when the base URL is outside the policy, InvalidInputError when the key cannot be one
 */
export function createClient(options: ClientOptions): Client {
  if (!/^[\x21-\x7e]*$/.test(options.key))
    throw new InvalidInputError(
      "The key holds characters that no key has.",
      "Copy it again, without blanks or quotation marks.",
    );
  const safe = createRedactor([options.key]);
  const baseUrl = checkBaseUrl(options.baseUrl ?? DEFAULT_BASE_URL, safe);
  if (baseUrl.startsWith("https:")) checkTls(process.env);
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const { lifetime } = options;
  const cache = createCache(CACHE_MS);
  let transport: Promise<Transport> | undefined;
  let skewMs = 0;

  function onServerDate(date: string): void {
    const difference = Date.parse(date) - Date.now();
    if (!Number.isNaN(difference)) skewMs = Math.abs(difference) < SKEW_MS ? 0 : difference;
  }

  // Loaded with the first request: a server that is only asked what it can do needs no HTTP.
  async function send<T>(call: Call<T>, signal?: AbortSignal): Promise<T> {
    transport ??= import("./transport.ts").then(({ createTransport }) =>
      createTransport({ ...options, baseUrl, timeoutMs, safe, onServerDate }),
    );
    const sendCall = await transport;
    lifetime?.throwIfAborted();
    return sendCall(call, signal);
  }

  /** Aborts as `signal` does, and with the client. */
  function untilEnd(signal?: AbortSignal): AbortSignal | undefined {
    return signal && lifetime ? AbortSignal.any([lifetime, signal]) : (signal ?? lifetime);
  }

  return {
    baseUrl,
    redact: safe,
    now: () => new Date(Date.now() + skewMs),
    async request(call, { signal, fresh } = {}) {
      lifetime?.throwIfAborted();
      if (call.method === "GET" && CACHED.test(call.path)) {
        const load = (shared: AbortSignal) => send(call, shared);
        return cache.get(`${call.path}${queryString(call.query)}`, load, untilEnd(signal), fresh);
      }
      if (call.method === "GET" || call.reads) return send(call, untilEnd(signal));
      cache.clear();
      try {
        return await send(call, signal);
      } finally {
        cache.clear();
      }
    },
  };
}
