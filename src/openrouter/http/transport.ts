import { HTTPError, isTimeoutError } from "ky";
import {
  AcceptedWriteError,
  IntermediaryError,
  NetworkError,
  OpenRouterError,
  ResponseTooLargeError,
  TimeoutError,
  UncertainWriteError,
} from "../errors.ts";
import { type Call, queryString } from "./call.ts";
import { deepestMessage } from "./causes.ts";
import { connectionError } from "./connectionError.ts";
import { type ConnectionFailure, findFailedLink } from "./failedLink.ts";
import { createHttp, type HttpOptions, isCached } from "./http.ts";
import { httpError } from "./httpErrors.ts";
import { isWrite, parseResponse } from "./parseResponse.ts";
import { apiErrorOf, isApiBody } from "./responseBody.ts";
import { parseRetryAfter } from "./retryAfter.ts";
import {
  backoffMs,
  type FailedAttempt,
  isWorthRetrying,
  mayHaveTakenEffect,
  RETRY_STATUS,
  surelyHadNoEffect,
} from "./retryPolicy.ts";

/** Anything shorter is not an OpenRouter key and could occur in any response. */
const MIN_KEY_LENGTH = 16;

export interface TransportOptions extends HttpOptions {
  baseUrl: string;
  /** Removes secrets from the API's messages. */
  redact(text: string): string;
}

/** @param hasOtherWay true to give up once no connection is established */
export type Transport = <T>(call: Call<T>, signal?: AbortSignal, hasOtherWay?: boolean) => Promise<T>;

/** Creates a function that sends a call, retries it where allowed, parses the response, and throws only OpenRouterErrors. */
export function createTransport(options: TransportOptions): Transport {
  const { baseUrl, timeoutMs, redact } = options;
  const http = createHttp(options);
  // Matched as a whole word, ignoring case: a new key could begin with the characters of ours.
  const ownKey = new RegExp(`(?<![\\w-])${options.key.replace(/[^\w-]/g, "\\$&")}(?![\\w-])`, "i");
  const isOwnKeyIn = (text: string) => options.key.length >= MIN_KEY_LENGTH && ownKey.test(text);

  async function send<T>(call: Call<T>, signal?: AbortSignal, hasOtherWay = false): Promise<T> {
    const endpoint = `${call.method} ${call.path}`;
    const url = `${baseUrl}${call.path}${queryString(call.query)}`;
    const deadline = Date.now() + timeoutMs - 1000;
    // True once an earlier attempt may have taken effect although its response was lost.
    let earlierMayHaveTakenEffect = false;
    // The link that the previous attempt of a read failed at, for a retry that runs out of time. A write may have been sent by then.
    let earlier: ConnectionFailure | undefined;
    try {
      const response = await http(url, {
        method: call.method,
        json: call.body,
        signal,
        retry: {
          limit: call.creates || call.isDirect ? 0 : 3,
          methods: ["get", "post", "put", "patch", "delete"],
          statusCodes: [...RETRY_STATUS],
          afterStatusCodes: [429, 503],
          delay: backoffMs,
          shouldRetry: ({ error }) => {
            const failed = toFailedAttempt(error, url);
            earlier = isWrite(call) ? undefined : failed.connection && { ...failed.connection, beforeRequest: false };
            // Reports the error now if `Retry-After` lies beyond the deadline.
            if (!isWorthRetrying(failed, deadline) || (hasOtherWay && failed.connection?.beforeRequest)) return false;
            earlierMayHaveTakenEffect ||= !surelyHadNoEffect(failed);
            return undefined;
          },
        },
      });
      refuseCached(call, response);
      return parseResponse(call, {
        endpoint,
        status: response.status,
        text: await response.text(),
        redact,
        isOwnKeyIn,
      });
    } catch (error) {
      if (signal?.aborted)
        throw call.creates ? uncertainWriteError(redact(call.creates), cancelledError(endpoint)) : signal.reason;
      if (error instanceof HTTPError) refuseCached(call, error.response);
      const isGone = error instanceof HTTPError && error.response.status === 404 && isApiBody(error.data);
      // 404 for a repeated DELETE: an earlier attempt took effect and its response was lost.
      if (earlierMayHaveTakenEffect && isGone && call.whenGone !== undefined) return call.whenGone;
      const connection = findFailedLink(error, url) ?? (isTimeoutError(error) ? earlier : undefined);
      throw toFailure({ error, call, endpoint, connection, earlierMayHaveTakenEffect });
    }
  }

  function toFailure({ error, call, endpoint, connection, earlierMayHaveTakenEffect }: Attempts): unknown {
    const failure = toOpenRouterError(error, endpoint, connection);
    const accepted = failure instanceof AcceptedWriteError || failure instanceof ResponseTooLargeError;
    const isUncertain = accepted || mayHaveTakenEffect(failure);
    // Only the API knows that it has postponed the request: a proxy may answer so after it has forwarded it.
    const isForeignLimit = error instanceof HTTPError && error.response.status === 429 && !apiErrorOf(error.data);
    if (call.creates)
      return isUncertain || isForeignLimit ? uncertainWriteError(redact(call.creates), failure) : failure;
    if (!isWrite(call) || !(isUncertain || earlierMayHaveTakenEffect)) return failure;
    failure.mayHaveTakenEffect = true;
    if (!(failure instanceof AcceptedWriteError)) failure.message += " It may have taken effect anyway.";
    return failure;
  }

  function toOpenRouterError(error: unknown, endpoint: string, connection?: ConnectionFailure): OpenRouterError {
    if (error instanceof OpenRouterError) {
      if (error instanceof ResponseTooLargeError) error.message = `${endpoint}: ${error.message}`;
      return error;
    }
    if (error instanceof HTTPError) {
      const { status, headers } = error.response;
      return httpError({ status, headers, body: error.data ?? "" }, endpoint, redact);
    }
    if (connection) return connectionError(endpoint, connection, redact);
    if (isTimeoutError(error))
      return new TimeoutError(
        `${endpoint}: no response within ${timeoutMs / 1000} s.`,
        "Try again. If it keeps failing, check the network and the proxy, or see https://status.openrouter.ai.",
      );
    return new NetworkError(
      redact(`${endpoint}: no connection to ${new URL(baseUrl).host} (${deepestMessage(error)}).`),
      "Check the network, the proxy and the base URL, then try again.",
    );
  }

  return send;
}

