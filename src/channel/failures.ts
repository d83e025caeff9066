// Serializes errors of the API client for the channel, and restores them on the other side.
import * as errors from "../openrouter/errors.ts";
import type { Failure } from "./protocol.ts";

const { OpenRouterError, RateLimitError, AcceptedWriteError } = errors;

/** The error classes by name. */
const errorClasses = new Map(
  Object.entries(errors).filter(
    (entry): entry is [string, typeof OpenRouterError] =>
      entry[1] === OpenRouterError || entry[1].prototype instanceof OpenRouterError,
  ),
);

/** @returns undefined for an error that is not an `OpenRouterError` */
export function toFailure(error: unknown): Failure | undefined {
  if (!(error instanceof OpenRouterError)) return undefined;
  const { name, message, nextStep, status, code, connection, mayHaveTakenEffect } = error;
  return {
    kind: name,
    message,
    nextStep,
    status,
    code,
    connection,
    retryAt: error instanceof RateLimitError ? error.retryAt?.toISOString() : undefined,
    isPage: error instanceof AcceptedWriteError ? error.isPage : undefined,
    mayHaveTakenEffect,
  };
}

/** Restores the error that a failure was created from. */
export function fromFailure({
  kind,
  message,
  nextStep,
  status,
  code,
  connection,
  retryAt,
  isPage,
  mayHaveTakenEffect,
}: Failure): Error {
  const ErrorClass = errorClasses.get(kind) ?? OpenRouterError;
  const error = new ErrorClass(message, nextStep, { status, code, connection });
  error.mayHaveTakenEffect = mayHaveTakenEffect;
  if (error instanceof RateLimitError && retryAt) error.retryAt = new Date(retryAt);
  if (error instanceof AcceptedWriteError) error.isPage = isPage === true;
  return error;
}
