// A write that OpenRouter accepted with an answer that could not be read: what is there now is read instead.

import { AcceptedWriteError, NotAppliedError, NotFoundError, type OpenRouterError } from "../errors.ts";
import type { RequestOptions } from "../http/call.ts";

export interface WriteOptions extends RequestOptions {
  /** Told why the answer to a write could not be read, when what is there now was read instead. */
  onReadBack?(reason: string): void;
}

/**
 * The answer of a write, or, where OpenRouter accepted it with an answer that could not be read, what `again` reads.
 * @throws AcceptedWriteError where that could not be read either; NotAppliedError where `again` finds the write undone
 */
export async function readBackIfUnreadable<T>(
  write: Promise<T>,
  again: (options: RequestOptions) => Promise<T>,
  { signal, onReadBack }: WriteOptions = {},
): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (!(error instanceof AcceptedWriteError)) throw error;
    const now = await again({ signal, fresh: true }).catch((cause: OpenRouterError) => {
      if (cause instanceof NotAppliedError) throw cause;
      error.message += ` Reading it again failed, too: ${cause.message}`;
      throw error;
    });
    onReadBack?.(error.message);
    return now;
  }
}

/** The answer to a change, if it says what became of each field. @throws AcceptedWriteError otherwise */
export function requireFields<T extends object>(endpoint: string, asked: object, answered: T): T {
  const missing = Object.keys(asked).find((field) => (answered as Record<string, unknown>)[field] === undefined);
  if (missing === undefined) return answered;
  throw new AcceptedWriteError(
    `${endpoint}: OpenRouter accepted it, but its answer could not be read (it does not say ${missing}).`,
    "Look at what there is now before you send it again.",
  );
}

/** Succeeds where the thing is gone, by the API's own 404. @throws NotAppliedError where it is still there */
export async function requireGone(what: string, reading: Promise<unknown>): Promise<void> {
  try {
    await reading;
  } catch (error) {
    if (error instanceof NotFoundError) return;
    throw error;
  }
  throw new NotAppliedError(`OpenRouter answered that it deleted ${what}, but it is still there.`, "Try again.");
}
