// Which failures are worth another try, and after which of them an earlier try may have taken effect.
import { HTTPError } from "ky";
import { apiErrorOf } from "./answer.ts";
import { IntermediaryError, NetworkError, type OpenRouterError, ServerError, TimeoutError } from "./errors.ts";
import { parseRetryAfter } from "./retryAfter.ts";

/** Statuses that may pass: rate limits, time-outs, and failures of OpenRouter or of Cloudflare before it. */
export const RETRY_STATUS = [408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524];

/** Nothing reached a server that was not found, not reached or not trusted. */
const NEVER_SENT = [
  ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"],
  ...["DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
  ...["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "CERT_HAS_EXPIRED", "ERR_TLS_CERT_ALTNAME_INVALID"],
];

/** Milliseconds before try number `attempt` (from 1), where the API names no time. */
export const backoff = (attempt: number): number => 300 * 2 ** (attempt - 1);

/** False where a retry is of no use: another status, or a `Retry-After` beyond the time that is left. */
export function isWorthRetrying(error: Error, deadline: number): boolean {
  if (!(error instanceof HTTPError)) return true;
  if (!RETRY_STATUS.includes(error.response.status)) return false;
  const at = parseRetryAfter(error.response.headers.get("retry-after"));
  return !at || at.getTime() <= deadline;
}

/** True where the API itself put a request off: any other failure may have come after the request took effect. */
export function isPutOff(error: Error): boolean {
  return (
    error instanceof HTTPError && [429, 503].includes(error.response.status) && apiErrorOf(error.data) !== undefined
  );
}

/** True if a write that failed so may have reached OpenRouter. @param cause what was thrown for it */
export function mayHaveTakenEffect(failure: OpenRouterError, cause: unknown): boolean {
  if (failure instanceof NetworkError) return !NEVER_SENT.includes(causeCode(cause) ?? "");
  // A proxy that asks for a login has not passed the request on.
  if (failure instanceof IntermediaryError) return failure.status !== 407;
  return failure instanceof TimeoutError || failure instanceof ServerError;
}

/** The system's or the library's code of an error, such as ECONNREFUSED, from wherever in its causes it is. */
export function causeCode(error: unknown): string | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    const code = (e as NodeJS.ErrnoException).code;
    if (typeof code === "string") return code;
  }
  return undefined;
}
