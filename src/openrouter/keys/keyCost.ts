import type { Key } from "../schemas.ts";
import { dropFloatNoise } from "../text/figures.ts";

/** Returns what a key's requests cost, USD: credits and BYOK. BYOK that the API doesn't count is left out. */
export function getKeyCost(key: Key, period: "today" | "month" | "total"): number {
  const counters = {
    today: [key.usage_daily, key.byok_usage_daily],
    month: [key.usage_monthly, key.byok_usage_monthly],
    total: [key.usage, key.byok_usage],
  } as const;
  const [credits, byok = 0] = counters[period];
  return dropFloatNoise(credits + byok);
}
