// Reads back the result of a write that OpenRouter accepted with an unreadable response.

import { AcceptedWriteError, NotAppliedError, NotFoundError, type OpenRouterError } from "../errors.ts";
import type { RequestOptions } from "../http/call.ts";

export interface WriteOptions extends RequestOptions {
  /** Called with the reason if the response could not be read and the current state was read instead. */
  onReadBack?(reason: string): void;
}

/**
 * Returns a write's response; if OpenRouter accepted the write but the response can't be read, returns what `readBack` reads.
 * @throws AcceptedWriteError if reading back fails, too; NotAppliedError if it shows that the write had no effect
 */
export async function readBackIfUnreadable<T>(
  write: Promise<T>,
  readBack: (options: RequestOptions) => Promise<T>,
  { signal, onReadBack }: WriteOptions = {},
): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (!(error instanceof AcceptedWriteError)) throw error;
    const now = await readBack({ signal, fresh: true }).catch((cause: OpenRouterError) => {
      if (cause instanceof NotAppliedError) throw cause;
      error.message += ` Reading it back failed, too: ${cause.message}`;
      throw error;
    });
    onReadBack?.(error.message);
    return now;
  }
}

/** Returns the response to an update if it has every requested field. @throws AcceptedWriteError otherwise */
export function requireFields<T extends object>(endpoint: string, requested: object, returned: T): T {
  const missing = Object.keys(requested).find((field) => (returned as Record<string, unknown>)[field] === undefined);
  if (missing === undefined) return returned;
  throw new AcceptedWriteError(
    `${endpoint}: OpenRouter accepted it, but the response could not be read (it lacks ${missing}).`,
    "Check the current state before you send it again.",
  );
}

/** Succeeds if a read fails with the API's 404. @throws NotAppliedError if it finds the deleted object */
export async function requireGone(object: string, read: Promise<unknown>): Promise<void> {
  try {
    await read;
  } catch (error) {
    if (error instanceof NotFoundError) return;
    throw error;
  }
  throw new NotAppliedError(`OpenRouter reported that it deleted ${object}, but it still exists.`, "Try again.");
}
