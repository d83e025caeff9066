import type { Key } from "../schemas.ts";
import { dropFloatNoise } from "../text/figures.ts";
import { getKeyStatus, getLimitUsage } from "./keyStatus.ts";
import { getPeriodEnd } from "./periodEnd.ts";

/** `near`: almost all of the limit is spent; `reached`: OpenRouter refuses the key's requests. */
export type LimitLevel = "normal" | "near" | "reached";

export interface LimitShare {
  /** The spent part of the limit: 0.5 is half of it. */
  share: number;
  level: LimitLevel;
  /** When the limit resets; undefined if it never does. */
  resetsAt?: Date;
}

/** From this share on, a key is marked. */
const NEAR = 0.9;
/** The largest share of a limit that is not reached. */
const ALMOST = 0.9999;

/**
 * Returns how much of an active key's limit is spent. Undefined without a limit, without counters, and if the limit has
 * reset since the key was read, so that its counters are those of an earlier period.
 */
export function getLimitShare(key: Key, readAt: Date, now: Date = new Date()): LimitShare | undefined {
  const { limit, limit_reset } = key;
  if (limit === null || getKeyStatus(key, now) !== "active") return undefined;
  if (limit <= 0) return { share: 1, level: "reached" };
  const resetsAt = getPeriodEnd(limit_reset, readAt);
  if (resetsAt && resetsAt <= now) return undefined;
  const spent = getLimitSpend(key);
  if (spent === undefined) return undefined;
  if (spent >= limit) return { share: spent / limit, level: "reached", resetsAt };
  // 8.1 / 9 is a little less than 0.9.
  const share = Math.min(ALMOST, Math.max(0, dropFloatNoise(spent / limit)));
  return { share, level: getLimitLevel(spent, limit), resetsAt };
}

/**
 * Returns what is spent of a key's limit, USD; undefined without a limit and without counters. The API's own figure decides,
 * since a limit may have been changed or reset since the counters began; but it ends at 0, and the counters say what is above.
 */
export function getLimitSpend(key: Key): number | undefined {
  const { limit, limit_remaining } = key;
  if (limit === null) return undefined;
  const counted = getLimitUsage(key);
  if (limit_remaining === null) return counted;
  // Rounding must not leave something of a limit with many decimals.
  return limit_remaining > 0 ? dropFloatNoise(limit - limit_remaining) : Math.max(limit, counted ?? 0);
}

/** Returns how close spend is to a limit, USD. */
export function getLimitLevel(spent: number, limit: number): LimitLevel {
  if (spent >= limit) return "reached";
  return dropFloatNoise(spent / limit) >= NEAR ? "near" : "normal";
}

/** Rounds a share to whole percent, but not up to a level that it hasn't reached: less than 1 is at most 0.99. */
export function roundShare(share: number): number {
  const percent = Math.round(share * 100);
  if (share >= 1) return percent / 100;
  return Math.min(percent, share >= NEAR ? 99 : NEAR * 100 - 1) / 100;
}
