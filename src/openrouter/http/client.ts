import { InvalidInputError } from "../errors.ts";
import { createRedactor } from "../text/redact.ts";
import { createCache } from "./cache.ts";
import { type Call, type Client, queryString } from "./call.ts";
import { checkBaseUrl, DEFAULT_BASE_URL } from "./origin.ts";
import { MAX_RATE_LIMIT_MS } from "./retryAfter.ts";
import type { Transport } from "./transport.ts";
import { checkTls } from "./unsafeEnvironment.ts";

/** Limits a request including its retries. */
const TIMEOUT_MS = 30_000;
const CACHE_MS = 60_000;
/** Smaller differences between the clocks are ignored: a response takes time to arrive. */
const SKEW_MS = 120_000;

export interface ClientOptions {
  /** Provisioning (Management) key. */
  key: string;
  /** Must comply with the origin policy; default `https://openrouter.ai/api/v1`. */
  baseUrl?: string;
  /** Milliseconds for one request including its retries; default 30,000. */
  timeoutMs?: number;
  userAgent?: string;
  /** Returns additional options of `fetch`, such as the certificates to trust. */
  fetchOptions?(): RequestInit;
  /**
   * Once aborted, new requests throw the signal's reason and pending reads are aborted with it; a pending write may
   * finish.
   */
  lifetime?: AbortSignal;
}

/** Loads what sends requests, by default with the first one: a server that only lists its tools needs no HTTP. */
export const loadTransport = () => import("./transport.ts");

/**
 * Creates the client that every request goes through: origin policy, Bearer auth, timeout, retries, cancellation, 60 s
 * cache, validation, redaction.
 * @throws OriginError if the policy refuses the base URL; InvalidInputError if the key contains invalid characters
 */
export function createClient(options: ClientOptions): Client {
  if (!/^[\x21-\x7e]*$/.test(options.key))
    throw new InvalidInputError(
      "The key contains characters that API keys never have.",
      "Copy it again, without spaces or quotation marks.",
    );
  const redact = createRedactor([options.key]);
  const baseUrl = checkBaseUrl(options.baseUrl ?? DEFAULT_BASE_URL, redact);
  if (baseUrl.startsWith("https:")) checkTls(process.env);
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const { lifetime } = options;
  const cache = createCache(CACHE_MS);
  let transport: Promise<Transport> | undefined;
  let skewMs = 0;
  let limit = { metAt: 0, until: 0 };

  function onRateLimit(until: Date): void {
    const metAt = Date.now();
    limit = { metAt, until: Math.max(limit.until, Math.min(until.getTime(), metAt + MAX_RATE_LIMIT_MS)) };
  }

  /** A request that was sent after the limit was met, and accepted, shows that it has ended. */
  function onAccepted(sentAt: number): void {
    if (sentAt >= limit.metAt) limit.until = 0;
  }

  function onServerDate(date: string): void {
    const difference = Date.parse(date) - Date.now();
    if (!Number.isNaN(difference)) skewMs = Math.abs(difference) < SKEW_MS ? 0 : difference;
  }

  async function send<T>(call: Call<T>, signal?: AbortSignal, hasOtherWay?: boolean): Promise<T> {
    transport ??= loadTransport().then(({ createTransport }) =>
      createTransport({ ...options, baseUrl, timeoutMs, redact, onServerDate, onRateLimit, onAccepted }),
    );
    const sendCall = await transport;
    lifetime?.throwIfAborted();
    return sendCall(call, signal, hasOtherWay);
  }

  /** A controller per read, since `AbortSignal.any` with a long-lived signal would accumulate references. */
  const reads = new Set<AbortController>();
  lifetime?.addEventListener("abort", () => {
    for (const read of reads) read.abort(lifetime.reason);
  });

  /** Runs a read with a signal that aborts with `signal` and with the client's lifetime. */
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

  const now = () => new Date(Date.now() + skewMs);

  return {
    baseUrl,
    redact,
    now,
    rateLimitedUntil: () => (limit.until > Date.now() ? limit.until : undefined),
    async request(call, { signal, fresh, hasOtherWay } = {}) {
      lifetime?.throwIfAborted();
      if (call.cache) {
        const load = (shared: AbortSignal) => send(call, shared, hasOtherWay);
        // Counters begin anew with the UTC day: those of the day before are no answer.
        const day = now().toISOString().slice(0, 10);
        const id = `${day} ${call.raw ? "raw " : ""}${call.path}${queryString(call.query)}`;
        return withLifetime(signal, (own) => cache.get(id, load, own, fresh));
      }
      if (call.method === "GET" || call.isReadOnly) return withLifetime(signal, (own) => send(call, own, hasOtherWay));
      cache.clear();
      try {
        return await send(call, signal);
      } finally {
        cache.clear();
      }
    },
  };
}
