// Decides which failed attempts to retry, and which may have taken effect. Pure.
import { IntermediaryError, NetworkError, type OpenRouterError, ServerError, TimeoutError } from "../errors.ts";

/** Temporary statuses: rate limits, timeouts, and failures of OpenRouter or of Cloudflare in front of it. */
export const RETRY_STATUS: readonly number[] = [408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524];

/** Error codes of connections that were never established: the server was not found, not reachable or not trusted. */
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

/** A failed attempt; without a status there was no response. */
export interface FailedAttempt {
  status?: number;
  /** True if the body was the API's error object. */
  isApiError?: boolean;
  /** The system's error code of a failed connection. */
  code?: string;
  /** `Retry-After`. */
  retryAt?: Date;
}

/** Milliseconds to wait before retry number `attempt` (from 1) without a `Retry-After`. */
export function backoffMs(attempt: number): number {
  return 300 * 2 ** (attempt - 1);
}

/** False for a permanent status, and for a `Retry-After` beyond the deadline (milliseconds since the epoch). */
export function isWorthRetrying({ status, retryAt }: FailedAttempt, deadline: number): boolean {
  if (status === undefined) return true;
  if (!RETRY_STATUS.includes(status)) return false;
  return !retryAt || retryAt.getTime() <= deadline;
}

/**
 * True if the API itself postponed the request, or no connection was established. After any other failure the request may
 * have taken effect.
 */
export function surelyHadNoEffect({ status, isApiError, code }: FailedAttempt): boolean {
  if (status === undefined) return code !== undefined && NEVER_SENT.includes(code);
  return isApiError === true && (status === 429 || status === 503);
}

/**
 * True if a write that failed this way may have reached OpenRouter.
 * @param code the system's error code of a failed connection, such as ECONNREFUSED
 */
export function mayHaveTakenEffect(failure: OpenRouterError, code?: string): boolean {
  if (failure instanceof NetworkError) return code === undefined || !NEVER_SENT.includes(code);
  // A proxy that asks for credentials has not forwarded the request.
  if (failure instanceof IntermediaryError) return failure.status !== 407;
  return failure instanceof TimeoutError || failure instanceof ServerError;
}
