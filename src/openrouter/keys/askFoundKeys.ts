import { setTimeout as sleep } from "node:timers/promises";
import { type FoundKey, getFoundKey } from "../endpoints/foundKey.ts";
import { OpenRouterError, PaymentRequiredError, RateLimitError, UnauthorizedError } from "../errors.ts";
import type { Client } from "../http/call.ts";
import type { MaskedSecret } from "../text/maskedSecret.ts";

/** What OpenRouter says about a found key; `unknown` if it gave no answer about the key. */
export type FoundKeyAnswer =
  | { kind: "accepted" /** Undefined if it only said that the account is out of credits. */; key: FoundKey | undefined }
  | { kind: "rejected" }
  | { kind: "unknown"; cause: OpenRouterError };

export interface AskOptions {
  /** Creates a client that sends its requests with a found key. @throws OriginError if the base URL is refused */
  clientFor(secret: string): Client;
  /** Called with each answer. */
  onAnswer(secret: MaskedSecret, answer: FoundKeyAnswer): void;
  /** Ends the wait and the request in flight; no more are sent. */
  signal: AbortSignal;
}

/** Between two requests, so that many keys don't reach the rate limit. */
const PAUSE_MS = 150;
/** A rate limit that lasts longer is reported instead of waited for. */
const MAX_WAIT_MS = 120_000;
const MAX_ATTEMPTS = 3;

/**
 * Asks OpenRouter about found keys, one after another, each with one request that it authorizes itself; again only after a rate limit.
 * `GET /key`
 * @throws the signal's reason; OriginError if the base URL is refused
 */
export async function askFoundKeys(
  secrets: readonly MaskedSecret[],
  { clientFor, onAnswer, signal }: AskOptions,
): Promise<void> {
  for (const [i, secret] of secrets.entries()) {
    if (i > 0) await sleep(PAUSE_MS, undefined, { signal });
    onAnswer(secret, await askAbout(secret, clientFor(secret.reveal()), signal));
  }
}

/** Sends a request again only if OpenRouter asks to wait. */
async function askAbout(secret: MaskedSecret, client: Client, signal: AbortSignal): Promise<FoundKeyAnswer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return { kind: "accepted", key: await getFoundKey(client, secret.reveal(), { signal }) };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof UnauthorizedError) return { kind: "rejected" };
      if (error instanceof PaymentRequiredError) return { kind: "accepted", key: undefined };
      if (!(error instanceof OpenRouterError)) throw error;
      const wait = error instanceof RateLimitError && error.retryAt ? error.retryAt.getTime() - Date.now() : undefined;
      if (wait === undefined || wait > MAX_WAIT_MS || attempt === MAX_ATTEMPTS)
        return { kind: "unknown", cause: error };
      await sleep(Math.max(wait, PAUSE_MS), undefined, { signal });
    }
  }
}

/** True if a found key can manage the account. */
export function isManagementKey({ is_management_key, is_provisioning_key }: FoundKey): boolean {
  return is_management_key === true || is_provisioning_key === true;
}
