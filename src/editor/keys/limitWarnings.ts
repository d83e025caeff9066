import * as vscode from "vscode";
import type { Key, KeyUpdate } from "../../openrouter/index.ts";
import { getLimitUsage } from "../../openrouter/keys/keyStatus.ts";
import { getPeriodEnd } from "../../openrouter/keys/periodEnd.ts";
import { dropFloatNoise } from "../../openrouter/text/figures.ts";
import { formatMoney, formatUtcDay } from "../../openrouter/text/format.ts";
import type { AccountSession } from "../data/accountData.ts";
import { describeKey } from "../data/describeKey.ts";
import { displayLocale } from "../platform/locale.ts";
import { countText } from "../ui/countTexts.ts";

// Warnings in reviews and questions, before a limit is sent. Each is short enough for a row.

/** A limit in USD with its reset interval; null never resets. */
export interface PeriodLimit {
  limit: number;
  reset: string | null | undefined;
  /** Whether spend on own provider keys counts. */
  includesByok?: boolean;
}

/**
 * Warns about a change that leaves a key without a limit, or with one that is already spent, so that OpenRouter refuses
 * the key's requests. Empty if the change doesn't concern the limit. @param now the server's time
 */
export function limitWarnings(key: Key, change: KeyUpdate, now: Date): string[] {
  const concernsLimit = ["limit", "limit_reset", "include_byok_in_limit"].some((field) => Object.hasOwn(change, field));
  if (!concernsLimit) return [];
  const after = { ...key, ...change } as Key;
  const { limit, limit_reset: reset } = after;
  if (limit === null || limit === undefined)
    return key.limit === null ? [] : [vscode.l10n.t("Without a limit, this key can spend all credits.")];
  if (typeof limit !== "number") return [];
  if (limit === 0) return newLimitWarnings(limit);
  const spent = getLimitUsage(after);
  return spent === undefined || spent < limit ? [] : [spentText(spent, reset), refusalWarning(reset, now)];
}

/** Warns about a limit of a new key that allows nothing. */
export function newLimitWarnings(limit: unknown): string[] {
  return limit === 0 ? [vscode.l10n.t("A limit of 0 allows no requests that cost anything.")] : [];
}

/** Warns if these keys have together already spent a limit that they share. */
export function sharedLimitWarnings(keys: readonly Key[], shared: PeriodLimit, now: Date): string[] {
  const spent = dropFloatNoise(keys.reduce((sum, key) => sum + (usageWithin(key, shared) ?? 0), 0));
  if (spent < shared.limit) return [];
  return [spentText(spent, shared.reset), refusalWarning(shared.reset, now)];
}

/** Warns if some of these keys have already spent a limit that applies to each of them. */
export function eachLimitWarnings(session: AccountSession, keys: readonly Key[], each: PeriodLimit): string[] {
  const t = vscode.l10n.t;
  const spent = keys
    .map((key) => ({ key, usd: usageWithin(key, each) ?? 0 }))
    .filter(({ usd }) => usd >= each.limit)
    .sort((a, b) => b.usd - a.usd);
  const [first] = spent;
  if (!first) return [];
  const count = countText(spent.length);
  return [
    ...(spent.length > 1 ? [t("{0} keys have already spent it.", count)] : []),
    `${describeKey(session, first.key)}: ${spentText(first.usd, each.reset)}`,
    refusalWarning(each.reset, session.client.now()),
  ];
}

function usageWithin(key: Key, { reset, includesByok }: PeriodLimit): number | undefined {
  return getLimitUsage({ ...key, limit_reset: reset ?? null, include_byok_in_limit: includesByok ?? false });
}

function spentText(spent: number, reset: string | null | undefined): string {
  const t = vscode.l10n.t;
  const figure = formatMoney(spent, displayLocale());
  const texts: Record<string, string> = {
    daily: t("{0} is already spent today.", figure),
    weekly: t("{0} is already spent this week.", figure),
    monthly: t("{0} is already spent this month.", figure),
  };
  return texts[reset ?? ""] ?? t("{0} is already spent.", figure);
}

function refusalWarning(reset: string | null | undefined, now: Date): string {
  const end = getPeriodEnd(reset, now);
  return end
    ? vscode.l10n.t("Requests will be refused until {0} (UTC).", formatUtcDay(end.toISOString(), displayLocale()))
    : vscode.l10n.t("Requests will be refused until the limit is raised.");
}
