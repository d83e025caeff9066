import { OpenRouterError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { ActivityRow, AnalyticsMeta, Key } from "../schemas.ts";
import { sum } from "../text/figures.ts";
import { activityRow } from "./activitySource.ts";
import { analyticsSignal } from "./analytics.ts";
import { analyticsSource } from "./analyticsSource.ts";
import { type KeySpendOptions, readKeySpendByName } from "./keySpend.ts";
import type { Measure, SpendNote, SpendRow } from "./table.ts";

/** Sums of both sources may differ by 0.1 %, because they are not counted at the same time, plus rounding. */
const TOLERANCE = 0.001;
const ROUNDING = 1e-4;
const COMPARED = ["cost", "byok_cost", "requests"] as const;

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
  const source = await analyticsSource(client, { ...range, meta, modelIds: modelIds(activity) });
  const { readByKeyName } = source;
  const present = COMPARED.filter((measure) => sumOf(whole, measure) !== 0);
  if (!readByKeyName || !present.every(source.hasMeasure)) throw mismatchError("lack a metric for some figures");
  if (present.length === 0) return { read: async () => ({ rows: [], notes: [] }) };
  // A figure that is zero in the rows must be zero in analytics, too.
  const compared = COMPARED.filter(source.hasMeasure);
  const checked = source.read({}, { signal: analyticsSignal(options?.signal) }).then(({ rows }) => {
    for (const measure of compared) {
      const [expected, found] = [sumOf(whole, measure), sumOf(rows, measure)];
      if (Math.abs(found - expected) > maxDifference(expected))
        throw mismatchError(`add up to ${measure} ${found} instead of ${expected}`);
    }
  });
  // `read` throws this error.
  checked.catch(() => {});
  const providerOf = soleProviders(whole);
  return {
    async read(keys, readOptions) {
      const [{ rows, notes }] = await Promise.all([
        readKeySpendByName({ ...source, readByKeyName }, keys, undefined, readOptions),
        checked,
      ]);
      if (notes.some(({ kind }) => kind === "truncated")) throw mismatchError("were truncated");
      for (const measure of compared) {
        const [expected, found] = [sumOf(whole, measure), sumOf(rows, measure)];
        if (found - expected > maxDifference(expected))
          throw mismatchError(`add up to ${measure} ${found} by key instead of ${expected}`);
      }
      return { rows: rows.map((row) => ({ ...row, provider: providerOf(row) })), notes };
    },
  };
}

const maxDifference = (expected: number) => Math.abs(expected) * TOLERANCE + ROUNDING;
const sumOf = (rows: readonly SpendRow[], measure: Measure) => sum(rows.map((row) => row[measure] ?? 0));

function mismatchError(what: string): OpenRouterError {
  return new OpenRouterError(`Analytics don't match /activity: they ${what}.`, "Query each key separately.");
}

/** Maps permaslugs to model ids. Variants (`:free`) share their model's slug, so the shortest id wins. */
function modelIds(activity: readonly ActivityRow[]): Map<string, string> {
  const ids = new Map<string, string>();
  for (const { model, model_permaslug: slug } of activity) {
    const shortest = ids.get(String(slug));
    if (typeof slug === "string" && (shortest === undefined || model.length < shortest.length)) ids.set(slug, model);
  }
  return ids;
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
