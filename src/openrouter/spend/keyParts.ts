// Reads spend by key name from analytics, once for all segments of a table.
import { OpenRouterError } from "../errors.ts";
import type { Key } from "../schemas.ts";
import type { AnalyticsFilters } from "./analyticsRows.ts";
import { analyticsSource, type RenamedRows } from "./analyticsSource.ts";
import { COMPARED, mismatchError } from "./compareSums.ts";
import type { KeyParts, ReadContext } from "./context.ts";
import { type KeySpendOptions, readKeySpendByName } from "./keySpend.ts";
import { providerAliases } from "./names.ts";
import { dayAfter } from "./span.ts";
import { seemSwapped } from "./swappedNames.ts";
import type { SpendRow } from "./table.ts";

interface BucketRange {
  from: string;
  to: string;
}

/** Figures that are not reused, because a key's name is unknown. */
class UnresolvedParts extends Error {
  readonly parts: KeyParts;

  constructor(parts: KeyParts) {
    super("A key's name is unknown.");
    this.parts = parts;
  }
}

/** Creates the `keyParts` of a context. If the completed days are not known yet, they are read together with today. */
export function createKeyParts(context: Omit<ReadContext, "keyParts">): ReadContext["keyParts"] {
  const { span, buckets, request } = context;
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

  async function readCompleted(keys: readonly Key[]): Promise<KeyParts> {
    const id = `by key ${JSON.stringify(request.provider)} ${keys.map(({ hash }) => hash).join(" ")}`;
    try {
      return await context.reuse({ from: first, to: last < yesterday ? last : yesterday }, id, async (signal) => {
        const all = await read({ from: first, to: last }, keys, signal);
        if (last > yesterday) today = partsWithin(all, { from: span.today, to: span.today });
        const parts = partsWithin(all, { from: first, to: yesterday });
        if (all.notes.some(({ kind }) => kind === "keysFailed")) throw new UnresolvedParts(parts);
        return parts;
      });
    } catch (error) {
      if (error instanceof UnresolvedParts) return error.parts;
      throw error;
    }
  }

  return async (range, keys) => {
    if (span.unit === "hour" || first === span.today) return read(range, keys);
    completed ??= readCompleted(keys);
    const parts = await completed;
    if (range.from !== span.today) return partsWithin(parts, range);
    return today ?? read(range, keys);
  };
}

/**
 * Reads the spend of some keys from analytics, which name them. If a key was renamed since the keys were listed, lists them
 * anew and reads again. Spend under a name that is still unknown stays unattributed, with a note.
 * @throws OpenRouterError if a query fails
 */
async function readKeyParts(
  { from, to }: BucketRange,
  keys: readonly Key[],
  { client, request, span, now, supported, relist }: Omit<ReadContext, "keyParts">,
  options: KeySpendOptions,
): Promise<KeyParts> {
  const filters = await providerFilter();
  const range = {
    unit: span.unit,
    from,
    to,
    now,
    splitByProvider: false,
    supported,
    filters,
    rename: asTheyAre,
  } as const;
  const source = await analyticsSource(client, range, options);
  const { readByKeyName } = source;
  if (!readByKeyName) throw mismatchError("have no keys");
  const measures = COMPARED.filter(source.hasMeasure);
  const read = (of: readonly Key[]) =>
    readKeySpendByName({ ...source, readByKeyName }, of, request.keys !== undefined, options);

  async function providerFilter(): Promise<AnalyticsFilters> {
    if (request.provider === undefined) return [];
    const value = await providerAliases(client, request.provider, options.signal);
    return [{ field: "provider", operator: "in", value }];
  }

  let parts = await read(keys);
  const canCompare = request.provider === undefined && span.unit === "day" && measures.includes("byok_cost");
  if (parts.unknown > 0 || parts.hasRepeated || (canCompare && seemSwapped(parts.rows, keys, { from, now }))) {
    const hashes = new Set(keys.map(({ hash }) => hash));
    const names = new Map(keys.map(({ hash, name }) => [hash, name]));
    const listed = (await relist()).keys.filter(({ hash }) => !request.keys || hashes.has(hash));
    const isRenamed = listed.some(({ hash, name }) => names.get(hash) !== name);
    if (isRenamed) parts = await read(listed);
  }
  const { rows, notes, unknown } = parts;
  const cause = "The name of a key is not in the list of keys.";
  if (unknown > 0 && request.keys) throw new OpenRouterError(cause, "Query each key separately.");
  const unresolved = unknown > 0 ? [{ kind: "keysFailed", failed: unknown, cause } as const] : [];
  return { rows, notes: [...notes, ...unresolved], measures, filters };
}

const asTheyAre = (rows: SpendRow[]): RenamedRows => ({ rows, notes: [] });

function partsWithin({ rows, ...rest }: KeyParts, { from, to }: BucketRange): KeyParts {
  return { ...rest, rows: rows.filter(({ bucket }) => bucket >= from && bucket <= to) };
}
