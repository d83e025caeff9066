import { type ListCoverage, listAllKeys } from "../account/listAll.ts";
import type { Rows, Unreadable } from "../endpoints/envelopes.ts";
import { getKey } from "../endpoints/keys.ts";
import { type ActivityQuery, getAnalyticsMeta } from "../endpoints/usage.ts";
import type { Client } from "../http/call.ts";
import type { ActivityRow, Key } from "../schemas.ts";
import { sum } from "../text/figures.ts";
import { activityRow, activitySource } from "./activitySource.ts";
import { activityDays, activityTable } from "./activityTable.ts";
import { analyticsSignal, withAnalyticsFallback } from "./analytics.ts";
import { attribute } from "./attribute.ts";
import { type KeySpendOptions, readKeySpend } from "./keySpend.ts";
import { createKeySpendReader, type KeySpendReader } from "./keySpendFromAnalytics.ts";
import { nameLookup } from "./names.ts";
import type { SpendNote, SpendRow, SpendTable } from "./table.ts";

/** Concurrent requests when each key takes one. */
const KEY_CONCURRENCY = 24;
/** With more keys, one request per key takes too long. */
const MAX_KEYS_BY_PROVIDER = 100;

export interface ByKeyOptions extends KeySpendOptions {
  /**
   * Also splits each key's spend by provider, in accounts with up to 100 keys. Takes one request per key, because
   * analytics can't split by key, model and provider at once.
   */
  splitByProvider?: boolean;
}

/** Builds a table by day, model and provider from a response of `GET /activity`. */
export function tableFromActivity(
  rows: readonly ActivityRow[],
  { date }: ActivityQuery = {},
  unreadable?: Unreadable,
): SpendTable {
  const spend = rows.map(activityRow);
  const notes = unreadable ? [{ kind: "rowsUnreadable", ...unreadable } as const] : [];
  return activityTable(spend, activityDays(spend, date), ["model", "provider"], { notes });
}

export interface ActivityByKey extends ListCoverage {
  /** The queried keys. */
  keys: Key[];
  spend: SpendTable;
}

/**
 * Splits activity by key, too. Rows of `/activity` carry no key, so each key's spend comes from `POST /analytics/query`
 * if its sums match these rows, otherwise from one request of `/activity` per key. Spend of unlisted keys, such as deleted
 * ones, is unattributed. The table's notes and sources name the source used.
 * @param activity the response of the same query for all keys, possibly pending
 */
export async function activityByKey(
  client: Client,
  activity: Promise<Rows<ActivityRow>>,
  query: ActivityQuery,
  { signal, splitByProvider = false, ...options }: ByKeyOptions = {},
): Promise<ActivityByKey> {
  // A failure aborts the other requests.
  const end = new AbortController();
  const within = { ...options, signal: signal ? AbortSignal.any([signal, end.signal]) : end.signal };
  try {
    const listing = listKeys(client, query, within);
    const start = () => startAnalytics(client, activity, query, within.signal);
    const started = splitByProvider ? undefined : start();
    const [{ data, unreadable }, { keys, ...scope }] = await Promise.all([activity, listing]);
    const analytics = started ?? (keys.length > MAX_KEYS_BY_PROVIDER ? start() : undefined);
    const whole = data.map(activityRow);
    const days = activityDays(whole, query.date, client.now());
    const readOneByOne = () => readKeysOneByOne(client, keys, whole, days, query, within);
    const parts = analytics
      ? await withAnalyticsFallback<KeySpend>(
          async (limited) => ({
            ...(await (await analytics).read(keys, { ...within, signal: limited })),
            source: "analytics",
          }),
          async (cause) => {
            const { rows, notes } = await readOneByOne();
            return { rows, notes: [{ kind: "analyticsUnavailable", cause }, ...notes] };
          },
          within,
        )
      : await readOneByOne();
    const coverageNotes: SpendNote[] = [
      ...(unreadable ? [{ kind: "rowsUnreadable", ...unreadable } as const] : []),
      ...(scope.workspaces ? [] : [{ kind: "workspacesUnavailable" } as const]),
    ];
    const spend = activityTable(
      attribute(whole, parts.rows, ["model", "provider"]),
      days,
      ["model", "provider", "key", "workspace"],
      { name: nameLookup(keys, scope.workspaces), notes: [...parts.notes, ...coverageNotes], source: parts.source },
    );
    return { keys, ...scope, spend };
  } finally {
    end.abort();
  }
}

interface KeySpend {
  rows: SpendRow[];
  notes: SpendNote[];
  /** Undefined if the rows come from `/activity`, like the totals. */
  source?: "analytics";
}

/** Starts the analytics requests that don't need the list of keys; undefined if analytics can't answer the query. */
function startAnalytics(
  client: Client,
  activity: Promise<Rows<ActivityRow>>,
  { date, api_key_hash, user_id }: ActivityQuery,
  signal: AbortSignal,
): Promise<KeySpendReader> | undefined {
  if (api_key_hash !== undefined || user_id !== undefined) return undefined;
  const meta = getAnalyticsMeta(client, { signal: analyticsSignal(signal) });
  const ready = activity.then(({ data }) => {
    const days = activityDays(data.map(activityRow), date, client.now());
    return createKeySpendReader(client, data, days, meta, { signal });
  });
  // Avoids unhandled rejections if the activity fails, because then nothing awaits these.
  for (const promise of [meta, ready]) promise.catch(() => {});
  return ready;
}

async function listKeys(
  client: Client,
  { api_key_hash }: ActivityQuery,
  options: KeySpendOptions,
): Promise<ListCoverage & { keys: Key[] }> {
  if (api_key_hash === undefined) return listAllKeys(client, {}, options);
  return { keys: [await getKey(client, api_key_hash, options)], workspaces: [] };
}

/** Reads each key's spend with one request per key; failures become notes. */
async function readKeysOneByOne(
  client: Client,
  keys: readonly Key[],
  whole: readonly SpendRow[],
  days: readonly string[],
  { user_id, api_key_hash }: ActivityQuery,
  options: KeySpendOptions,
): Promise<KeySpend> {
  const [key] = keys;
  // The rows are already filtered by this key.
  if (api_key_hash !== undefined && key)
    return {
      rows: whole.map((row) => ({ ...row, key: key.hash, workspace: key.workspace_id ?? undefined })),
      notes: [],
    };
  const source = activitySource(client, days[0]!, days.at(-1)!, { user_id, workspaces: false });
  const everyKey = { ...source, maxKeys: Number.POSITIVE_INFINITY };
  return readKeySpend(everyKey, keys, whole, { concurrency: KEY_CONCURRENCY, ...options });
}

/** Adds up activity rows: USD and requests. */
export function totals(rows: readonly ActivityRow[]) {
  return {
    usage: sum(rows.map((row) => row.usage)),
    byok_usage_inference: sum(rows.map((row) => row.byok_usage_inference)),
    requests: sum(rows.map((row) => row.requests)),
  };
}
