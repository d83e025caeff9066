// Each key's use of each model: the source of all the account's figures. The last 30 days have rows by minute and endpoint,
// earlier days one row per model.
import { createRandom, type Random } from "../random.ts";
import type { KeyRecord, LedgerRow } from "../state.ts";
import { DAY_MS, HOUR_MS, periodStart, utcDay } from "../time.ts";
import { modelsAt, spendFactor } from "./history.ts";
import type { Offer } from "./models.ts";
import { isTenant, type Profile, spike } from "./profiles.ts";

/** The range of analytics. */
const LEDGER_DAYS = 365;
/** The range of `/activity`. */
const RECENT_DAYS = 30;

/** The share of prompt tokens that are read from a cache. */
const CACHED_SHARE = 0.2;

/** Average number of days from one active day of a tenant to the next. */
const TENANT_INTERVAL_DAYS = 8;

const utcDayByMidnight = new Map<number, string>();

/** Returns the UTC day of a time, cached: a year's rows share a few hundred days. */
function cachedUtcDay(at: number): string {
  const midnight = periodStart(at, "day");
  const day = utcDayByMidnight.get(midnight) ?? utcDay(midnight);
  utcDayByMidnight.set(midnight, day);
  return day;
}

/** Returns the number of completed days in a key's ledger; tenants, of which there may be thousands, have a short one. */
export const ledgerDays = (profile: Profile): number => (isTenant(profile) ? RECENT_DAYS : LEDGER_DAYS);

/** Creates one key's rows for the completed days and for today until now. @param figures the seed of its figures */
export function createKeyLedger(
  key: KeyRecord,
  profile: Profile,
  figures: string,
  offers: Map<string, Offer>,
  now: number,
): LedgerRow[] {
  const today = periodStart(now, "day");
  const tenant = isTenant(profile);
  const rows = tenant ? [] : historyRows(key, profile, figures, offers, today);
  for (let ago = Math.min(RECENT_DAYS, profile.ageDays); ago >= (profile.lastUsedDaysAgo ?? 0); ago--) {
    const rng = createRandom(`${figures} ${ago}`);
    if (tenant && rng.int(1, TENANT_INTERVAL_DAYS) > 1) continue;
    const day = dayRows(key, profile, offers, today - ago * DAY_MS, rng);
    rows.push(...(ago === 0 ? rowsUntilNow(day, now, today) : day));
    if (ago === 1 && profile.name === spike.key) rows.push(...spikeRows(key, offers, today - DAY_MS));
  }
  return rows.sort((a, b) => a.at - b.at);
}

/** Removes today's rows after now. Right after midnight, keeps the first row so that today has data. */
function rowsUntilNow(rows: LedgerRow[], now: number, today: number): LedgerRow[] {
  const past = rows.filter((row) => row.at < now);
  const [first] = rows;
  return past.length > 0 || !first ? past : [{ ...first, at: today }];
}

const weekendFactor = (midnight: number): number => ([0, 6].includes(new Date(midnight).getUTCDay()) ? 0.6 : 1);

/** Creates one row per model and day, from the day after the key's creation or from the ledger's start. */
function historyRows(
  key: KeyRecord,
  profile: Profile,
  figures: string,
  offers: Map<string, Offer>,
  today: number,
): LedgerRow[] {
  const rows: LedgerRow[] = [];
  const end = Math.max(RECENT_DAYS + 1, profile.lastUsedDaysAgo ?? 0);
  for (let ago = Math.min(LEDGER_DAYS, profile.ageDays - 1); ago >= end; ago--) {
    const midnight = today - ago * DAY_MS;
    const rng = createRandom(`${figures} ${ago}`);
    const daily = profile.dailyUsd * spendFactor(profile, ago) * weekendFactor(midnight);
    for (const { offer, part } of modelsAt(profile, offers, ago, midnight)) {
      const budget = daily * part * rng.between(0.85, 1.15);
      rows.push(usageRow(key, profile, offer, budget, midnight, rng));
    }
  }
  return rows;
}

