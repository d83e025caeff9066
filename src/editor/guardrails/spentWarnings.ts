import type { Guardrail, Key } from "../../openrouter/index.ts";
import type { AccountSession } from "../data/accountData.ts";
import { eachLimitWarnings, newLimitWarnings } from "../keys/limitWarnings.ts";

/** Warns about keys that have already spent a guardrail's limit. @param keys that it applies to, see `boundKeys` */
export function spentWarnings(session: AccountSession, keys: readonly Key[], guardrail: Partial<Guardrail>): string[] {
  const { limit_usd: limit, reset_interval: reset, include_byok_in_budgets } = guardrail;
  if (limit == null) return [];
  if (limit === 0) return newLimitWarnings(limit);
  return eachLimitWarnings(session, keys, { limit, reset, includesByok: include_byok_in_budgets ?? false });
}
