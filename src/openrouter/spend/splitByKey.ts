// Attributes spend to keys: in few queries of analytics by key name, otherwise with one request per key.
import { OpenRouterError, RateLimitError, ServerError, TimeoutError, UnauthorizedError } from "../errors.ts";
import type { Key } from "../schemas.ts";
import { activitySource } from "./activitySource.ts";
import { readAnalyticsRows } from "./analyticsRows.ts";
import type { RenamedRows } from "./analyticsSource.ts";
import { COMPARED, mismatchError, requireNotMore, requireSameSums, sumOf } from "./compareSums.ts";
import type { KeyParts, ReadContext } from "./context.ts";
import { splitRows } from "./excess.ts";
import { type KeySpendOptions, readKeySpend } from "./keySpend.ts";
import { ACTIVITY_DAYS } from "./plan.ts";
import type { SpendSourceReader } from "./source.ts";
import { bucketEnd, bucketStart, dayAfter } from "./span.ts";
import type { SpendRow } from "./table.ts";

/** This many keys may be queried one by one even if few queries can answer for all: that splits by model and provider. */
const MAX_SEPARATE = 4;

/** Returns the listed keys, or those of them that the request names. */
async function requestedKeys({ request: { keys: hashes }, allKeys }: ReadContext): Promise<readonly Key[]> {
  const { keys } = await allKeys();
  const wanted = hashes && new Set(hashes);
  return wanted ? keys.filter(({ hash }) => wanted.has(hash)) : keys;
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
  // A query by key name can't also split by provider, but it can read one provider alone. To get several, each key takes a
  // query of its own, unless that would skip some of the requested keys.
  const byName =
    !request.dimensions.includes("provider") ||
    (whole ? request.provider !== undefined && keys.length > MAX_SEPARATE : keys.length > source.maxKeys);
  if (byName && (whole || source.source === "analytics"))
    try {
      const parts = await context.keyParts(source, keys);
      if (whole && source.source === "activity") return await splitActivity(source, whole, parts, context);
      const named = await context.rename(parts.rows, { signal });
      const rows = whole ? splitAmong(source, whole.rows, named.rows, context) : named.rows;
      return { rows, notes: [...parts.notes, ...named.notes] };
    } catch (error) {
      signal?.throwIfAborted();
      if (!whole || !(error instanceof OpenRouterError) || error instanceof UnauthorizedError) throw error;
      if (source.source === "analytics" || (await isTemporary(error, context)))
        return { rows: whole.rows, notes: [{ kind: "keysFailed", failed: keys.length, cause: error.message }] };
    }
  const limited = context.failures.find((error) => error instanceof RateLimitError);
  if (limited && !whole && keys.length > MAX_SEPARATE) throw limited;
  const parts = await readKeySpend(reusable(source, context), keys, whole?.rows, { signal, onProgress });
  return { ...parts, rows: whole ? splitRows(source, whole.rows, parts.rows, source.dimensions, context) : parts.rows };
}

/** True if analytics will answer later: hundreds of requests for single keys would only make it worse. */
async function isTemporary(error: OpenRouterError, { current }: ReadContext): Promise<boolean> {
  if (error instanceof RateLimitError) return true;
  if (!(error instanceof TimeoutError || error instanceof ServerError)) return false;
  const reading = await current().catch(() => undefined);
  return reading?.source === "analytics";
}

/** Returns a source that reuses each key's completed days of `/activity`, of which every response has all. */
function reusable(source: SpendSourceReader, { client, span, reuse }: ReadContext): SpendSourceReader {
  if (source.source !== "activity") return source;
  const [from, to] = [dayAfter(span.today, -ACTIVITY_DAYS), dayAfter(span.today, -1)];
  const all = activitySource(client, from, to);
  return {
    ...source,
    async read(slice) {
      const id = `activity ${JSON.stringify(slice)}`;
      const { rows, notes } = await reuse({ from, to }, id, (signal) => all.read(slice, { signal }));
      return { rows: rows.filter(({ bucket }) => bucket >= source.from && bucket <= source.to), notes };
    },
  };
}

/** Splits rows by the spend of keys by model; if the request names a provider, this is the spend with it. */
function splitAmong(
  source: SpendSourceReader,
  whole: readonly SpendRow[],
  parts: readonly SpendRow[],
  context: ReadContext,
): SpendRow[] {
  const { provider } = context.request;
  if (provider === undefined) return splitRows(source, whole, parts, ["model"], context);
  const own = parts.map((row) => ({ ...row, provider }));
  return splitRows(source, whole, own, ["model", "provider"], context);
}

/** Splits rows of `/activity` by key. @throws OpenRouterError if the spend by key from analytics doesn't match them */
async function splitActivity(
  source: SpendSourceReader,
  whole: RenamedRows,
  { rows, notes, measures, filters }: KeyParts,
  context: ReadContext,
): Promise<RenamedRows> {
  const { client, request } = context;
  const { provider } = request;
  const range = { unit: "day", start: bucketStart(source.from), end: bucketEnd(source.to), filters } as const;
  const [{ modelBySlug }, totals] = await Promise.all([
    context.completedDays(),
    context.reuse(source, `totals ${JSON.stringify(filters)}`, (signal) =>
      readAnalyticsRows(client, { ...range, measures }, { signal }),
    ),
  ]);
  const compared = provider === undefined ? whole.rows : whole.rows.filter((row) => row.provider === provider);
  if (notes.some(({ kind }) => kind === "truncated")) throw mismatchError("are incomplete");
  if (COMPARED.some((measure) => !measures.includes(measure) && sumOf(compared, measure) !== 0))
    throw mismatchError("lack a metric for some figures");
  requireSameSums(compared, totals.rows, measures);
  requireNotMore(compared, rows, measures);
  const shortest = (row: SpendRow) => modelBySlug.get(row.model ?? "") ?? row.model;
  const named = rows.map((row) => ({ ...row, model: shortest(row) }));
  if (provider === undefined) {
    const renamed = whole.rows.map((row) => ({ ...row, model: shortest(row) }));
    return { rows: splitAmong(source, renamed, named, context), notes };
  }
  // Analytics can't distinguish variants (`:free`) of a model. If several were used on a day, they stay unattributed.
  const cell = ({ bucket }: SpendRow, model: string | undefined) => `${bucket} ${model}`;
  const variants = Map.groupBy(compared, (row) => cell(row, shortest(row)));
  const models = (row: SpendRow) => [...new Set(variants.get(cell(row, row.model))?.map(({ model }) => model))];
  const left = new Set<string | undefined>();
  const split = named.flatMap((row) => {
    const [model = row.model, ...others] = models(row);
    if (others.length === 0) return [{ ...row, model }];
    left.add(row.key);
    return [];
  });
  const cause = "Analytics don't tell variants of a model, such as :free, apart.";
  const unsplit = left.size > 0 ? [{ kind: "keysFailed", failed: left.size, cause } as const] : [];
  return { rows: splitAmong(source, whole.rows, split, context), notes: [...notes, ...unsplit] };
}
