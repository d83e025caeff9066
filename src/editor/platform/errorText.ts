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
import { connectionProblem } from "./connectionText.ts";
import { displayLocale } from "./locale.ts";
import { unreachableText } from "./unreachableText.ts";

/** Returns what went wrong and what to do next, localized; the technical message follows in brackets. */
export function errorText(error: unknown): string {
  if (error instanceof ClientEndedError)
    return vscode.l10n.t("The account was switched or removed, so nothing was sent. Start again.");
  if (!(error instanceof OpenRouterError)) return error instanceof Error ? error.message : String(error);
  const explanation = explain(error);
  // The explanation of a failed connection says all but the system's code.
  const technical = error.connection && !error.mayHaveTakenEffect ? error.connection.reason : error.message;
  return explanation ? `${explanation} [${technical}]` : `${error.message} ${error.nextStep}`;
}

/** Returns undefined if the API rejected the request itself: its own message is the most helpful then. */
function explain(error: OpenRouterError): string | undefined {
  const t = vscode.l10n.t;
  if (error instanceof UncertainWriteError)
    return t(
      "The response was lost, so it may have been created. It wasn't sent again. Check the list before you try again.",
    );
  if (error instanceof AcceptedWriteError)
    return t("OpenRouter accepted the change, but its response couldn't be read. Refresh to see the current state.");
  if (error instanceof NotAppliedError) return t("OpenRouter reported success but didn't apply the change. Try again.");
  if (error instanceof NetworkError || error instanceof IntermediaryError || error instanceof TimeoutError) {
    const { problem, cure, link } = connectionProblem(error) ?? {};
    if (link === "timeout") return `${problem} ${cure}`;
    if (link) return [t("Couldn't reach OpenRouter."), problem, cure].join(" ");
  }
  if (error instanceof PaymentRequiredError) return t("You're out of credits. Add more at OpenRouter.");
  if (error instanceof ResponseTooLargeError)
    return t("The response is too large to come from OpenRouter. Check the proxy and the base URL.");
  if (error instanceof InferenceKeyError)
    return t("This is an inference key. It can't manage the account. Set a Provisioning (Management) key.");
  if (error instanceof UnauthorizedError)
    return t("OpenRouter rejected the key. It may be wrong, revoked or expired. Set another key.");
  if (error instanceof ForbiddenError) return t("This key isn't allowed to do that.");
  if (error instanceof NotFoundError)
    return t("Not found at OpenRouter. It may have been deleted elsewhere. Refresh the view.");
  if (error instanceof RateLimitError)
    return error.retryAt
      ? t("Rate limit reached. Try again at {0}.", formatTime(error.retryAt, displayLocale()))
      : t("Rate limit reached. Try again in a minute.");
  if (error instanceof ServerError) return t("OpenRouter had a server error. Try again in a minute.");
  if (error instanceof NetworkError) return unreachableText();
  if (error instanceof RedirectError)
    return t("The request was redirected, and redirects aren't followed. Check the base URL and the proxy.");
  if (error instanceof SchemaError)
    return t("OpenRouter's response doesn't match its documentation. Update the extension or report the problem.");
  if (error instanceof OriginError)
    return t("The key can only be sent to OpenRouter or to this computer. Correct the base URL in the settings.");
  return undefined;
}
