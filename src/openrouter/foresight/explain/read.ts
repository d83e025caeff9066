import { listAllKeys } from "../../account/listAll.ts";
import { checkManagementKey } from "../../account/managementKey.ts";
import { InvalidInputError, OpenRouterError } from "../../errors.ts";
import type { Client, RequestOptions } from "../../http/call.ts";
import { normalizeSlug, storedSlug } from "../../safety/slugs.ts";
import type { Filter } from "../../spend/aggregate.ts";
import { withAnalyticsFallback } from "../../spend/analytics.ts";
import { type CatalogModel, cachedModels } from "../../spend/catalog.ts";
import type { CurrentSpend, Listing } from "../../spend/context.ts";
import { nameLookup } from "../../spend/names.ts";
import { currentBucket } from "../../spend/span.ts";
import { sum } from "../../text/figures.ts";
import { type UsualSpend, usualSpend } from "../unusual.ts";
import { explain } from "./explain.ts";
import { listPrices } from "./listPrices.ts";
import type { Explanation, ExplanationNote, Period, UnitPrices, UsageCell } from "./model.ts";
import { listBuckets, type ReadPeriods } from "./periods.ts";
import { usageFromActivity } from "./readActivity.ts";
import { type UsageRequest, usageFromAnalytics } from "./readAnalytics.ts";
import { averageCell, type Usage, usageCells } from "./usage.ts";

export interface ExplanationRequest {
  /** Days, YYYY-MM-DD, or hours, YYYY-MM-DDTHH. `usualOf` and `periodBefore` return what a period is usually compared with. */
  before: Period;
  after: Period;
  /** Explains only this spend; ids as in a spend table. */
  filter?: Filter;
}

export interface ExplanationOptions extends RequestOptions {
  /** Returns the account's keys, to reuse a list that was already read. */
  allKeys?(): Promise<Listing>;
  /** The reading of the current day that other views show: the figures of today are the same. */
  current?: CurrentSpend;
  now?: Date;
}

export interface ReadExplanation {
  explanation: Explanation;
  /** If a completed day is compared with its usual, and enough weeks are known: how it compares with the median. */
  usual: UsualSpend | undefined;
  /** The id of the only model that is explained, if one was selected; its slug may have been given. */
  model: string | undefined;
}

/**
 * Reads the usage of two periods by model × key and explains the difference in cost: from `POST /analytics/query`, up to
 * now and in few requests, or else from `GET /activity` by model alone.
 * @throws InvalidInputError for periods that can't be compared, and for a key or model that is not known
 * @throws OpenRouterError if there are no figures of a period
 */
export async function readExplanation(
  client: Client,
  { before, after, filter = {} }: ExplanationRequest,
  { allKeys, current, now = current ? new Date(current.until) : client.now(), ...options }: ExplanationOptions = {},
): Promise<ReadExplanation> {
  const { signal } = options;
  const periods = listBuckets(before, after, now);
  let listing: Promise<Listing> | undefined;
  function listKeys(fresh = false): Promise<Listing> {
    if (fresh) listing = listAllKeys(client, {}, { signal, fresh, frugal: true });
    listing ??= allKeys?.() ?? listAllKeys(client, {}, { signal, frugal: true });
    return listing;
  }
  const request: UsageRequest = { periods, filter, now, current, listKeys };
  // Reading the keys, of which there may be thousands, doesn't count towards the time that analytics have.
  await requireListed(filter.key, listKeys);
  const reading = withAnalyticsFallback<Usage>(
    (limited) => usageFromAnalytics(client, request, { ...options, signal: limited }),
    (cause) => usageFromActivity(client, request, cause, options),
    options,
  );
  const [usage, catalog] = await Promise.all([
    // With an inference key the account would seem to have no spend.
    checkManagementKey(client, reading, ({ whole }) => whole.length > 0, { signal }),
    readCatalog(client, signal),
  ]);
  const keyName = nameLookup((await listKeys()).keys);
  const model = filter.model?.map((id) => id && findModel(id, catalog.models, usage));
  const result = compare(usage, periods, { ...filter, ...(model && { model }) });
  const explanation = explain({
    ...result,
    prices: catalog.prices,
    name: (dimension, id) => (dimension === "key" ? keyName("key", id) : catalog.names.get(id)),
    notes: [...usage.notes, ...unlistedKeys(usage, result), ...inProgress(periods, now)],
  });
  return { explanation, usual: result.usual(now), model: model?.length === 1 ? (model[0] ?? undefined) : undefined };
}

