import type { Key } from "../../src/openrouter/index.ts";

/** Creates a key as the API returns it, with defaults for the fields that are not given. */
export function makeKey(given: Partial<Key>): Key {
  return {
    ...{ hash: "0", name: "key", label: "sk-or-v1-abc...1234", disabled: false, created_at: "2026-02-01T00:00:00Z" },
    ...{ usage: 0, usage_daily: 0, usage_weekly: 0, usage_monthly: 0 },
    ...{ byok_usage: 0, byok_usage_daily: 0, byok_usage_weekly: 0, byok_usage_monthly: 0 },
    ...{ limit: null, limit_remaining: null, limit_reset: null, include_byok_in_limit: false },
    ...given,
  };
}
