// Attributes spend to keys: in few queries of analytics by key name, otherwise with one request per key.
import { OpenRouterError, UnauthorizedError } from "../errors.ts";
import type { Key } from "../schemas.ts";
import { readAnalyticsRows } from "./analyticsRows.ts";
import type { RenamedRows } from "./analyticsSource.ts";
import { attribute } from "./attribute.ts";
import { COMPARED, mismatchError, requireNotMore, requireSameSums, sumOf } from "./compareSums.ts";
import type { KeyParts, ReadContext } from "./context.ts";
import { splitRows } from "./excess.ts";
import { type KeySpendOptions, readKeySpend } from "./keySpend.ts";
import type { SpendSourceReader } from "./source.ts";
import { bucketEnd, bucketStart } from "./span.ts";
import type { SpendRow } from "./table.ts";

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
  if (byName && (whole || source.source === "analytics"))
    try {
      const parts = await context.keyParts(source, keys);
      if (whole && source.source === "activity") return await splitActivity(source, whole, parts, context);
      const named = await context.rename(parts.rows, { signal });
      const rows = whole ? splitRows(source, whole.rows, named.rows, ["model"], context) : named.rows;
      return { rows, notes: [...parts.notes, ...named.notes] };
    } catch (error) {
      signal?.throwIfAborted();
      if (!whole || !(error instanceof OpenRouterError) || error instanceof UnauthorizedError) throw error;
      if (source.source === "analytics")
        return { rows: whole.rows, notes: [{ kind: "keysFailed", failed: keys.length, cause: error.message }] };
    }
  const parts = await readKeySpend(source, keys, whole?.rows, { signal, onProgress });
  return { ...parts, rows: whole ? splitRows(source, whole.rows, parts.rows, source.dimensions, context) : parts.rows };
}

/** Splits rows of `/activity` by key. @throws OpenRouterError if the spend by key from analytics doesn't match them */
async function splitActivity(
  source: SpendSourceReader,
  whole: RenamedRows,
  { rows, notes, measures }: KeyParts,
  context: ReadContext,
): Promise<RenamedRows> {
  const { client } = context;
  const range = { unit: "day", start: bucketStart(source.from), end: bucketEnd(source.to) } as const;
  const [{ modelBySlug }, totals] = await Promise.all([
    context.completedDays(),
    context.reuse(source, "totals", (signal) => readAnalyticsRows(client, { ...range, measures }, { signal })),
  ]);
  if (notes.some(({ kind }) => kind === "truncated")) throw mismatchError("are incomplete");
  if (COMPARED.some((measure) => !measures.includes(measure) && sumOf(whole.rows, measure) !== 0))
    throw mismatchError("lack a metric for some figures");
  requireSameSums(whole.rows, totals.rows, measures);
  requireNotMore(whole.rows, rows, measures);
  const named = (row: SpendRow) => ({ ...row, model: modelBySlug.get(row.model ?? "") ?? row.model });
  return { rows: attribute(whole.rows.map(named), rows.map(named), ["model"]), notes };
}
