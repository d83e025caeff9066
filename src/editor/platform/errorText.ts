import * as vscode from "vscode";
import {
  AcceptedWriteError,
  BadRequestError,
  ClientEndedError,
  ForbiddenError,
  InferenceKeyError,
  InvalidInputError,
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
  UnauthorizedError,
  UncertainWriteError,
} from "../../openrouter/errors.ts";
import { formatTime } from "../../openrouter/text/format.ts";
import { connectionProblem } from "./connectionText.ts";
import { displayLocale } from "./locale.ts";
import { messageOf } from "./messageOf.ts";
import { quoted } from "./quoted.ts";
import { unreachableText } from "./unreachableText.ts";
import { withoutIds } from "./withoutIds.ts";

const MAX_API_MESSAGE = 300;

/**
 * Returns what went wrong and what to do next, localized. It has no endpoint, system code, hash or UUID: those are in
 * `errorLogText`.
 */
export function errorText(error: unknown): string {
  return withoutIds(plainText(error));
}

/** Returns `errorText` for the log, followed by the technical message in brackets. */
export function errorLogText(error: unknown): string {
  const text = plainText(error);
  return error instanceof OpenRouterError ? `${text} [${error.message}]` : text;
}

function plainText(error: unknown): string {
  if (error instanceof ClientEndedError)
    return vscode.l10n.t("The account was switched or removed, so nothing was sent. Start again.");
  if (!(error instanceof OpenRouterError)) return messageOf(error);
  const texts = [explain(error), apiWords(error), effectText(error)].filter(Boolean);
  return texts.join(" ");
}

function explain(error: OpenRouterError): string {
  const t = vscode.l10n.t;
  // These were written for people.
  if (error instanceof InvalidInputError) return `${error.message} ${error.nextStep}`;
  const created = error instanceof UncertainWriteError && nameOfCreated(error);
  if (created)
    return t(
      "The response was lost, so {0} may have been created. It wasn't sent again. Check the list before you try again.",
      quoted(created),
    );
  if (error instanceof UncertainWriteError)
    return t(
      "The response was lost, so it may have been created. It wasn't sent again. Check the list before you try again.",
    );
  if (error instanceof AcceptedWriteError)
    return t("OpenRouter accepted the change, but its response couldn't be read. Refresh to see the current state.");
  if (error instanceof NotAppliedError) return t("OpenRouter reported success but didn't apply the change. Try again.");
  const { problem, cure, link } = connectionProblem(error) ?? {};
  if (link === "timeout") return `${problem} ${cure}`;
  if (link) return [t("Couldn't reach OpenRouter."), problem, cure].join(" ");
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
  if (error instanceof RateLimitError) return rateLimitText(error);
  if (error instanceof ServerError) return t("OpenRouter had a server error. Try again in a minute.");
  if (error instanceof NetworkError) return unreachableText();
  if (error instanceof RedirectError)
    return t("The request was redirected, and redirects aren't followed. Check the base URL and the proxy.");
  if (error instanceof SchemaError)
    return t("OpenRouter's response doesn't match its documentation. Update the extension or report the problem.");
  if (error instanceof OriginError)
    return t("The key can only be sent to OpenRouter or to this computer. Correct the base URL in the settings.");
  if (error instanceof BadRequestError)
    return error.apiMessage
      ? t("OpenRouter rejected the request: {0}", quoted(error.apiMessage, MAX_API_MESSAGE))
      : t("OpenRouter rejected the request.");
  return `${error.message} ${error.nextStep}`;
}

/** Returns the name of what a lost request may have created; its next step has it as JSON. */
function nameOfCreated({ nextStep }: UncertainWriteError): string | undefined {
  const json = /"(?:[^"\\]|\\.)+"/.exec(nextStep)?.[0];
  try {
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    // A redaction may have cut through an escape.
    return undefined;
  }
}

function rateLimitText({ retryAt }: RateLimitError): string {
  return retryAt
    ? vscode.l10n.t("Too many requests. Try again at {0}.", formatTime(retryAt, displayLocale()))
    : vscode.l10n.t("Too many requests. Try again in a minute.");
}

/** Returns the API's own message if it may say more than the explanation. */
function apiWords(error: OpenRouterError): string | undefined {
  const mayKnowMore = error instanceof ForbiddenError || error instanceof PaymentRequiredError;
  if (!error.apiMessage || !mayKnowMore) return undefined;
  return vscode.l10n.t("OpenRouter says: {0}", quoted(error.apiMessage, MAX_API_MESSAGE));
}

/** Returns a warning if a write may have taken effect, unless the explanation says so. */
function effectText(error: OpenRouterError): string | undefined {
  const isSaid = error instanceof UncertainWriteError || error instanceof AcceptedWriteError;
  if (!error.mayHaveTakenEffect || isSaid) return undefined;
  return vscode.l10n.t("The change may have taken effect anyway. Refresh to see the current state.");
}
