import * as vscode from "vscode";
import {
  AcceptedWriteError,
  ClientEndedError,
  ForbiddenError,
  InferenceKeyError,
  IntermediaryError,
  NetworkError,
  NotAppliedError,
  NotFoundError,
  OpenRouterError,
  OriginError,
  PaymentRequiredError,
  RateLimitError,
  RedirectError,
  ResponseTooLargeError,
  SchemaError,
  ServerError,
  TimeoutError,
  UnauthorizedError,
  UncertainWriteError,
} from "../../openrouter/errors.ts";
import { formatTime } from "../../openrouter/text/format.ts";

/** What went wrong and what to do now, in the reader's language; what was asked and answered follows in brackets. */
export function errorText(error: unknown): string {
  if (error instanceof ClientEndedError)
    return vscode.l10n.t("The account was changed meanwhile. Nothing was sent; begin again.");
  if (!(error instanceof OpenRouterError)) return error instanceof Error ? error.message : String(error);
  const meaning = meaningOf(error);
  return meaning ? `${meaning} [${error.message}]` : `${error.message} ${error.nextStep}`;
}

/** Undefined for refusals of what was asked: the API's own words say it best. */
function meaningOf(error: OpenRouterError): string | undefined {
  const t = vscode.l10n.t;
  if (error instanceof UncertainWriteError)
    return t(
      "The answer was lost: what was to be created may exist. It was not sent again; look in the list before you create it again.",
    );
  if (error instanceof AcceptedWriteError)
    return t("OpenRouter accepted the change, but its answer could not be read. Refresh to see what there is now.");
  if (error instanceof NotAppliedError)
    return t("OpenRouter answered with success, but has not done what was asked. Try again.");
  if (error instanceof IntermediaryError)
    return t(
      "Something between this computer and OpenRouter answered in its place: a proxy, a firewall or a sign-in page. Check the network and the proxy, then try again.",
    );
  if (error instanceof PaymentRequiredError) return t("The credits have run out. Add some at OpenRouter.");
  if (error instanceof ResponseTooLargeError)
    return t("The answer was too large to be OpenRouter's. Check the proxy and the base URL.");
  if (error instanceof InferenceKeyError)
    return t("This is an inference key: it cannot manage the account. Set a Provisioning (Management) key.");
  if (error instanceof UnauthorizedError)
    return t("OpenRouter does not accept the key: it is wrong, revoked or expired. Set another one.");
  if (error instanceof ForbiddenError) return t("OpenRouter does not allow this key to do that.");
  if (error instanceof NotFoundError)
    return t("OpenRouter does not know this any more: it may have been deleted elsewhere. Refresh the view.");
  if (error instanceof RateLimitError)
    return error.retryAt
      ? t("OpenRouter was asked too often. Try again at {0}.", formatTime(error.retryAt, vscode.env.language))
      : t("OpenRouter was asked too often. Try again in a minute.");
  if (error instanceof ServerError) return t("OpenRouter failed. Try again in a minute.");
  if (error instanceof TimeoutError) return t("OpenRouter did not answer in time. Try again.");
  if (error instanceof NetworkError)
    return t("OpenRouter could not be reached. Check the network, the proxy and the base URL.");
  if (error instanceof RedirectError)
    return t("The request was redirected and not followed. Check the base URL and the proxy.");
  if (error instanceof SchemaError)
    return t("OpenRouter's answer is not as documented. Update the extension, or report it.");
  if (error instanceof OriginError)
    return t("The key is sent only to OpenRouter or to this computer. Correct the base URL in the settings.");
  return undefined;
}
