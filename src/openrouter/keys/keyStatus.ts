import type { Key } from "../schemas.ts";
import { dropFloatNoise } from "../text/figures.ts";

export type KeyStatus = "active" | "disabled" | "expired";

/** The state of a key; one that is both disabled and expired counts as disabled, which a person can change. */
export function getKeyStatus(key: Key, now: Date = new Date()): KeyStatus {
  if (key.disabled) return "disabled";
  return isExpired(key, now) ? "expired" : "active";
}

/** True once `expires_at` has passed, for disabled keys too. An unparsable date never passes. */
export function isExpired({ expires_at }: Pick<Key, "expires_at">, now: Date = new Date()): boolean {
  return Boolean(expires_at) && Date.parse(expires_at ?? "") <= now.getTime();
}

/** When a key was last used; `idle`: it was, but not since OpenRouter records it (the end of 2025). */
export type LastUse = { kind: "used"; at: string } | { kind: "idle" | "never" | "unknown" };

/**
 * Tells idle keys from those that were never used: `last_used_at` is null for both. Older deployments do not send the
 * field, and without it, or without the counters beside a null, nothing is known.
 */
export function getLastUse(key: Partial<Pick<Key, "last_used_at" | "usage" | "byok_usage">>): LastUse {
  const { last_used_at: at, usage, byok_usage } = key;
  if (typeof at === "string" && at !== "") return { kind: "used", at };
  if (at !== null) return { kind: "unknown" };
  const spent = [usage, byok_usage];
  if (spent.some((usd) => typeof usd === "number" && usd > 0)) return { kind: "idle" };
  return { kind: spent.every((usd) => usd === 0) ? "never" : "unknown" };
}

/**
 * What counts against the key's limit, USD: the spend since the last reset, with BYOK where the key says so.
 * Undefined where the key does not tell.
 */
export function getLimitUsage(key: Key): number | undefined {
  const { limit_reset, include_byok_in_limit } = key;
  const pairs: Record<string, [number | undefined, number | undefined]> = {
    daily: [key.usage_daily, key.byok_usage_daily],
    weekly: [key.usage_weekly, key.byok_usage_weekly],
    monthly: [key.usage_monthly, key.byok_usage_monthly],
  };
  const [credits, byok] = pairs[limit_reset ?? ""] ?? [key.usage, key.byok_usage];
  const counted = include_byok_in_limit ? byok : 0;
  return credits === undefined || counted === undefined ? undefined : dropFloatNoise(credits + counted);
}

/** The periods after which a limit resets: at midnight UTC, weeks on Monday. */
export const resetPeriods = ["daily", "weekly", "monthly"] as const;
