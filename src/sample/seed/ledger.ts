// What every key used of every model: the one source of all the account's figures. The last days have their minutes and
// endpoints; before them a row sums up a day.
import { type Random, random } from "../random.ts";
import type { KeyRecord, LedgerRow } from "../state.ts";
import { DAY, HOUR, periodStart, utcDay } from "../time.ts";
import { modelsThen, pace } from "./history.ts";
import type { Offer } from "./models.ts";
import { isTenant, type Profile, spike } from "./profiles.ts";

/** As long as the analytics look back. */
const LEDGER_DAYS = 365;
/** As long as `/activity` looks back. */
const RECENT_DAYS = 30;

/** A tenant of a large account is seen on one day in this many. */
const TENANT_DAYS = 8;

const days = new Map<number, string>();

/** The UTC day of a moment; kept, since a year's rows share a few hundred of them. */
function dayOf(at: number): string {
  const midnight = periodStart(at, "day");
  const day = days.get(midnight) ?? utcDay(midnight);
  days.set(midnight, day);
  return day;
}

/** So many completed days are in the ledger; the thousands of tenants have no long history. */
export const ledgerDays = (profile: Profile): number => (isTenant(profile) ? RECENT_DAYS : LEDGER_DAYS);

/** The rows of one key over the completed days and today until now. */
export function keyLedger(key: KeyRecord, profile: Profile, offers: Map<string, Offer>, now: number): LedgerRow[] {
  const today = periodStart(now, "day");
  const tenant = isTenant(profile);
  const rows = tenant ? [] : oldRows(key, profile, offers, today);
  for (let ago = Math.min(RECENT_DAYS, profile.age); ago >= (profile.silent ?? 0); ago--) {
    const rng = random(`${key.hash} ${ago}`);
    if (tenant && rng.int(1, TENANT_DAYS) > 1) continue;
    const day = dayRows(key, profile, offers, today - ago * DAY, rng);
    rows.push(...(ago === 0 ? until(day, now, today) : day));
    if (ago === 1 && profile.name === spike.key) rows.push(...spikeRows(key, offers, today - DAY));
  }
  return rows.sort((a, b) => a.at - b.at);
}

/** Today ends now; right after midnight a first row is there already. */
function until(rows: LedgerRow[], now: number, today: number): LedgerRow[] {
  const past = rows.filter((row) => row.at < now);
  const [first] = rows;
  return past.length > 0 || !first ? past : [{ ...first, at: today }];
}

const weekendFactor = (midnight: number): number => ([0, 6].includes(new Date(midnight).getUTCDay()) ? 0.6 : 1);

/** A row a model and day, from the day after the key's creation or as far as the ledger goes back. */
function oldRows(key: KeyRecord, profile: Profile, offers: Map<string, Offer>, today: number): LedgerRow[] {
  const rows: LedgerRow[] = [];
  const end = Math.max(RECENT_DAYS + 1, profile.silent ?? 0);
  for (let ago = Math.min(LEDGER_DAYS, profile.age - 1); ago >= end; ago--) {
    const midnight = today - ago * DAY;
    const rng = random(`${key.hash} ${ago}`);
    const daily = profile.daily * pace(profile, ago) * weekendFactor(midnight);
    for (const { offer, part } of modelsThen(profile, offers, ago, midnight)) {
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
    const budget = profile.daily * weekend * (shares[i]! / whole) * rng.between(0.7, 1.3);
    const parts = profile.daily > 2 ? 4 : profile.daily > 0.5 ? 2 : 1;
    return Array.from({ length: parts }, () => usageRow(key, profile, offer, budget / parts, midnight, rng));
  });
}

function usageRow(key: KeyRecord, profile: Profile, offer: Offer, budget: number, midnight: number, rng: Random) {
  const prompt = rng.int(600, 6000);
  const completion = offer.completion > 0 || offer.prompt === 0 ? rng.int(120, 900) : 0;
  const each = (prompt * offer.prompt + completion * offer.completion) / 1e6;
  const requests = each > 0 ? Math.max(1, Math.round(budget / each)) : rng.int(5, 60);
  const night = rng.int(1, 5) === 1;
  const at = midnight + (night ? rng.between(0, 7) : rng.between(7, 20)) * HOUR;
  const endpoint = rng.int(1, 5) === 1 ? rng.pick(offer.endpoints) : offer.endpoints[0]!;
  return row(key, offer, endpoint, periodStart(Math.floor(at), "minute"), {
    requests,
    promptTokens: requests * prompt,
    completionTokens: requests * completion,
    byok: profile.byok ?? false,
  });
}

/** The loop runs from 01:00 to 09:00, a row a quarter of an hour, on the model's first endpoint. */
function spikeRows(key: KeyRecord, offers: Map<string, Offer>, midnight: number): LedgerRow[] {
  const offer = offers.get(spike.model)!;
  const parts = 32;
  return Array.from({ length: parts }, (_, i) =>
    row(key, offer, offer.endpoints[0]!, midnight + HOUR + i * (HOUR / 4), {
      requests: Math.round(spike.requests / parts),
      promptTokens: Math.round(spike.promptTokens / parts),
      completionTokens: Math.round(spike.completionTokens / parts),
      byok: false,
    }),
  );
}

function row(
  key: KeyRecord,
  offer: Offer,
  endpoint: Offer["endpoints"][number],
  at: number,
  used: { requests: number; promptTokens: number; completionTokens: number; byok: boolean },
): LedgerRow {
  const { requests, promptTokens, completionTokens } = used;
  // USD a million tokens times tokens is millionths of a USD.
  const cost = Math.round(promptTokens * offer.prompt + completionTokens * offer.completion);
  return {
    at,
    day: dayOf(at),
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
    reasoningTokens: offer.reasons ? Math.round(completionTokens * 0.4) : 0,
    cachedTokens: Math.round(promptTokens * 0.2),
    // With an own provider key OpenRouter takes a fee of 5 %.
    usage: used.byok ? Math.round(cost * 0.05) : cost,
    byok: used.byok ? cost : 0,
  };
}
