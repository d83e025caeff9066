// What all kinds of cures share: the context, recording, and when a run stops.
import {
  AcceptedWriteError,
  ClientEndedError,
  ForbiddenError,
  IntermediaryError,
  NetworkError,
  OpenRouterError,
  OriginError,
  RateLimitError,
  TimeoutError,
  UnauthorizedError,
  UncertainWriteError,
} from "../../errors.ts";
import type { Client } from "../../http/call.ts";
import type { Key } from "../../schemas.ts";
import { type CureItem, type CureRun, type KeyState, withItems } from "./record.ts";

/** How often an item is sent again after a rate limit. */
export const MAX_ATTEMPTS = 5;
/** After so many failures in a row that aren't about a key, the rest would fail, too. */
const MAX_FAILURES = 3;

export interface CureContext {
  /** Paced; see `pacedClient`. */
  client: Client;
  /**
   * Changes the stored record. Durable once it resolves.
   * @throws if another window has taken the run over
   */
  update(change: (run: CureRun) => CureRun): Promise<CureRun>;
  /** Nothing more is sent once it is aborted. */
  signal?: AbortSignal;
  /** Words an error for the results. */
  describe(error: unknown): string;
  /** Reasons of items that need no request, in the person's language. */
  reasons: {
    changed: string;
    gone: string;
    used: string;
    notApplied: string;
    ended: string;
    /** @param after the key's state after the request */
    partly(item: CureItem, after: KeyState): string;
  };
  /** Shows an item's result in the views: the key as it is now, "deleted", or nothing new. */
  onResult?(item: CureItem, key?: Key | "deleted"): void;
  /** What "replace" needs. */
  replacer?: Replacer;
}

/** Replaces keys by rotations, up to the stored secret. */
export interface Replacer {
  /**
   * Begins an item's rotation or continues it. Returns the item's result.
   * @param begin records that something may be sent; called before the first write
   */
  replace(item: CureItem, key: Key | undefined, begin: () => Promise<void>): Promise<Partial<CureItem>>;
  /** Returns what an attempt that failed left behind, with the next step as the reason; undefined if nothing was created. */
  begun(item: CureItem): Promise<Partial<CureItem> | undefined>;
}

/** The rest of a run would fail for the same reason, its `cause`. */
export class CureStopped extends Error {
  constructor(cause: unknown) {
    super("The rest would fail, too.", { cause });
  }
}

/** Records changes of some items. */
export async function setItems(
  { update }: CureContext,
  items: readonly CureItem[],
  change: (item: CureItem) => Partial<CureItem>,
): Promise<void> {
  if (items.length === 0) return;
  const changes = new Map(items.map((item) => [item.hash, change(item)]));
  await update((run) => withItems(run, changes));
}

const failures = [ForbiddenError, NetworkError, IntermediaryError, TimeoutError];

/** Counts failures in a row that are about the connection or the account, not about a key. */
export function createFailureCounter(): (error: unknown) => void {
  let inARow = 0;
  return (error) => {
    if (error === undefined) inARow = 0;
    const isFinal = error instanceof UnauthorizedError || error instanceof OriginError;
    // Of a creation that may have taken effect, the cause says how it failed.
    const isUncertain = error instanceof UncertainWriteError;
    const cause = isUncertain ? error.cause : error;
    const isLimited = isUncertain && cause instanceof RateLimitError;
    if (isLimited || failures.some((kind) => cause instanceof kind)) inARow += 1;
    if (isFinal || inARow >= MAX_FAILURES) throw new CureStopped(error);
  };
}

/** True for the reason of an abort: what threw it was not sent. */
export const isCancelled = ({ signal }: CureContext, error: unknown): boolean =>
  signal?.aborted === true && (error === signal.reason || error instanceof ClientEndedError);

/** True if the request of a failed write may have changed something. */
export function mayHaveTakenEffect(error: OpenRouterError): boolean {
  const isAccepted = error instanceof AcceptedWriteError || error instanceof UncertainWriteError;
  return isAccepted || error.mayHaveTakenEffect === true;
}

/** Rethrows anything but an answer or a failed connection. */
export function requireApiError(error: unknown): asserts error is OpenRouterError {
  if (!(error instanceof OpenRouterError)) throw error;
}
