import type { ConnectionFailure } from "./http/failedLink.ts";

interface ErrorDetails {
  status?: number;
  code?: string;
  apiMessage?: string;
  connection?: ConnectionFailure;
  cause?: unknown;
}

/** A failed request, described so that a person or a model can act on it. Messages are redacted when they are created. */
export class OpenRouterError extends Error {
  override name = "OpenRouterError";
  /** HTTP status, if there was a response. */
  readonly status?: number;
  /** The API's error code, if it sent one. */
  readonly code?: string;
  /** The API's own message, redacted, without the endpoint. */
  readonly apiMessage?: string;
  /** What the person should do next. */
  readonly nextStep: string;
  /** The link of the connection that failed, if it was the connection. */
  readonly connection?: ConnectionFailure;
  /** True for a failed write that may have taken effect anyway, in this or an earlier attempt. */
  mayHaveTakenEffect?: boolean;

  constructor(message: string, nextStep: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.nextStep = nextStep;
    this.status = details.status;
    this.code = details.code;
    this.apiMessage = details.apiMessage;
    this.connection = details.connection;
  }

  /** Returns an error of the same class with another next step, for a caller that knows more than the request. */
  withNextStep(nextStep: string, message = this.message): this {
    const Class = this.constructor as new (...args: ConstructorParameters<typeof OpenRouterError>) => this;
    return Object.assign(new Class(message, nextStep, { cause: this }), this, { nextStep });
  }
}

/**
 * The account is no longer in use: the request was not sent, or its response is discarded. Not an OpenRouterError, so that
 * code that reports those as missing data lets it through.
 */
export class ClientEndedError extends Error {
  override name = "ClientEndedError";

  constructor() {
    super("The account is no longer in use.");
  }
}

/** 400 and other statuses that reject the request itself. */
export class BadRequestError extends OpenRouterError {
  override name = "BadRequestError";
}

/** 402: the account is out of credits. */
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

/** The key is valid but can only run models: the account would look empty. */
export class InferenceKeyError extends ForbiddenError {
  override name = "InferenceKeyError";
}

/** 404 from the API itself: not found, or not available for this kind of account. A proxy's 404 is an IntermediaryError. */
export class NotFoundError extends OpenRouterError {
  override name = "NotFoundError";
}

/** 429: `retryAt` is the time from `Retry-After`, if sent. */
export class RateLimitError extends OpenRouterError {
  override name = "RateLimitError";
  retryAt?: Date;
}

/** 5xx after all retries. */
export class ServerError extends OpenRouterError {
  override name = "ServerError";
}

/** No response from OpenRouter: `connection` says which link failed, unless it is unknown. */
export class NetworkError extends OpenRouterError {
  override name = "NetworkError";
}

/**
 * A response that doesn't come from the API but from a proxy, firewall, sign-in page or cache. It says nothing about the
 * key, the account, or whether something exists.
 */
export class IntermediaryError extends OpenRouterError {
  override name = "IntermediaryError";
}

/** A response larger than any of the API's; the download was aborted. */
export class ResponseTooLargeError extends OpenRouterError {
  override name = "ResponseTooLargeError";
}

/** A write with a success status whose response could not be read: it took effect, or very likely did. */
export class AcceptedWriteError extends OpenRouterError {
  override name = "AcceptedWriteError";
  /** True if the response was an HTML page or a gateway's JSON, so perhaps not OpenRouter's. */
  isPage = false;
}

/** A write that OpenRouter accepted, but a later read showed that nothing had changed. */
export class NotAppliedError extends OpenRouterError {
  override name = "NotAppliedError";
}

/** No response in time. */
export class TimeoutError extends OpenRouterError {
  override name = "TimeoutError";
}

/** A response that doesn't match the API's documentation; the message names the endpoint and the field. */
export class SchemaError extends OpenRouterError {
  override name = "SchemaError";
}

/** A redirect; never followed, so that the key stays with its host. */
export class RedirectError extends OpenRouterError {
  override name = "RedirectError";
}

/** A create whose response was lost: it may have taken effect, so it is never sent again. */
export class UncertainWriteError extends OpenRouterError {
  override name = "UncertainWriteError";
}

/** A base URL that must not receive the key. */
export class OriginError extends OpenRouterError {
  override name = "OriginError";
}

/** Invalid input; nothing was sent. */
export class InvalidInputError extends OpenRouterError {
  override name = "InvalidInputError";
}
