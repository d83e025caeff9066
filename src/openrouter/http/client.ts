import { InvalidInputError } from "../errors.ts";
import { createRedactor } from "../text/redact.ts";
import { createCache } from "./cache.ts";
import { type Call, type Client, queryString } from "./call.ts";
import { checkBaseUrl, DEFAULT_BASE_URL } from "./origin.ts";
import type { Transport } from "./transport.ts";
import { checkTls } from "./unsafeEnvironment.ts";

/** A request, all retries included, takes at most this long. */
const TIMEOUT_MS = 30_000;
const CACHE_MS = 60_000;
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
  const redact = createRedactor([options.key]);
  const baseUrl = checkBaseUrl(options.baseUrl ?? DEFAULT_BASE_URL, redact);
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
      createTransport({ ...options, baseUrl, timeoutMs, redact, onServerDate }),
    );
    const sendCall = await transport;
    lifetime?.throwIfAborted();
    return sendCall(call, signal);
  }

  /** A controller per read, since `AbortSignal.any` with a long-lived signal would accumulate references. */
  const reads = new Set<AbortController>();
  lifetime?.addEventListener("abort", () => {
    for (const read of reads) read.abort(lifetime.reason);
  });

  /** Reads with a signal that aborts as `signal` does, and with the client. */
  async function withLifetime<T>(
    signal: AbortSignal | undefined,
    read: (signal?: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (!lifetime) return read(signal);
    const end = new AbortController();
    reads.add(end);
    try {
      return await read(signal ? AbortSignal.any([signal, end.signal]) : end.signal);
    } finally {
      reads.delete(end);
    }
  }

  return {
    baseUrl,
    redact,
    now: () => new Date(Date.now() + skewMs),
    async request(call, { signal, fresh } = {}) {
      lifetime?.throwIfAborted();
      if (call.cache) {
        const load = (shared: AbortSignal) => send(call, shared);
        const id = `${call.raw ? "raw " : ""}${call.path}${queryString(call.query)}`;
        return withLifetime(signal, (own) => cache.get(id, load, own, fresh));
      }
      if (call.method === "GET" || call.isReadOnly) return withLifetime(signal, (own) => send(call, own));
      cache.clear();
      try {
        return await send(call, signal);
      } finally {
        cache.clear();
      }
    },
  };
}
