/** What went wrong with a request, in words a person or a model can act on. Messages are redacted where they are made. */
export class OpenRouterError extends Error {
  override name = "OpenRouterError";
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  /** The API's own error code, where it gave one. */
  readonly code?: string;
  /** What to do now. */
  readonly nextStep: string;
  /** A write that failed, though it, or an earlier try of it, may have reached OpenRouter and taken effect. */
  mayHaveTakenEffect?: boolean;

  constructor(message: string, nextStep: string, details: { status?: number; code?: string; cause?: unknown } = {}) {
    super(message, { cause: details.cause });
    this.nextStep = nextStep;
    this.status = details.status;
    this.code = details.code;
  }
}

/**
 * The account is no longer in use: this request was not sent, or its answer is not wanted any more. It is no failure of
 * OpenRouter's, which reports would show as figures that are missing.
 */
export class ClientEndedError extends Error {
  override name = "ClientEndedError";

  constructor() {
    super("The account is no longer in use.");
  }
}

/** 400 and other refusals of what was asked. */
export class BadRequestError extends OpenRouterError {
  override name = "BadRequestError";
}

/** 402: the account has no credits left. */
export class PaymentRequiredError extends OpenRouterError {
  override name = "PaymentRequiredError";
}

/** 401: the key is missing, wrong, revoked or expired. */
export class UnauthorizedError extends OpenRouterError {
  override name = "UnauthorizedError";
}

/** 403: the key is valid but may not do this. */
export class ForbiddenError extends OpenRouterError {
  override name = "ForbiddenError";
}

/** The key is valid, but one for inference: the account would read as empty. */
export class InferenceKeyError extends ForbiddenError {
  override name = "InferenceKeyError";
}

/** 404 in the API's own words: no such thing, or not on this kind of account. A proxy's 404 is an IntermediaryError. */
export class NotFoundError extends OpenRouterError {
  override name = "NotFoundError";
}

/** 429: `retryAt` is when the API wants to be asked again, where it said so. */
export class RateLimitError extends OpenRouterError {
  override name = "RateLimitError";
  retryAt?: Date;
}

/** 5xx after the retries were used up. */
export class ServerError extends OpenRouterError {
  override name = "ServerError";
}

/** No answer: connection refused, dropped, or no network. */
export class NetworkError extends OpenRouterError {
  override name = "NetworkError";
}

/**
 * An answer that is not in the API's form: a proxy, a firewall, a sign-in page or a cache spoke in its place. It says
 * nothing about the key, the account, or whether a thing exists.
 */
export class IntermediaryError extends OpenRouterError {
  override name = "IntermediaryError";
}

/** An answer larger than any of the API's; given up while it arrived. */
export class ResponseTooLargeError extends OpenRouterError {
  override name = "ResponseTooLargeError";
}

/** A write that was answered with success in a form that could not be read: it took effect, or very likely did. */
export class AcceptedWriteError extends OpenRouterError {
  override name = "AcceptedWriteError";
  /** The answer was a page: perhaps it was not OpenRouter that answered. */
  isPage = false;
}

/** A write that was answered with success, though the thing, read again, is as it was. */
export class NotAppliedError extends OpenRouterError {
  override name = "NotAppliedError";
}

/** No answer in time. */
export class TimeoutError extends OpenRouterError {
  override name = "TimeoutError";
}

/** An answer that is not what the API documents: the message names endpoint and field. */
export class SchemaError extends OpenRouterError {
  override name = "SchemaError";
}

/** A redirect: refused, so that the key never follows it. */
export class RedirectError extends OpenRouterError {
  override name = "RedirectError";
}

/** A create whose answer was lost: it may have taken effect, so it is never sent again. */
export class UncertainWriteError extends OpenRouterError {
  override name = "UncertainWriteError";
}

/** A base URL to which the key must not be sent. */
export class OriginError extends OpenRouterError {
  override name = "OriginError";
}

/** Input refused before anything was sent. */
export class InvalidInputError extends OpenRouterError {
  override name = "InvalidInputError";
}
