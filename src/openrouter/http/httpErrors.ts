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
import { excerpt } from "../text/printable.ts";
import { apiErrorOf, describeNonJson, messageOf } from "./responseBody.ts";
import { parseRetryAfter } from "./retryAfter.ts";

const MAX_MESSAGE_LENGTH = 300;
/** Statuses that refuse what was asked, whoever answers them. Any other is believed only in the API's own form. */
const REQUEST_REFUSALS = [400, 405, 411, 413, 414, 415, 422, 431];

export interface ErrorResponse {
  status: number;
  headers: Headers;
  /** Parsed where it is JSON, otherwise text. */
  body: unknown;
}

/** Turns a refusal into the error of its kind, with the words of whoever spoke (redacted) and a next step. */
export function httpError(
  { status, headers, body }: ErrorResponse,
  endpoint: string,
  redact: (text: string) => string,
): OpenRouterError {
  const error = apiErrorOf(body);
  const details = { status, code: error?.code };
  if (status >= 300 && status < 400) return redirectError(endpoint, headers, redact, status);
  const words = error?.message ?? messageOf(body);
  const said = words ? `: ${toSentence(redact(words))}` : ".";
  const text = `${endpoint} answered ${status}${said}`;

  if (status === 429)
    return rateLimitError(error || words ? text : `${endpoint} answered ${status}.`, headers, details);
  // A gateway's JSON that refuses the request itself is as good as the API's: it says nothing else.
  const ownWords = error ?? (REQUEST_REFUSALS.includes(status) ? words : undefined);
  if (!ownWords) return intermediaryError(endpoint, status, body, redact);
  if (status === 401)
    return new UnauthorizedError(
      text,
      `The key is wrong, revoked or expired: make a Provisioning (Management) key at ${managementKeysUrl}`,
      details,
    );
  if (status === 402)
    return new PaymentRequiredError(text, `The account's credits have run out: add some at ${creditsUrl}`, details);
  if (status === 403)
    return new ForbiddenError(
      text,
      `This needs a Provisioning (Management) key with the right to do it: ${managementKeysUrl}`,
      details,
    );
  if (status === 404) return new NotFoundError(text, "Check the id; list what there is first.", details);
  if (status === 408) return new TimeoutError(text, "Try again.", details);
  if (status >= 500) return new ServerError(text, "OpenRouter failed; try again in a minute.", details);
  return new BadRequestError(text, "Correct the request as the message says.", details);
}

/** An answer in nobody's form but a proxy's. @param body parsed where it is JSON, otherwise text */
export function intermediaryError(
  endpoint: string,
  status: number,
  body: unknown,
  redact: (text: string) => string,
): IntermediaryError {
  const words = messageOf(body);
  const what =
    typeof body === "string" ? describeNonJson(body) : words ? JSON.stringify(words) : "JSON of another form";
  return new IntermediaryError(
    redact(
      `${endpoint}: something between this computer and OpenRouter answered ${status} in its place (${excerpt(redact(what), MAX_MESSAGE_LENGTH)}).`,
    ),
    nextStep(status),
    { status },
  );
}

function nextStep(status: number): string {
  if (status === 407) return "The proxy asks for a user name and password: check the proxy settings.";
  if (status < 300)
    return "Sign in to the network if it asks for it, check the proxy and the base URL, then try again.";
  if (status >= 500) return "Try again in a minute; see https://status.openrouter.ai if it lasts.";
  return "It says nothing about the key or the account: check the proxy, firewall or VPN and the base URL, then try again.";
}

function redirectError(
  endpoint: string,
  headers: Headers,
  redact: (text: string) => string,
  status: number,
): RedirectError {
  const target = headers.get("location") ?? "an unnamed place";
  const host = URL.canParse(target) ? new URL(target).host : "another address";
  return new RedirectError(
    redact(`${endpoint} was redirected (${status}) to ${host}; refused, nothing was sent there.`),
    "Check the base URL and the proxy.",
    { status },
  );
}

function rateLimitError(text: string, headers: Headers, details: { status: number; code?: string }): RateLimitError {
  const at = parseRetryAfter(headers.get("retry-after"));
  const when = at
    ? `Try again at ${at.toISOString()} (in ${Math.max(0, Math.ceil((at.getTime() - Date.now()) / 1000))} s).`
    : "Try again in a minute.";
  const failure = new RateLimitError(text, when, details);
  failure.retryAt = at;
  return failure;
}

/** Somebody's words, cut and closed with one full stop. */
const toSentence = (text: string) => excerpt(text, MAX_MESSAGE_LENGTH).replace(/\.?\s*$/, ".");
