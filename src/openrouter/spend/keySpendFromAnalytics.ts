import type { Client, RequestOptions } from "../http/call.ts";
import type { ActivityRow, AnalyticsMeta, Key } from "../schemas.ts";
import { activityRow } from "./activitySource.ts";
import { analyticsSignal } from "./analytics.ts";
import { analyticsSource } from "./analyticsSource.ts";
import { COMPARED, mismatchError, requireNotMore, requireSameSums, sumOf } from "./compareSums.ts";
import { shortestIds } from "./completedDays.ts";
import { type KeySpendOptions, readKeySpendByName } from "./keySpend.ts";
import type { SpendNote, SpendRow } from "./table.ts";

export interface KeySpendReader {
  /** Reads the keys' spend by day and model, with the provider if the model had only one that day. */
  read(keys: readonly Key[], options: KeySpendOptions): Promise<{ rows: SpendRow[]; notes: SpendNote[] }>;
}

/**
 * Creates a reader that splits rows of `/activity` by key with few requests of `POST /analytics/query` instead of one per
 * key. Starts reading the totals at once: they must match the rows, and the sum over the keys must not exceed them.
 * @param days the UTC days of the rows
 * @throws OpenRouterError if the account has no analytics; `read` throws one if they don't match the rows
 */
export async function createKeySpendReader(
  client: Client,
  activity: readonly ActivityRow[],
  days: readonly string[],
  meta: Promise<AnalyticsMeta>,
  options?: RequestOptions,
): Promise<KeySpendReader> {
  const whole = activity.map(activityRow);
  const range = { unit: "day", from: days[0]!, to: days.at(-1)!, now: client.now(), splitByProvider: false } as const;
  const ids = shortestIds(activity);
  const rename = (rows: SpendRow[]) => ({
    rows: rows.map((row) => ({ ...row, model: ids.get(row.model ?? "") ?? row.model })),
    notes: [],
  });
  const source = await analyticsSource(client, { ...range, meta, rename });
  const { readByKeyName } = source;
  const present = COMPARED.filter((measure) => sumOf(whole, measure) !== 0);
  if (!readByKeyName || !present.every(source.hasMeasure)) throw mismatchError("lack a metric for some figures");
  if (present.length === 0) return { read: async () => ({ rows: [], notes: [] }) };
  // A figure that is zero in the rows must be zero in analytics, too.
  const compared = COMPARED.filter(source.hasMeasure);
  const checked = source.read({}, { signal: analyticsSignal(options?.signal) }).then(({ rows }) => {
    requireSameSums(whole, rows, compared);
  });
  // `read` throws this error.
  checked.catch(() => {});
  const providerOf = soleProviders(whole);
  return {
    async read(keys, readOptions) {
      const [{ rows, notes, unknown }] = await Promise.all([
        readKeySpendByName({ ...source, readByKeyName }, keys, true, readOptions),
        checked,
      ]);
      if (unknown > 0) throw mismatchError("contain keys that were not requested");
      if (notes.some(({ kind }) => kind === "truncated")) throw mismatchError("were truncated");
      requireNotMore(whole, rows, compared);
      return { rows: rows.map((row) => ({ ...row, provider: providerOf(row) })), notes };
    },
  };
}

/** Returns a function that gives a model's provider on a day; undefined if it had several. */
function soleProviders(whole: readonly SpendRow[]): (row: SpendRow) => string | undefined {
  const days = Map.groupBy(whole, ({ bucket }) => bucket);
  const providers = new Map<string, Map<string | undefined, string | undefined>>();
  for (const [day, rows] of days) {
    const models = Map.groupBy(rows, ({ model }) => model);
    const sole = [...models].filter(([, own]) => own.every(({ provider }) => provider === own[0]!.provider));
    providers.set(day, new Map(sole.map(([model, own]) => [model, own[0]!.provider])));
  }
  return ({ bucket, model }) => providers.get(bucket)?.get(model);
}