function dayRows(key: KeyRecord, profile: Profile, offers: Map<string, Offer>, midnight: number, rng: Random) {
  const weekend = weekendFactor(midnight);
  const shares = profile.models.map((_, i) => 0.6 ** i);
  const whole = shares.reduce((sum, share) => sum + share, 0);
  return profile.models.flatMap((id, i) => {
    const offer = offers.get(id)!;
    const budget = profile.dailyUsd * weekend * (shares[i]! / whole) * rng.between(0.7, 1.3);
    const parts = profile.dailyUsd > 2 ? 4 : profile.dailyUsd > 0.5 ? 2 : 1;
    return Array.from({ length: parts }, () => usageRow(key, profile, offer, budget / parts, midnight, rng));
  });
}

function usageRow(key: KeyRecord, profile: Profile, offer: Offer, budget: number, midnight: number, rng: Random) {
  const prompt = rng.int(600, 6000);
  const completion = offer.completion > 0 || offer.prompt === 0 ? rng.int(120, 900) : 0;
  const each = priceOf(offer, { prompt, completion, cached: prompt * CACHED_SHARE }) / 1e6;
  const requests = each > 0 ? Math.max(1, Math.round(budget / each)) : rng.int(5, 60);
  const night = rng.int(1, 5) === 1;
  const at = midnight + (night ? rng.between(0, 7) : rng.between(7, 20)) * HOUR_MS;
  const endpoint = rng.int(1, 5) === 1 ? rng.pick(offer.endpoints) : offer.endpoints[0]!;
  return createRow(key, offer, endpoint, periodStart(Math.floor(at), "minute"), {
    requests,
    promptTokens: requests * prompt,
    completionTokens: requests * completion,
    byok: profile.byok ?? false,
  });
}

/** Creates the rows of the agent's loop: from 01:00 to 09:00, one per quarter of an hour, on the model's first endpoint. */
function spikeRows(key: KeyRecord, offers: Map<string, Offer>, midnight: number): LedgerRow[] {
  const offer = offers.get(spike.model)!;
  const parts = 32;
  return Array.from({ length: parts }, (_, i) =>
    createRow(key, offer, offer.endpoints[0]!, midnight + HOUR_MS + i * (HOUR_MS / 4), {
      requests: Math.round(spike.requests / parts),
      promptTokens: Math.round(spike.promptTokens / parts),
      completionTokens: Math.round(spike.completionTokens / parts),
      byok: false,
    }),
  );
}

function createRow(
  key: KeyRecord,
  offer: Offer,
  endpoint: Offer["endpoints"][number],
  at: number,
  used: { requests: number; promptTokens: number; completionTokens: number; byok: boolean },
): LedgerRow {
  const { requests, promptTokens, completionTokens } = used;
  const cachedTokens = Math.round(promptTokens * CACHED_SHARE);
  const cost = Math.round(priceOf(offer, { prompt: promptTokens, completion: completionTokens, cached: cachedTokens }));
  return {
    at,
    day: cachedUtcDay(at),
    key: key.hash,
    workspaceId: key.workspace_id,
    userId: key.creator_user_id,
    model: offer.id,
    permaslug: offer.permaslug,
    provider: endpoint.provider,
    endpointId: endpoint.id,
    requests,
    promptTokens,
    completionTokens,
    reasoningTokens: offer.canReason ? Math.round(completionTokens * 0.4) : 0,
    cachedTokens,
    // OpenRouter charges a 5% fee on BYOK.
    usage: used.byok ? Math.round(cost * 0.05) : cost,
    byok: used.byok ? cost : 0,
  };
}

/** Returns millionths of a USD: tokens × USD per million tokens. */
function priceOf(offer: Offer, tokens: { prompt: number; completion: number; cached: number }): number {
  const { prompt, completion, cached } = tokens;
  return (prompt - cached) * offer.prompt + cached * offer.cached + completion * offer.completion;
}
