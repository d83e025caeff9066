// Spaces out the requests of many cures, so that no rate limit is reached, and waits where one was reached by anybody.
import { ClientEndedError, RateLimitError, UncertainWriteError } from "../../errors.ts";
import type { Client } from "../../http/call.ts";
import { isWrite } from "../../http/parseResponse.ts";
import { MAX_RATE_LIMIT_MS } from "../../http/retryAfter.ts";

/** The least time between two requests: 8 a second, far below what a page of the website sends. */
const GAP_MS = 125;
/** A rate limit doubles the gap, up to this. */
const MAX_GAP_MS = 4_000;
/** After so many requests without a rate limit, the gap is halved again. */
const RECOVERY = 40;
/** How long to wait after a rate limit that doesn't say; doubled with each one in a row. */
const PAUSE_MS = 2_000;
const MAX_PAUSE_MS = 60_000;
/** How often a waiting request looks again whether a rate limit is known. */
const LOOK_MS = 250;

export interface Pacer {
  /** Waits for the next free moment. @throws the signal's reason if it is aborted before */
  turn(signal?: AbortSignal): Promise<void>;
  /** Tells the result of a request: another rate limit, or none. */
  report(limit: { retryAt?: Date } | undefined): void;
}

interface PacerOptions {
  /** When a rate limit that any request of the account met ends; ms since the epoch, or undefined. */
  limitedUntil?(): number | undefined;
  /** Called with the end of a pause, ms since the epoch, before waiting for it. */
  onPause?(until: number): void;
  gapMs?: number;
  now?(): number;
  sleep?(ms: number, signal?: AbortSignal): Promise<void>;
}

export function createPacer({
  limitedUntil = () => undefined,
  onPause,
  gapMs = GAP_MS,
  now = Date.now,
  sleep = sleepUntilAborted,
}: PacerOptions = {}): Pacer {
  let gap = gapMs;
  let nextFree = 0;
  let pausedUntil = 0;
  let limitsInARow = 0;
  let calm = 0;
  let told = 0;

  const pauseEnd = () => Math.max(pausedUntil, limitedUntil() ?? 0);

  return {
    async turn(signal) {
      for (;;) {
        signal?.throwIfAborted();
        const at = now();
        const end = pauseEnd();
        if (end > at) {
          if (end > told) onPause?.(end);
          told = Math.max(told, end);
          // Not to its end at once: the pause may have been extended.
          await sleep(Math.min(LOOK_MS, end - at), signal);
        } else if (nextFree > at) await sleep(Math.min(LOOK_MS, nextFree - at), signal);
        else {
          nextFree = at + gap;
          return;
        }
      }
    },
    report(limit) {
      if (!limit) {
        limitsInARow = 0;
        calm += 1;
        if (calm < RECOVERY) return;
        calm = 0;
        gap = Math.max(gapMs, gap / 2);
        return;
      }
      calm = 0;
      gap = Math.min(MAX_GAP_MS, Math.max(gap, 1) * 2);
      const pause = Math.min(MAX_PAUSE_MS, PAUSE_MS * 2 ** limitsInARow);
      limitsInARow += 1;
      const retryAt = Math.min(limit.retryAt?.getTime() ?? now() + pause, now() + MAX_RATE_LIMIT_MS);
      pausedUntil = Math.max(pausedUntil, retryAt);
    },
  };
}

/** The request was cancelled while it waited for its turn: nothing was sent. */
class NotSentError extends ClientEndedError {
  override name = "NotSentError";
}

/**
 * Sends each request in its turn. A write that was sent is not aborted: its answer says what happened.
 * @param signal cancels requests that weren't sent, with a NotSentError, and reads
 */
export function pacedClient(client: Client, pacer: Pacer, signal?: AbortSignal): Client {
  return {
    ...client,
    async request(call, options) {
      await pacer.turn(signal).catch((error: unknown) => {
        throw signal?.aborted ? new NotSentError() : error;
      });
      try {
        const answer = await client.request(call, { ...options, signal: isWrite(call) ? undefined : signal });
        pacer.report(undefined);
        return answer;
      } catch (error) {
        const cause = error instanceof UncertainWriteError ? error.cause : error;
        if (cause instanceof RateLimitError) pacer.report(cause);
        throw error;
      }
    },
  };
}

function sleepUntilAborted(ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const abort = () => reject(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  });
}
