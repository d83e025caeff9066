// Reads usage by model × key from analytics: a few queries for all keys together.

import { getAnalyticsMeta } from "../../endpoints/usage.ts";
import { OpenRouterError, UnauthorizedError } from "../../errors.ts";
import type { Client, RequestOptions } from "../../http/call.ts";
import type { Filter } from "../../spend/aggregate.ts";
import { type AnalyticsFilters, analyticsMeasures, offeredMeasures } from "../../spend/analyticsRows.ts";
import { analyticsSource } from "../../spend/analyticsSource.ts";
import { COMPARED, mismatchError, requireNotMore } from "../../spend/compareSums.ts";
import type { CurrentSpend, Listing } from "../../spend/context.ts";
import { readKeySpendByName } from "../../spend/keySpend.ts";
import { canonicalNames } from "../../spend/names.ts";
import type { SpendNote, SpendRow } from "../../spend/table.ts";
import type { ReadPeriods } from "./periods.ts";
import { readRanges } from "./periods.ts";
import { sliceFilters } from "./sliceFilters.ts";
import type { Usage } from "./usage.ts";

export interface UsageRequest {
  periods: ReadPeriods;
  filter: Filter;
  now: Date;
  /** The reading of the current day that other views show. */
  current: CurrentSpend | undefined;
  /** Lists the account's keys; `fresh`: anew, because one has another name. */
  listKeys(fresh?: boolean): Promise<Listing>;
}

/** @throws OpenRouterError if the account has no analytics */
export async function usageFromAnalytics(
  client: Client,
  request: UsageRequest,
  options: RequestOptions,
): Promise<Usage> {
  const [supported, filters] = await Promise.all([
    getAnalyticsMeta(client, options).then((meta) => offeredMeasures(meta, analyticsMeasures)),
    sliceFilters(client, request.filter, options),
  ]);
  const read = (range: { from: string; to: string }) =>
    readRange(client, request, { ...range, supported, filters }, options);
  const parts = await Promise.all(readRanges(request.periods).map(read));
  const whole = await canonicalNames(
    client,
    parts.flatMap((part) => part.whole),
    options,
  );
  const byKey = parts.every((part) => part.byKey) ? parts.flatMap((part) => part.byKey!) : undefined;
  const named = byKey && (await canonicalNames(client, byKey, options));
  return {
    whole: await withCurrent(client, whole.rows, request, options),
    byKey: named?.rows,
    notes: [...parts.flatMap(({ notes }) => notes), ...whole.notes, ...(named?.notes ?? [])],
  };
}

interface Range {
  from: string;
  to: string;
  supported: readonly (typeof analyticsMeasures)[number][];
  filters: AnalyticsFilters;
}

async function readRange(
  client: Client,
  { periods: { unit }, filter, now, listKeys }: UsageRequest,
  range: Range,
  options: RequestOptions,
): Promise<{ whole: SpendRow[]; byKey: SpendRow[] | undefined; notes: SpendNote[] }> {
  const rename = (rows: SpendRow[]) => ({ rows, notes: [] });
  const source = await analyticsSource(client, { ...range, unit, now, splitByProvider: false, rename });
  const { readByKeyName } = source;
  if (!readByKeyName) throw mismatchError("have no keys");
  const named = { ...source, readByKeyName };
  // Of thousands of keys, only those that are selected are read.
  const selected = filter.key?.includes(null) ? undefined : filter.key;
  async function readByKey(fresh = false) {
    const { keys } = await listKeys(fresh);
    const wanted = selected ? keys.filter(({ hash }) => selected.includes(hash)) : keys;
    return readKeySpendByName(named, wanted, false, options);
  }
  async function readKnownNames() {
    const parts = await readByKey();
    return parts.unknown === 0 && !parts.hasRepeated ? parts : readByKey(true);
  }
  const [whole, byKey] = await Promise.all([source.read({}, options), settled(readKnownNames(), options)]);
  try {
    if (byKey instanceof OpenRouterError) throw byKey;
    requireNotMore(whole.rows, byKey.rows, COMPARED.filter(source.hasMeasure));
    return { whole: whole.rows, byKey: byKey.rows, notes: [...whole.notes, ...byKey.notes, ...unknownKeys(byKey)] };
  } catch (error) {
    if (!(error instanceof OpenRouterError) || error instanceof UnauthorizedError) throw error;
    // Without the keys' spend, a selected key would seem to have none.
    if (filter.key) throw error;
    const failed: SpendNote = { kind: "keysFailed", failed: (await listKeys()).keys.length, cause: error.message };
    return { whole: whole.rows, byKey: undefined, notes: [...whole.notes, failed] };
  }
}

/** Returns the error instead of throwing it, so that what else was read is not lost. */
function settled<T>(promise: Promise<T>, { signal }: RequestOptions): Promise<T | OpenRouterError> {
  return promise.catch((error: unknown) => {
    signal?.throwIfAborted();
    if (error instanceof OpenRouterError) return error;
    throw error;
  });
}

function unknownKeys({ unknown }: { unknown: number }): SpendNote[] {
  const cause = "The name of a key is not in the list of keys.";
  return unknown > 0 ? [{ kind: "keysFailed", failed: unknown, cause }] : [];
}

/** Replaces the figures of today by those of the reading that other views show. */
async function withCurrent(
  client: Client,
  rows: SpendRow[],
  { periods: { unit, before, after }, filter, now, current }: UsageRequest,
  options: RequestOptions,
): Promise<SpendRow[]> {
  const today = now.toISOString().slice(0, 10);
  const isShown = [before, after].some(({ buckets }) => buckets.includes(today));
  if (current?.source !== "analytics" || unit === "hour" || !isShown || filter.workspace) return rows;
  const named = await canonicalNames(client, current.rows, options);
  const shown = named.rows.filter(({ provider }) => filter.provider?.includes(provider ?? null) ?? true);
  const models = Map.groupBy(shown, ({ model }) => model);
  const cached = new Map(rows.filter(({ bucket }) => bucket === today).map((row) => [row.model, row.cached_tokens]));
  const ofToday = [...models].flatMap(([model, own]) =>
    own.map((row, i) => ({ ...row, provider: undefined, cached_tokens: i === 0 ? cached.get(model) : 0 })),
  );
  return [...rows.filter(({ bucket }) => bucket !== today), ...ofToday];
}
