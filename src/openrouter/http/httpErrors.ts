import {
  BadRequestError,
  ForbiddenError,
  IntermediaryError,
  NotFoundError,
  type OpenRouterError,
  PaymentRequiredError,
  RateLimitError,
  RedirectError,
  ServerError,
  TimeoutError,
  UnauthorizedError,
} from "../errors.ts";
import { creditsUrl, managementKeysUrl } from "../links.ts";
import { excerpt, printable } from "../text/printable.ts";
import { apiErrorOf, describeNonJson, messageOf } from "./responseBody.ts";
import { parseRetryAfter } from "./retryAfter.ts";

const MAX_MESSAGE_LENGTH = 300;
/** Statuses that reject the request itself, whoever sends them. Any other status counts only with the API's error object. */
const REQUEST_REFUSALS = [400, 405, 411, 413, 414, 415, 422, 431];

export interface ErrorResponse {
  status: number;
  headers: Headers;
  /** Parsed JSON, otherwise text. */
  body: unknown;
}

/** Converts an error response to the matching OpenRouterError, with its redacted message and a next step. */
export function httpError(
  { status, headers, body }: ErrorResponse,
  endpoint: string,
  redact: (text: string) => string,
): OpenRouterError {
  const error = apiErrorOf(body);
  if (status >= 300 && status < 400) return redirectError(endpoint, headers, redact, status);
  const message = error?.message ?? messageOf(body);
  const apiMessage = message && toSentence(printable(message, redact));
  const details = { status, code: error?.code, apiMessage };
  const text = `${endpoint} returned ${status}${apiMessage ? `: ${apiMessage}` : "."}`;

  if (status === 429) return rateLimitError(text, headers, details);
  // A gateway's JSON that rejects the request itself is as trustworthy as the API's.
  const trusted = error ?? (REQUEST_REFUSALS.includes(status) ? message : undefined);
  if (!trusted) return intermediaryError(endpoint, status, body, redact);
  if (status === 401)
    return new UnauthorizedError(
      text,
      `The key is wrong, revoked or expired. Create a Provisioning (Management) key at ${managementKeysUrl}`,
      details,
    );
  if (status === 402)
    return new PaymentRequiredError(text, `The account is out of credits. Add credits at ${creditsUrl}`, details);
  if (status === 403)
    return new ForbiddenError(
      text,
      `This needs a Provisioning (Management) key with the right permissions: ${managementKeysUrl}`,
      details,
    );
  if (status === 404) return new NotFoundError(text, "Check the id against the list.", details);
  if (status === 408) return new TimeoutError(text, "Try again.", details);
  if (status >= 500) return new ServerError(text, "OpenRouter failed. Try again in a minute.", details);
  return new BadRequestError(text, "Correct the request as described.", details);
}

/** A proxy that asks for credentials has not forwarded the request. */
const CREDENTIALS_REQUIRED = { link: "proxyCredentials", host: "", reason: "407", beforeRequest: true } as const;

/** Creates the error for a response that doesn't come from the API. @param body parsed JSON, otherwise text */
export function intermediaryError(
  endpoint: string,
  status: number,
  body: unknown,
  redact: (text: string) => string,
): IntermediaryError {
  const message = messageOf(body);
  const content =
    typeof body === "string" ? describeNonJson(body) : message ? JSON.stringify(message) : "JSON in another format";
  return new IntermediaryError(
    redact(
      `${endpoint}: something between this computer and OpenRouter returned ${status} instead (${excerpt(redact(content), MAX_MESSAGE_LENGTH)}).`,
    ),
    nextStep(status),
    { status, connection: status === 407 ? CREDENTIALS_REQUIRED : undefined },
  );
}

function nextStep(status: number): string {
  if (status === 407) return "The proxy requires a user name and password. Check the proxy settings.";
  if (status < 300) return "Sign in to the network if required, check the proxy and the base URL, then try again.";
  if (status >= 500) return "Try again in a minute. If it keeps failing, see https://status.openrouter.ai.";
  return "This says nothing about the key or the account. Check the proxy, firewall or VPN and the base URL, then try again.";
}

function redirectError(
  endpoint: string,
  headers: Headers,
  redact: (text: string) => string,
  status: number,
): RedirectError {
  const target = headers.get("location") ?? "";
  const host = URL.canParse(target) ? new URL(target).host : "another address";
  return new RedirectError(
    redact(`${endpoint} was redirected (${status}) to ${host}. Redirects aren't followed; nothing was sent there.`),
    "Check the base URL and the proxy.",
    { status },
  );
}

function rateLimitError(
  text: string,
  headers: Headers,
  details: { status: number; code?: string; apiMessage?: string },
): RateLimitError {
  const at = parseRetryAfter(headers.get("retry-after"));
  const when = at
    ? `Try again at ${at.toISOString()} (in ${Math.max(0, Math.ceil((at.getTime() - Date.now()) / 1000))} s).`
    : "Try again in a minute.";
  const failure = new RateLimitError(text, when, details);
  failure.retryAt = at;
  return failure;
}

/** Shortens a message and ends it with exactly one full stop. */
const toSentence = (text: string) => excerpt(text, MAX_MESSAGE_LENGTH).replace(/\.?\s*$/, ".");
