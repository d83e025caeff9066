import ky, { HTTPError, isTimeoutError, type KyInstance } from "ky";
import type { Call } from "./client.ts";
import {
  NetworkError,
  OpenRouterError,
  SchemaError,
  ServerError,
  TimeoutError,
  UncertainWriteError,
} from "./errors.ts";
import { httpError } from "./httpErrors.ts";
import { queryString } from "./query.ts";
import { parseRetryAfter } from "./retryAfter.ts";

const RETRY_STATUS = [429, 500, 502, 503, 504];

export interface TransportOptions {
  key: string;
  baseUrl: string;
  timeoutMs: number;
  userAgent?: string;
  /** Makes the API's words safe to show. */
  safe(text: string): string;
  /** Told of each answer's `Date` header. */
  heard(date: string | null): void;
}

export type Transport = <T>(call: Call<T>, signal?: AbortSignal) => Promise<T>;

/** Sends a call, retries what may be repeated, validates the answer, and turns every failure into an OpenRouterError. */
export function createTransport(options: TransportOptions): Transport {
  const { baseUrl, timeoutMs, safe } = options;
  const http = createHttp(options);

  async function send<T>(call: Call<T>, signal?: AbortSignal): Promise<T> {
    const endpoint = `${call.method} ${call.path}`;
    const url = `${baseUrl}${call.path}${queryString(call.query)}`;
    const started = Date.now();
    const repeatable = !call.creates;
    let repeated = false;
    try {
      const response = await http(url, {
        method: call.method,
        json: call.body,
        signal,
        retry: {
          limit: repeatable ? 3 : 0,
          methods: ["get", "post", "patch", "delete"],
          statusCodes: RETRY_STATUS,
          afterStatusCodes: [429, 503],
          delay: (attempt) => 300 * 2 ** (attempt - 1),
          // A wait that does not fit into the time left is reported instead of slept through.
          shouldRetry: ({ error }) => {
            if (error instanceof HTTPError) {
              if (!RETRY_STATUS.includes(error.response.status)) return false;
              const at = parseRetryAfter(error.response.headers.get("retry-after"));
              if (at && at.getTime() - started > timeoutMs - 1000) return false;
            }
            // 429 and 503 refuse a request; anything else may have come after it took effect.
            repeated ||= !(error instanceof HTTPError && [429, 503].includes(error.response.status));
            return undefined;
          },
        },
      });
      return parse(call, endpoint, await response.text());
    } catch (error) {
      if (signal?.aborted) throw call.creates ? uncertain(call, cancelled(endpoint)) : signal.reason;
      // Gone after a repeated DELETE: the first one took effect and its answer was lost.
      if (repeated && call.method === "DELETE" && error instanceof HTTPError && error.response.status === 404)
        return call.schema.parse({ deleted: true });
      throw warned(translate(error, call, endpoint), call);
    }
  }

  function translate(error: unknown, call: Call<unknown>, endpoint: string): unknown {
    if (error instanceof OpenRouterError)
      return call.creates && error instanceof SchemaError ? uncertain(call, error) : error;
    if (error instanceof HTTPError) {
      const failure = httpError(error, endpoint, safe);
      return call.creates && (error.response.status >= 500 || error.response.status === 408)
        ? uncertain(call, failure)
        : failure;
    }
    const failure = isTimeoutError(error)
      ? new TimeoutError(
          `${endpoint}: no answer within ${timeoutMs / 1000} s.`,
          "Try again; see https://status.openrouter.ai if it lasts.",
        )
      : new NetworkError(
          safe(`${endpoint}: no connection to ${new URL(baseUrl).host} (${reason(error)}).`),
          "Check the network, proxy and base URL, then try again.",
        );
    return call.creates && !refusedConnection(error) ? uncertain(call, failure) : failure;
  }

  return send;
}

function createHttp(options: TransportOptions): KyInstance {
  return ky.create({
    headers: {
      authorization: `Bearer ${options.key}`,
      accept: "application/json",
      "user-agent": options.userAgent ?? "openrouter-admin",
    },
    // The key stays with the host it was meant for: a redirect is an error, not a detour.
    redirect: "manual",
    timeout: false,
    totalTimeout: options.timeoutMs,
    // The body is read inside, so that one that breaks off or hangs is retried and timed like a lost connection.
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      options.heard(response.headers.get("date"));
      const body = await response.arrayBuffer();
      return new Response(body.byteLength ? body : null, response);
    },
  });
}

function parse<T>(call: Call<T>, endpoint: string, text: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new SchemaError(
      `${endpoint}: the answer is not JSON.`,
      "Try again; a proxy may have answered in place of OpenRouter.",
    );
  }
  const result = call.schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join(".") || "(the whole answer)";
  throw new SchemaError(
    `${endpoint}: the answer's field ${field} is not as documented (${issue?.message ?? "unknown"}).`,
    "The API may have changed: update this extension, or report it.",
  );
}

/** A change whose answer was lost may be repeated, but it should not be taken for one that was refused. */
function warned(error: unknown, call: Call<unknown>): unknown {
  const lost = error instanceof NetworkError || error instanceof TimeoutError || error instanceof ServerError;
  if (!lost || call.method === "GET" || call.reads) return error;
  error.message += " It may have taken effect all the same.";
  return error;
}

function uncertain(call: Call<unknown>, cause: OpenRouterError): UncertainWriteError {
  return new UncertainWriteError(
    `${cause.message} All the same, ${call.creates} may have been created; it was not sent again.`,
    `Before you create it again, look for ${call.creates} in the list; if it is there, only its answer is lost.`,
    { status: cause.status, cause },
  );
}

function cancelled(endpoint: string): OpenRouterError {
  return new NetworkError(`${endpoint}: cancelled before the answer came.`, "Try again.");
}

/** Nothing reached a server that never accepted the connection. */
function refusedConnection(error: unknown): boolean {
  return ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"].includes(causeCode(error) ?? "");
}

function reason(error: unknown): string {
  const code = causeCode(error);
  if (code) return code;
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  return deepest instanceof Error ? deepest.message : String(deepest);
}

function causeCode(error: unknown): string | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    const code = (e as NodeJS.ErrnoException).code;
    if (typeof code === "string") return code;
  }
  return undefined;
}
