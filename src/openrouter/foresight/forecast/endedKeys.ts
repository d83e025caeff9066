import { getKeyStatus } from "../../keys/keyStatus.ts";
import type { Key } from "../../schemas.ts";
import { DAY_MS } from "../../time.ts";

/** What ended earlier hardly counts in a forecast. */
const RECENT_DAYS = 60;
/** The analytics take this many keys in a query. */
const MAX_KEYS = 500;

/**
 * Returns the keys that were used lately and can spend no more, since they are disabled or expired. A key whose name an active
 * key has was replaced, as by a rotation: its work goes on.
 */
export function endedKeys(keys: readonly Key[], now: Date): Key[] {
  const isActive = (key: Key) => getKeyStatus(key, now) === "active";
  const activeNames = new Set(keys.filter(isActive).map(({ name }) => name));
  const since = now.getTime() - RECENT_DAYS * DAY_MS;
  const wasUsed = ({ last_used_at: at, usage_monthly, byok_usage_monthly = 0 }: Key) =>
    at ? Date.parse(at) >= since : usage_monthly + byok_usage_monthly > 0;
  return keys.filter((key) => !isActive(key) && wasUsed(key) && !activeNames.has(key.name)).slice(0, MAX_KEYS);
}
