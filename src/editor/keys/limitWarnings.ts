import * as vscode from "vscode";
import type { Key, KeyUpdate } from "../../openrouter/index.ts";
import { getLimitUsage } from "../../openrouter/keys/keyStatus.ts";
import { getPeriodEnd } from "../../openrouter/rotation/plan.ts";
import { formatMoney, formatUtcDay } from "../../openrouter/text/format.ts";
import { displayLocale } from "../platform/locale.ts";

/**
 * Warns about a change that leaves a key without a limit, or with one that is already spent, so that OpenRouter refuses
 * the key's requests. Empty if the change doesn't concern the limit. @param now the server's time
 */
export function limitWarnings(key: Key, change: KeyUpdate, now: Date): string[] {
  const t = vscode.l10n.t;
  const concernsLimit = ["limit", "limit_reset", "include_byok_in_limit"].some((field) => Object.hasOwn(change, field));
  if (!concernsLimit) return [];
  const { limit, limit_reset } = { ...key, ...change };
  if (limit === null || limit === undefined)
    return key.limit === null ? [] : [t("Without a limit, this key can spend all credits.")];
  if (typeof limit !== "number") return [];
  if (limit === 0) return newLimitWarnings(limit);
  const spent = getLimitUsage({ ...key, ...change } as Key);
  if (spent === undefined || spent < limit) return [];
  const figure = formatMoney(spent, displayLocale());
  const end = getPeriodEnd(limit_reset, now);
  if (!end) return [t("{0} of it is already spent. Requests will be refused until the limit is raised.", figure)];
  const day = formatUtcDay(end.toISOString(), displayLocale());
  const texts: Record<string, string> = {
    daily: t("{0} of it is already spent today. Requests will be refused until {1} (UTC).", figure, day),
    weekly: t("{0} of it is already spent this week. Requests will be refused until {1} (UTC).", figure, day),
    monthly: t("{0} of it is already spent this month. Requests will be refused until {1} (UTC).", figure, day),
  };
  return [texts[limit_reset ?? ""]!];
}

/** Warns about a limit of a new key that allows nothing. */
export function newLimitWarnings(limit: unknown): string[] {
  return limit === 0 ? [vscode.l10n.t("A limit of 0 allows no requests that cost anything.")] : [];
}
