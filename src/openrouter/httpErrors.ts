import type { HTTPError } from "ky";
import {
  BadRequestError,
  ForbiddenError,
  NotFoundError,
  type OpenRouterError,
  RateLimitError,
  RedirectError,
  ServerError,
  UnauthorizedError,
} from "./errors.ts";
import { parseRetryAfter } from "./retryAfter.ts";

const KEYS_PAGE = "https://openrouter.ai/settings/management-keys";

/** Turns a refusal into the error of its kind, with the API's own words (made safe) and a next step. */
export function httpError(error: HTTPError, endpoint: string, safe: (text: string) => string): OpenRouterError {
  const { status, headers } = error.response;
  const { message, code } = apiError(error.data);
  const said = message
    ? `: ${safe(message)
        .slice(0, 300)
        .replace(/\.?\s*$/, ".")}`
    : ".";
  const text = `${endpoint} answered ${status}${said}`;
  const details = { status, code };

  if (status >= 300 && status < 400) {
    const target = headers.get("location") ?? "an unnamed place";
    const host = URL.canParse(target) ? new URL(target).host : "another address";
    return new RedirectError(
      safe(`${endpoint} was redirected (${status}) to ${host}; refused, nothing was sent there.`),
      "Check the base URL and the proxy.",
      details,
    );
  }
  if (status === 401)
    return new UnauthorizedError(
      text,
      `The key is wrong, revoked or expired: make a Provisioning (Management) key at ${KEYS_PAGE}`,
      details,
    );
  if (status === 403)
    return new ForbiddenError(
      text,
      `This needs a Provisioning (Management) key with the right to do it: ${KEYS_PAGE}`,
      details,
    );
  if (status === 404) return new NotFoundError(text, "Check the id; list what there is first.", details);
  if (status === 429) return rateLimited(text, headers.get("retry-after"), details);
  if (status >= 500) return new ServerError(text, "OpenRouter failed; try again in a minute.", details);
  return new BadRequestError(text, "Correct the request as the message says.", details);
}

function rateLimited(text: string, header: string | null, details: { status: number; code?: string }): RateLimitError {
  const at = parseRetryAfter(header);
  const when = at
    ? `Try again at ${at.toISOString()} (in ${Math.max(0, Math.ceil((at.getTime() - Date.now()) / 1000))} s).`
    : "Try again in a minute.";
  const failure = new RateLimitError(text, when, details);
  failure.retryAt = at;
  return failure;
}

function apiError(data: unknown): { message?: string; code?: string } {
  // A page is what a proxy says, not the API.
  if (typeof data === "string") return { message: data.trimStart().startsWith("<") ? "an HTML page" : data };
  const error = (data as { error?: unknown } | undefined)?.error;
  if (typeof error === "string") return { message: error };
  const { message, code } = (error ?? {}) as { message?: unknown; code?: unknown };
  return {
    message: typeof message === "string" ? message : undefined,
    code: typeof code === "string" || typeof code === "number" ? String(code) : undefined,
  };
}
