// Decides which failed attempts to retry, and which may have taken effect. Pure.
import { IntermediaryError, NetworkError, type OpenRouterError, ServerError, TimeoutError } from "../errors.ts";
import type { ConnectionFailure, FailedLink } from "./failedLink.ts";

/** Temporary statuses: rate limits, timeouts, and failures of OpenRouter or of Cloudflare in front of it. */
export const RETRY_STATUS: readonly number[] = [408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524];

/** Links that need a person: another attempt fails in the same way. */
const PERMANENT: readonly FailedLink[] = [
  "proxyCredentials",
  "proxyProtocol",
  "certificateUnknown",
  "certificateExpired",
  "certificateHost",
];

/** A failed attempt; without a status there was no response. */
export interface FailedAttempt {
  status?: number;
  /** True if the body was the API's error object. */
  isApiError?: boolean;
  /** The link of the connection that failed. */
  connection?: ConnectionFailure;
  /** `Retry-After`. */
  retryAt?: Date;
}

/** Milliseconds to wait before retry number `attempt` (from 1) without a `Retry-After`. */
export function backoffMs(attempt: number): number {
  return 300 * 2 ** (attempt - 1);
}

/** How long `fetch` tries to connect; an attempt that can't end before the deadline would look as if it had been sent. */
const CONNECT_MS = 11_000;

/**
 * False for a permanent status or a link that fails again, and for a `Retry-After` beyond the deadline (milliseconds since
 * the epoch).
 */
export function isWorthRetrying(
  { status, connection, retryAt }: FailedAttempt,
  deadline: number,
  now: number = Date.now(),
): boolean {
  if (connection?.reason === "UND_ERR_CONNECT_TIMEOUT" && now + CONNECT_MS > deadline) return false;
  if (connection?.link === "proxyRefused") return RETRY_STATUS.includes(Number(connection.reason));
  if (status === undefined) return !connection || !PERMANENT.includes(connection.link);
  if (!RETRY_STATUS.includes(status)) return false;
  return !retryAt || retryAt.getTime() <= deadline;
}

/**
 * True if the API itself postponed the request, or no connection was established. After any other failure the request may
 * have taken effect.
 */
export function surelyHadNoEffect({ status, isApiError, connection }: FailedAttempt): boolean {
  if (status === undefined) return connection?.beforeRequest === true;
  return isApiError === true && (status === 429 || status === 503);
}

/** True if a write that failed this way may have reached OpenRouter. */
export function mayHaveTakenEffect(failure: OpenRouterError): boolean {
  if (failure instanceof NetworkError || failure instanceof IntermediaryError)
    return failure.connection?.beforeRequest !== true;
  return failure instanceof TimeoutError || failure instanceof ServerError;
}
