import {
  ForbiddenError,
  IntermediaryError,
  NetworkError,
  OpenRouterError,
  OriginError,
  RateLimitError,
  ServerError,
  TimeoutError,
  UnauthorizedError,
} from "../../openrouter/errors.ts";
import type { FailedLink } from "../../openrouter/http/failedLink.ts";
import type { ViewState } from "../platform/ids.ts";

const stateByLink: Partial<Record<FailedLink, ViewState>> = {
  proxyNotFound: "proxy",
  proxyUnreachable: "proxy",
  proxyRefused: "proxy",
  proxyProtocol: "proxy",
  proxyCredentials: "proxyCredentials",
  certificateUnknown: "certificate",
  certificateExpired: "certificate",
  certificateHost: "certificate",
};

/** Maps the error of a request to the view state; each state has its own welcome view. */
export function viewStateForError(error: unknown): ViewState {
  const link = error instanceof OpenRouterError ? error.connection?.link : undefined;
  if (link) return stateByLink[link] ?? "offline";
  if ([UnauthorizedError, ForbiddenError].some((kind) => error instanceof kind)) return "wrongKey";
  if ([NetworkError, TimeoutError, IntermediaryError].some((kind) => error instanceof kind)) return "offline";
  if (error instanceof OriginError) return "baseUrl";
  if (error instanceof RateLimitError) return "rateLimited";
  if (error instanceof ServerError) return "serverError";
  return "error";
}
