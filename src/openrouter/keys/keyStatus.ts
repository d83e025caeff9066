import type { Key } from "../schemas.ts";
import { dropFloatNoise } from "../text/figures.ts";

export type KeyStatus = "active" | "disabled" | "expired";

/** Returns a key's status. A key that is both disabled and expired counts as disabled, since that can be changed. */
export function getKeyStatus(key: Key, now: Date = new Date()): KeyStatus {
  if (key.disabled) return "disabled";
  return isExpired(key, now) ? "expired" : "active";
}

/** True once `expires_at` has passed, for disabled keys too. An unparsable date never passes. */
export function isExpired({ expires_at }: Pick<Key, "expires_at">, now: Date = new Date()): boolean {
  return Boolean(expires_at) && Date.parse(expires_at ?? "") <= now.getTime();
}

/** A key's last use; `idle`: used, but not since OpenRouter began to record uses (the end of 2025). */
export type LastUse = { kind: "used"; at: string } | { kind: "idle" | "never" | "unknown" };

/**
 * Determines a key's last use. `last_used_at` is null for idle and for never used keys, so the usage counters decide.
 * Unknown if the field is missing (older deployments) or if it is null and a counter is missing.
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
 * Returns the spend that counts toward the key's limit, USD: since the last reset, including BYOK if the key says so.
 * Undefined if the key lacks the counters.
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

/** A limit resets at midnight UTC; weekly limits on Monday. */
export const resetPeriods = ["daily", "weekly", "monthly"] as const;
