import { getKeyStatus, resetPeriods } from "../../keys/keyStatus.ts";
import { getLimitShare } from "../../keys/limitShare.ts";
import type { Key } from "../../schemas.ts";
import { DAY_MS } from "../../time.ts";

/** What ended earlier hardly counts in a forecast. */
const RECENT_DAYS = 60;
/** The analytics take this many keys in a query. */
const MAX_KEYS = 500;

/**
 * Returns the keys that were used lately and can spend no more: they are disabled or expired, or their limit is used up and
 * never resets. A key whose name another key has that can spend was replaced, as by a rotation: its work goes on.
 * @param readAt when the keys were read
 */
export function endedKeys(keys: readonly Key[], now: Date, readAt: Date = now): Key[] {
  const ended = keys.filter((key) => hasEnded(key, now, readAt));
  const isEnded = new Set(ended);
  const otherNames = new Set(keys.filter((key) => !isEnded.has(key)).map(({ name }) => name));
  const since = now.getTime() - RECENT_DAYS * DAY_MS;
  const wasUsed = ({ last_used_at: at, usage_monthly, byok_usage_monthly = 0 }: Key) =>
    at ? Date.parse(at) >= since : usage_monthly + byok_usage_monthly > 0;
  return ended.filter((key) => wasUsed(key) && !otherNames.has(key.name)).slice(0, MAX_KEYS);
}

function hasEnded(key: Key, now: Date, readAt: Date): boolean {
  if (getKeyStatus(key, now) !== "active") return true;
  if (getLimitShare(key, readAt, now)?.level !== "reached" || mayUseByok(key)) return false;
  // With a limit of 0, resetting it changes nothing.
  return key.limit_reset === null || (key.limit! <= 0 && isKnownReset(key.limit_reset));
}

/** True if the limit may not stop the key: BYOK doesn't count toward it, and was used, or it is unknown if it was. */
function mayUseByok({ include_byok_in_limit, byok_usage }: Key): boolean {
  return !include_byok_in_limit && byok_usage !== 0;
}

/** True if it is known when a limit resets, if ever. */
export function isKnownReset(reset: string | null): boolean {
  return reset === null || (resetPeriods as readonly string[]).includes(reset);
}
