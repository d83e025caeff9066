// OpenRouter refuses a guardrail with only one of `limit_usd` and `reset_interval` (400).
import type { GuardrailUpdate } from "../schemas.ts";

type Limit = { [Field in "limit_usd" | "reset_interval"]?: GuardrailUpdate[Field] };

/** True if exactly one of `limit_usd` and `reset_interval` is set. */
export function hasIncompleteLimit({ limit_usd, reset_interval }: Limit): boolean {
  return (limit_usd == null) !== (reset_interval == null);
}

/**
 * Completes changes that have only one of `limit_usd` and `reset_interval`: takes the other from the current guardrail, and
 * clears the reset together with the limit. The result may still be incomplete; see `hasIncompleteLimit`.
 */
export function completeLimit<T extends Limit>(changes: T, now: Limit): T {
  if (changes.limit_usd === undefined && changes.reset_interval === undefined) return changes;
  const limit_usd = changes.limit_usd === undefined ? (now.limit_usd ?? null) : changes.limit_usd;
  const kept = limit_usd === null ? null : (now.reset_interval ?? null);
  return {
    ...changes,
    limit_usd,
    reset_interval: changes.reset_interval === undefined ? kept : changes.reset_interval,
  };
}
