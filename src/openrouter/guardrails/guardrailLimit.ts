// A guardrail's limit and its reset belong together: OpenRouter refuses one without the other (400).
import type { GuardrailUpdate } from "../schemas.ts";

type Limit = { [Field in "limit_usd" | "reset_interval"]?: GuardrailUpdate[Field] };

/** True where exactly one of `limit_usd` and `reset_interval` is set. */
export function hasIncompleteLimit({ limit_usd, reset_interval }: Limit): boolean {
  return (limit_usd == null) !== (reset_interval == null);
}

/**
 * Changes that name both of `limit_usd` and `reset_interval`, or neither: the one that was not given is taken from the
 * guardrail as it is, and goes with a limit that is cleared. The result may still be half a limit, see `isHalfLimit`.
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
