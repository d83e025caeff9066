import { HTTPError, isTimeoutError } from "ky";
import {
  AcceptedWriteError,
  NetworkError,
  OpenRouterError,
  ResponseTooLargeError,
  TimeoutError,
  UncertainWriteError,
} from "../errors.ts";
import { type Call, queryString } from "./call.ts";
import { causeCode, deepestMessage } from "./causes.ts";
import { createHttp, type HttpOptions } from "./http.ts";
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

/** Anything shorter is not an OpenRouter key, and may occur in any answer. */
const MIN_KEY_LENGTH = 16;

export interface TransportOptions extends HttpOptions {
  baseUrl: string;
  /** Makes the API's words safe to show. */
  redact(text: string): string;
}

export type Transport = <T>(call: Call<T>, signal?: AbortSignal) => Promise<T>;

/** Sends a call, retries what may be repeated, validates the answer, and turns every failure into an OpenRouterError. */
export function createTransport(options: TransportOptions): Transport {
  const { baseUrl, timeoutMs, redact } = options;
  const http = createHttp(options);
  // As a whole word, in any case: a new key may begin as ours does, and a short one may stand in any text.
  const ownKey = new RegExp(`(?<![\\w-])${options.key.replace(/[^\w-]/g, "\\$&")}(?![\\w-])`, "i");
  const isOwnKeyIn = (text: string) => options.key.length >= MIN_KEY_LENGTH && ownKey.test(text);

  async function send<T>(call: Call<T>, signal?: AbortSignal): Promise<T> {
    const endpoint = `${call.method} ${call.path}`;
    const url = `${baseUrl}${call.path}${queryString(call.query)}`;
    const deadline = Date.now() + timeoutMs - 1000;
    // An earlier try may have taken effect although its answer was lost.
    let repeated = false;
    try {
      const response = await http(url, {
        method: call.method,
        json: call.body,
        signal,
        retry: {
          limit: call.creates ? 0 : 3,
          methods: ["get", "post", "patch", "delete"],
          statusCodes: [...RETRY_STATUS],
          afterStatusCodes: [429, 503],
          delay: backoffMs,
          shouldRetry: ({ error }) => {
            // A wait that does not fit into the time left is reported instead of slept through.
            const failed = toFailedAttempt(error);
            if (!isWorthRetrying(failed, deadline)) return false;
            repeated ||= !surelyHadNoEffect(failed);
            return undefined;
          },
        },
      });
      return parseResponse(call, {
        endpoint,
        status: response.status,
        text: await response.text(),
        redact,
        isOwnKeyIn,
      });
    } catch (error) {
      if (signal?.aborted) throw call.creates ? uncertainWriteError(call, cancelledError(endpoint)) : signal.reason;
      const isGone = error instanceof HTTPError && error.response.status === 404 && isApiBody(error.data);
      // Gone after a repeated DELETE: the first one took effect and its answer was lost.
      if (repeated && isGone && call.whenGone !== undefined) return call.whenGone;
      throw toFailure(error, call, endpoint, repeated);
    }
  }

  function toFailure(error: unknown, call: Call<unknown>, endpoint: string, repeated: boolean): unknown {
    const failure = toOpenRouterError(error, endpoint);
    const accepted = failure instanceof AcceptedWriteError || failure instanceof ResponseTooLargeError;
    const uncertainNow = accepted || mayHaveTakenEffect(failure, causeCode(error));
    if (call.creates) return uncertainNow ? uncertainWriteError(call, failure) : failure;
    if (!isWrite(call) || !(uncertainNow || repeated)) return failure;
    failure.mayHaveTakenEffect = true;
    if (!(failure instanceof AcceptedWriteError)) failure.message += " It may have taken effect all the same.";
    return failure;
  }

  function toOpenRouterError(error: unknown, endpoint: string): OpenRouterError {
    if (error instanceof OpenRouterError) {
      if (error instanceof ResponseTooLargeError) error.message = `${endpoint}: ${error.message}`;
      return error;
    }
    if (error instanceof HTTPError) {
      const { status, headers } = error.response;
      return httpError({ status, headers, body: error.data ?? "" }, endpoint, redact);
    }
    if (isTimeoutError(error))
      return new TimeoutError(
        `${endpoint}: no answer within ${timeoutMs / 1000} s.`,
        "Try again; see https://status.openrouter.ai if it lasts.",
      );
    return new NetworkError(
      redact(`${endpoint}: no connection to ${new URL(baseUrl).host} (${causeCode(error) ?? deepestMessage(error)}).`),
      "Check the network, proxy and base URL, then try again.",
    );
  }

  return send;
}

function toFailedAttempt(error: unknown): FailedAttempt {
  if (!(error instanceof HTTPError)) return { code: causeCode(error) };
  const { status, headers } = error.response;
  return {
    status,
    isApiError: apiErrorOf(error.data) !== undefined,
    retryAt: parseRetryAfter(headers.get("retry-after")),
  };
}

function uncertainWriteError(call: Call<unknown>, cause: OpenRouterError): UncertainWriteError {
  const failure = new UncertainWriteError(
    `${cause.message} All the same, ${call.creates} may have been created; it was not sent again.`,
    `Before you create it again, look for ${call.creates} in the list; if it is there, only its answer is lost.`,
    { status: cause.status, cause },
  );
  failure.mayHaveTakenEffect = true;
  return failure;
}

function cancelledError(endpoint: string): OpenRouterError {
  return new NetworkError(`${endpoint}: cancelled before the answer came.`, "Try again.");
}