/** A key that is not listed would seem to have spent nothing. @throws InvalidInputError */
async function requireListed(
  hashes: Filter["key"] = [],
  listKeys: (fresh?: boolean) => Promise<Listing>,
): Promise<void> {
  const unlistedIn = ({ keys }: Listing) => {
    const listed = new Set(keys.map(({ hash }) => hash));
    return hashes.find((hash) => hash !== null && !listed.has(hash));
  };
  if (unlistedIn(await listKeys()) === undefined) return;
  const unlisted = unlistedIn(await listKeys(true));
  if (unlisted !== undefined)
    throw new InvalidInputError(
      `The key ${unlisted} is not in the list of keys; it may be deleted.`,
      "Use a listed key. What deleted keys spent is known only in total.",
    );
}

/**
 * Returns the id of a model, given its id or slug in any case. One that is gone from the catalog is known by its usage.
 * @throws InvalidInputError for a model that is in neither: it would seem to have cost nothing
 */
function findModel(name: string, models: readonly CatalogModel[], { whole, byKey = [] }: Usage): string {
  const isUsed = [...whole, ...byKey].some(({ model }) => model === name);
  if (isUsed || models.some(({ id }) => id === name)) return name;
  const slug = normalizeSlug(name);
  const named = [
    models.find(({ id }) => normalizeSlug(id) === slug),
    models.find((model) => normalizeSlug(storedSlug(model)) === slug),
  ];
  const found = named.find((model) => model !== undefined);
  if (found) return found.id;
  throw new InvalidInputError(
    `The model ${JSON.stringify(name)} is neither in the catalog nor in the usage of these periods.`,
    "Use an id of the list of models.",
  );
}

/** Adds up the usage of both periods. */
function compare(usage: Usage, { unit, before, after }: ReadPeriods, filter: Filter) {
  const isWanted = ({ model, key }: UsageCell) =>
    (filter.model?.includes(model ?? null) ?? true) && (filter.key?.includes(key ?? null) ?? true);
  const cellsOf = (buckets: readonly string[]) => usageCells(usage, buckets).filter(isWanted);
  // Weeks before the account's first spend are not usual.
  const first = usage.whole.reduce((min, { bucket }) => (bucket < min ? bucket : min), after.buckets[0]!);
  const isKnown = (bucket: string) => bucket >= (usage.from ?? first) && bucket >= first;
  const weeks = before.buckets.filter(isKnown);
  if (before.averageOf !== undefined && weeks.length === 0)
    throw new OpenRouterError(
      `Nothing was spent before ${after.from}, so there is no usual spend.`,
      "Compare two given periods instead.",
    );
  const isAverage = before.averageOf !== undefined;
  const period: Period = isAverage
    ? { from: weeks[0]!, to: weeks.at(-1)!, averageOf: weeks.length }
    : { from: before.from, to: before.to };
  return {
    before: isAverage ? cellsOf(weeks).map((cell) => averageCell(cell, weeks.length)) : cellsOf(before.buckets),
    after: cellsOf(after.buckets),
    periods: { before: period, after: { from: after.from, to: after.to } },
    usual(now: Date): UsualSpend | undefined {
      if (before.averageOf === undefined || after.from >= currentBucket(unit, now)) return undefined;
      const usd = (day: string) => (isKnown(day) ? sum(cellsOf([day]).map(({ cost }) => cost)) : undefined);
      return usualSpend(after.from, usd);
    },
  };
}

/** Says how much was spent by keys that are not listed, such as deleted ones. */
function unlistedKeys(
  { byKey }: Usage,
  { before, after }: { before: readonly UsageCell[]; after: readonly UsageCell[] },
): ExplanationNote[] {
  const spent = (cells: readonly UsageCell[]) =>
    sum(cells.filter(({ key }) => key === undefined).map(({ cost }) => cost));
  const note = { kind: "unlistedKeys", before: spent(before), after: spent(after) } as const;
  return byKey && (note.before !== 0 || note.after !== 0) ? [note] : [];
}

function inProgress({ unit, before, after }: ReadPeriods, now: Date): ExplanationNote[] {
  const current = currentBucket(unit, now);
  const isIncluded = [before, after].some(({ buckets }) => buckets.includes(current));
  return isIncluded ? [{ kind: "inProgress", until: now.toISOString() }] : [];
}

/** Reads names and list prices; without them the explanation says what it couldn't split. */
async function readCatalog(client: Client, signal?: AbortSignal) {
  const models = await cachedModels(client, signal).catch((error: unknown) => {
    if (error instanceof OpenRouterError) return [];
    throw error;
  });
  const prices = models.map((model) => [model.id, listPrices(model)] as const);
  return {
    models,
    names: new Map(models.map(({ id, name }) => [id, name])),
    prices: new Map(prices.filter((entry): entry is [string, UnitPrices] => entry[1] !== undefined)),
  };
}
