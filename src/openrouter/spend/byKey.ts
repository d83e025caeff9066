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

/** Keys that are asked for at once where each takes a request of its own. */
const KEY_CONCURRENCY = 24;
/** With more keys, a request each takes too long to wait for. */
const MAX_KEYS_BY_PROVIDER = 100;

export interface ByKeyOptions extends KeySpendOptions {
  /**
   * Tells the providers of each key apart, too, as far as the account has at most 100 keys: the analytics cannot where a
   * model has several, and so each key is asked for by itself.
   */
  splitByProvider?: boolean;
}

/** The answer of a `/activity` query as a table by day, model and provider. */
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
  /** The keys that were asked for. */
  keys: Key[];
  spend: SpendTable;
}

/**
 * The same by key, too. Rows of `/activity` carry no key: what each spent comes from `POST /analytics/query`, where the
 * account has it and its sums agree with these rows, and otherwise from one request of `/activity` a key. What no key
 * accounts for, such as the spend of deleted ones, is unattributed. The table's notes and sources say which it was.
 * @param activity what the same query answers for all keys, not necessarily here yet
 */
export async function activityByKey(
  client: Client,
  activity: Promise<Rows<ActivityRow>>,
  query: ActivityQuery,
  { signal, splitByProvider = false, ...options }: ByKeyOptions = {},
): Promise<ActivityByKey> {
  // Whatever fails ends the other requests.
  const end = new AbortController();
  const within = { ...options, signal: signal ? AbortSignal.any([signal, end.signal]) : end.signal };
  try {
    const listing = listKeys(client, query, within);
    const askAtOnce = () => startAnalytics(client, activity, query, within.signal);
    const early = splitByProvider ? undefined : askAtOnce();
    const [{ data, unreadable }, { keys, ...scope }] = await Promise.all([activity, listing]);
    const analytics = early ?? (keys.length > MAX_KEYS_BY_PROVIDER ? askAtOnce() : undefined);
    const whole = data.map(activityRow);
    const days = activityDays(whole, query.date, client.now());
    const byRequest = () => readKeysOneByOne(client, keys, whole, days, query, within);
    const parts = analytics
      ? await withAnalyticsFallback<KeySpend>(
          async (limited) => ({
            ...(await (await analytics).read(keys, { ...within, signal: limited })),
            source: "analytics",
          }),
          async (cause) => {
            const { rows, notes } = await byRequest();
            return { rows, notes: [{ kind: "analyticsUnavailable", cause }, ...notes] };
          },
          within,
        )
      : await byRequest();
    const missing: SpendNote[] = [
      ...(unreadable ? [{ kind: "rowsUnreadable", ...unreadable } as const] : []),
      ...(scope.workspaces ? [] : [{ kind: "workspacesUnavailable" } as const]),
    ];
    const spend = activityTable(
      attribute(whole, parts.rows, ["model", "provider"]),
      days,
      ["model", "provider", "key", "workspace"],
      { name: nameLookup(keys, scope.workspaces), notes: [...parts.notes, ...missing], source: parts.source },
    );
    return { keys, ...scope, spend };
  } finally {
    end.abort();
  }
}

interface KeySpend {
  rows: SpendRow[];
  notes: SpendNote[];
  /** Undefined for `/activity`, which the rows of the whole come from. */
  source?: "analytics";
}

/** Asks the analytics what can be asked before the keys are known; undefined where they are of no use for the query. */
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
  // Thrown again where they are waited for; without activity nobody does.
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

/** Reads each key's spend with one request per key; failed ones are noted. */
async function readKeysOneByOne(
  client: Client,
  keys: readonly Key[],
  whole: readonly SpendRow[],
  days: readonly string[],
  { user_id, api_key_hash }: ActivityQuery,
  options: KeySpendOptions,
): Promise<KeySpend> {
  const [key] = keys;
  // The rows are this key's already.
  if (api_key_hash !== undefined && key)
    return {
      rows: whole.map((row) => ({ ...row, key: key.hash, workspace: key.workspace_id ?? undefined })),
      notes: [],
    };
  const source = activitySource(client, days[0]!, days.at(-1)!, { user_id, workspaces: false });
  const everyKey = { ...source, maxKeys: Number.POSITIVE_INFINITY };
  return readKeySpend(everyKey, keys, whole, { concurrency: KEY_CONCURRENCY, ...options });
}

/** Sums of activity rows: USD and requests. */
export function totals(rows: readonly ActivityRow[]) {
  return {
    usage: sum(rows.map((row) => row.usage)),
    byok_usage_inference: sum(rows.map((row) => row.byok_usage_inference)),
    requests: sum(rows.map((row) => row.requests)),
  };
}