/** A call whose last attempt failed. */
interface Attempts {
  error: unknown;
  call: Call<unknown>;
  endpoint: string;
  connection: ConnectionFailure | undefined;
  earlierMayHaveTakenEffect: boolean;
}

function toFailedAttempt(error: unknown, url: string): FailedAttempt {
  if (!(error instanceof HTTPError)) return { connection: findFailedLink(error, url) };
  const { status, headers } = error.response;
  return {
    status,
    isApiError: apiErrorOf(error.data) !== undefined,
    retryAt: parseRetryAfter(headers.get("retry-after")),
  };
}

/** @throws IntermediaryError if the call is to be answered by OpenRouter itself, and a cache did */
function refuseCached({ isDirect, method, path }: Call<unknown>, { status, headers }: Response): void {
  if (!isDirect || !isCached(headers)) return;
  throw new IntermediaryError(
    `${method} ${path}: a cache between this computer and OpenRouter answered with ${status}.`,
    "Check the proxy, then try again.",
    { status },
  );
}

/** @param created redacted, since a name may hold a secret */
function uncertainWriteError(created: string, cause: OpenRouterError): UncertainWriteError {
  const failure = new UncertainWriteError(
    `${cause.message} Even so, ${created} may have been created; the request was not sent again.`,
    `Before you create it again, look for ${created} in the list: if it is there, only the response was lost.`,
    { status: cause.status, connection: cause.connection, cause },
  );
  failure.mayHaveTakenEffect = true;
  return failure;
}

function cancelledError(endpoint: string): OpenRouterError {
  return new NetworkError(`${endpoint}: cancelled before the response arrived.`, "Try again.");
}
