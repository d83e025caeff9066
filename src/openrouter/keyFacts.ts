import { trim } from "./figures.ts";
import type { Key } from "./schemas.ts";

export type KeyStatus = "active" | "disabled" | "expired";

/** Whether a key works now; one that is both disabled and expired is called disabled, which is what a person can change. */
export function keyStatus(key: Key, now: Date = new Date()): KeyStatus {
  if (key.disabled) return "disabled";
  return key.expires_at && Date.parse(key.expires_at) <= now.getTime() ? "expired" : "active";
}

/**
 * What counts against the key's limit, USD: the spend since the last reset, with BYOK where the key says so.
 * Undefined where the key does not tell.
 */
export function spentOfLimit(key: Key): number | undefined {
  const { limit_reset, include_byok_in_limit } = key;
  const pairs: Record<string, [number | undefined, number | undefined]> = {
    daily: [key.usage_daily, key.byok_usage_daily],
    weekly: [key.usage_weekly, key.byok_usage_weekly],
    monthly: [key.usage_monthly, key.byok_usage_monthly],
  };
  const [credits, byok] = pairs[limit_reset ?? ""] ?? [key.usage, key.byok_usage];
  const counted = include_byok_in_limit ? byok : 0;
  return credits === undefined || counted === undefined ? undefined : trim(credits + counted);
}

/** The periods after which a limit begins anew: at midnight UTC, weeks on Monday. */
export const resets = ["daily", "weekly", "monthly"] as const;
