// Which failed tries are worth repeating, and which may have taken effect. Pure: decides on plain data.
import { IntermediaryError, NetworkError, type OpenRouterError, ServerError, TimeoutError } from "../errors.ts";

/** Statuses that may pass: rate limits, time-outs, and failures of OpenRouter or of Cloudflare before it. */
export const RETRY_STATUS: readonly number[] = [408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524];

/** Codes of connections that were never made: the server was not found, not reached or not trusted. */
const NEVER_SENT = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_HAS_EXPIRED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
];

/** How a try failed. Without a status there was no answer. */
export interface FailedAttempt {
  status?: number;
  /** True if the answer was the API's own error object. */
  isApiError?: boolean;
  /** The system's code of a failed connection. */
  code?: string;
  /** `Retry-After`. */
  retryAt?: Date;
}

/** Milliseconds before retry number `attempt` (from 1), where the API names no time. */
export function backoffMs(attempt: number): number {
  return 300 * 2 ** (attempt - 1);
}

/** False for a status that will not pass, and for a `Retry-After` beyond the deadline (milliseconds since the epoch). */
export function isWorthRetrying({ status, retryAt }: FailedAttempt, deadline: number): boolean {
  if (status === undefined) return true;
  if (!RETRY_STATUS.includes(status)) return false;
  return !retryAt || retryAt.getTime() <= deadline;
}

/**
 * True if the API itself postponed the request, or the connection was never made. After any other failure the request may
 * have taken effect.
 */
export function surelyHadNoEffect({ status, isApiError, code }: FailedAttempt): boolean {
  if (status === undefined) return code !== undefined && NEVER_SENT.includes(code);
  return isApiError === true && (status === 429 || status === 503);
}

/**
 * True if a write that failed this way may have reached OpenRouter.
 * @param code the system's code of a failed connection, such as ECONNREFUSED
 */
export function mayHaveTakenEffect(failure: OpenRouterError, code?: string): boolean {
  if (failure instanceof NetworkError) return code === undefined || !NEVER_SENT.includes(code);
  // A proxy that asks for a login has not passed the request on.
  if (failure instanceof IntermediaryError) return failure.status !== 407;
  return failure instanceof TimeoutError || failure instanceof ServerError;
}
