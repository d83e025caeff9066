// Reads spend by key name from analytics, once for all segments of a table.
import { OpenRouterError } from "../errors.ts";
import type { Key } from "../schemas.ts";
import { analyticsSource, type RenamedRows } from "./analyticsSource.ts";
import { COMPARED, mismatchError } from "./compareSums.ts";
import type { KeyParts, ReadContext } from "./context.ts";
import { type KeySpendOptions, readKeySpendByName } from "./keySpend.ts";
import { dayAfter } from "./span.ts";
import type { SpendRow } from "./table.ts";

interface BucketRange {
  from: string;
  to: string;
}

/** Creates the `keyParts` of a context. If the completed days are not known yet, they are read together with today. */
export function createKeyParts(context: Omit<ReadContext, "keyParts">): ReadContext["keyParts"] {
  const { span, buckets } = context;
  const yesterday = dayAfter(span.today, -1);
  const [first, last] = [buckets[0]!, buckets.at(-1)!];
  let completed: Promise<KeyParts> | undefined;
  let today: KeyParts | undefined;

  const read = async (range: BucketRange, keys: readonly Key[], signal = context.options.signal) => {
    const progress = context.progress();
    try {
      return await readKeyParts(range, keys, context, { signal, onProgress: progress.onProgress });
    } finally {
      progress.end();
    }
  };

  function readCompleted(keys: readonly Key[]): Promise<KeyParts> {
    const id = `by key ${keys.map(({ hash }) => hash).join(" ")}`;
    return context.reuse({ from: first, to: last < yesterday ? last : yesterday }, id, async (signal) => {
      const all = await read({ from: first, to: last }, keys, signal);
      if (last > yesterday) today = partsWithin(all, { from: span.today, to: span.today });
      return partsWithin(all, { from: first, to: yesterday });
    });
  }

  return async (range, keys) => {
    if (span.unit === "hour" || first === span.today) return read(range, keys);
    completed ??= readCompleted(keys);
    const parts = await completed;
    if (range.from !== span.today) return partsWithin(parts, range);
    return today ?? read(range, keys);
  };
}

/** Reads the spend of some keys from analytics. @throws OpenRouterError if a query fails */
async function readKeyParts(
  { from, to }: BucketRange,
  keys: readonly Key[],
  { client, request, span, now, supported }: Omit<ReadContext, "keyParts">,
  options: KeySpendOptions,
): Promise<KeyParts> {
  const range = { unit: span.unit, from, to, now, splitByProvider: false, supported, rename: asTheyAre } as const;
  const source = await analyticsSource(client, range, options);
  const { readByKeyName } = source;
  if (!readByKeyName) throw mismatchError("have no keys");
  const whole = request.keys ? undefined : [];
  const parts = await readKeySpendByName({ ...source, readByKeyName }, keys, whole, options);
  for (const note of parts.notes) if (note.kind === "keysFailed") throw new OpenRouterError(note.cause, "Try again.");
  return { ...parts, measures: COMPARED.filter(source.hasMeasure) };
}

const asTheyAre = (rows: SpendRow[]): RenamedRows => ({ rows, notes: [] });

function partsWithin({ rows, ...rest }: KeyParts, { from, to }: BucketRange): KeyParts {
  return { ...rest, rows: rows.filter(({ bucket }) => bucket >= from && bucket <= to) };
}
