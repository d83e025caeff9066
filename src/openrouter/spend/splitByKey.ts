// Attributes spend to keys: in few queries of analytics by key name, otherwise with one request per key.
import { OpenRouterError, UnauthorizedError } from "../errors.ts";
import type { Key } from "../schemas.ts";
import { readAnalyticsRows } from "./analyticsRows.ts";
import { analyticsSource, type RenamedRows } from "./analyticsSource.ts";
import { attribute } from "./attribute.ts";
import { COMPARED, mismatchError, requireNotMore, requireSameSums, sumOf } from "./compareSums.ts";
import type { KeyParts, ReadContext } from "./context.ts";
import { type KeySpendOptions, readKeySpend, readKeySpendByName } from "./keySpend.ts";
import type { SpendSourceReader } from "./source.ts";
import { bucketEnd, bucketStart } from "./span.ts";
import type { SpendRow } from "./table.ts";

/** Reads the spend of the request's keys in all its buckets at once. @throws OpenRouterError */
export async function readKeyParts(context: ReadContext, onProgress: KeySpendOptions["onProgress"]): Promise<KeyParts> {
  const { client, request, options, span, buckets, now } = context;
  const { signal } = options;
  const range = { unit: span.unit, from: buckets[0]!, to: buckets.at(-1)!, now, splitByProvider: false } as const;
  const [source, keys] = await Promise.all([
    analyticsSource(client, { ...range, supported: context.supported, rename: asTheyAre }, { signal }),
    requestedKeys(context),
  ]);
  const { readByKeyName } = source;
  if (!readByKeyName) return { rows: [], notes: [], measures: [] };
  const whole = request.keys ? undefined : [];
  const parts = await readKeySpendByName({ ...source, readByKeyName }, keys, whole, { signal, onProgress });
  return { ...parts, measures: COMPARED.filter(source.hasMeasure) };
}

const asTheyAre = (rows: SpendRow[]): RenamedRows => ({ rows, notes: [] });

/** Returns the listed keys, or those of them that the request names. */
async function requestedKeys({ request: { keys: hashes }, allKeys }: ReadContext): Promise<readonly Key[]> {
  const { keys } = await allKeys();
  return hashes ? keys.filter(({ hash }) => hashes.includes(hash)) : keys;
}

/**
 * Splits a source's rows by key.
 * @param whole the rows of all keys; undefined if the request names its keys
 */
export async function splitByKey(
  source: SpendSourceReader,
  whole: RenamedRows | undefined,
  context: ReadContext,
  onProgress: KeySpendOptions["onProgress"],
): Promise<RenamedRows> {
  const { request, options } = context;
  const { signal } = options;
  const keys = await requestedKeys(context);
  // A query by key name can't also split by provider. To get both, each key takes a query of its own, unless that would
  // skip some of the requested keys.
  const byName =
    !request.dimensions.includes("provider") || (request.keys !== undefined && keys.length > source.maxKeys);
  if (byName && source.source === "activity" && whole)
    try {
      return await splitActivity(source, whole, context);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof OpenRouterError) || error instanceof UnauthorizedError) throw error;
    }
  if (byName && source.source === "analytics") {
    const { rows, notes } = partsWithin(await context.keyParts(), source);
    const named = await context.rename(rows, { signal });
    const all = whole ? attribute(whole.rows, named.rows, ["model"]) : named.rows;
    return { rows: all, notes: [...notes, ...named.notes] };
  }
  const parts = await readKeySpend(source, keys, whole?.rows, { signal, onProgress });
  return { ...parts, rows: whole ? attribute(whole.rows, parts.rows, source.dimensions) : parts.rows };
}

/** Splits rows of `/activity` by key from analytics. @throws OpenRouterError if they don't match */
async function splitActivity(
  source: SpendSourceReader,
  whole: RenamedRows,
  context: ReadContext,
): Promise<RenamedRows> {
  const [{ modelBySlug }, parts, totals] = await Promise.all([
    context.completedDays(),
    context.keyParts(),
    readTotals(source, context),
  ]);
  const { rows, notes } = partsWithin(parts, source);
  if (notes.some(({ kind }) => kind === "keysFailed" || kind === "truncated")) throw mismatchError("are incomplete");
  if (COMPARED.some((measure) => !parts.measures.includes(measure) && sumOf(whole.rows, measure) !== 0))
    throw mismatchError("lack a metric for some figures");
  requireSameSums(whole.rows, totals, parts.measures);
  requireNotMore(whole.rows, rows, parts.measures);
  const named = (row: SpendRow) => ({ ...row, model: modelBySlug.get(row.model ?? "") ?? row.model });
  return { rows: attribute(whole.rows.map(named), rows.map(named), ["model"]), notes };
}

/** Reads what analytics count in total on a source's days. */
async function readTotals({ from, to }: SpendSourceReader, { client, supported, options }: ReadContext) {
  const measures = COMPARED.filter((measure) => supported?.includes(measure) ?? true);
  const range = { unit: "day", start: bucketStart(from), end: bucketEnd(to) } as const;
  return (await readAnalyticsRows(client, { ...range, measures }, { signal: options.signal })).rows;
}

function partsWithin({ rows, notes }: RenamedRows, { from, to }: SpendSourceReader): RenamedRows {
  return { rows: rows.filter(({ bucket }) => bucket >= from && bucket <= to), notes };
}
