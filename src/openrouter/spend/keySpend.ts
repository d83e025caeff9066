import pMap from "p-map";
import { CONCURRENCY } from "../endpoints/collect.ts";
import { NotFoundError, OpenRouterError, UnauthorizedError } from "../errors.ts";
import type { RequestOptions } from "../http/call.ts";
import type { Key } from "../schemas.ts";
import { sum } from "../text/figures.ts";
import { createRemainder } from "./attribute.ts";
import type { SpendSourceReader } from "./source.ts";
import { dayAfter } from "./span.ts";
import type { SpendNote, SpendRow } from "./table.ts";

/** Gives up after this many failures: further keys would fail, too. */
const MAX_FAILURES = 3;

/** Maximum number of keys per query. */
const CHUNK = 500;
/** Maximum number of queries: a third of the rate limit per minute. */
export const MAX_CHUNKS = 20;

export interface KeySpendOptions extends RequestOptions {
  /** Called after each key; `total` is the maximum number of keys to query. */
  onProgress?(done: number, total: number): void;
  /** Concurrent requests. Default: 6. */
  concurrency?: number;
}

/**
 * Reads each key's spend. Rows carry no key hash, so each key takes a query of its own, the highest spend first, until
 * nothing of the whole remains or `maxKeys` are reached. Spend of skipped and failed keys is not in the result.
 * @param whole the spend of all keys, including deleted ones; if undefined, every key must succeed
 * @throws OpenRouterError if `whole` is undefined and a key fails
 */
export async function readKeySpend(
  source: SpendSourceReader,
  keys: readonly Key[],
  whole: readonly SpendRow[] | undefined,
  { onProgress, concurrency = CONCURRENCY, ...options }: KeySpendOptions = {},
): Promise<{ rows: SpendRow[]; notes: SpendNote[] }> {
  if (!whole && keys.length > source.maxKeys)
    throw new OpenRouterError(`${keys.length} keys are too many to query one by one.`, "Select fewer keys.");
  const ordered = sortBySpend(keys);
  const selected = ordered.slice(0, source.maxKeys);
  const rest = whole && createRemainder(whole, source.dimensions);
  // By index of the key, so that the order of rows doesn't depend on the order of responses.
  const parts: SpendRow[][] = [];
  const notes: SpendNote[] = [];
  let done = 0;
  let failed = 0;
  let failure: OpenRouterError | undefined;

  async function readKey(key: Key, index: number): Promise<void> {
    try {
      const part = await source.read({ key: key.hash }, options);
      const own = part.rows.map((row) => ({ ...row, key: key.hash, workspace: key.workspace_id ?? row.workspace }));
      parts[index] = own;
      rest?.subtract(own);
      notes.push(...part.notes);
    } catch (error) {
      if (error instanceof NotFoundError) return; // deleted since the keys were listed: its spend is unattributed
      if (!(error instanceof OpenRouterError) || error instanceof UnauthorizedError) throw error;
      failed += 1;
      failure = error;
    } finally {
      done += 1;
      onProgress?.(done, selected.length);
    }
  }

  const hasRemainder = () => !rest?.isEmpty();
  const shouldContinue = () => failed < (whole ? MAX_FAILURES : 1) && hasRemainder();
  // Keys without spend are queried last, and only if a remainder is left.
  const spenders = selected.filter((key) => allTimeSpend(key) > 0).length;
  for (const [from, to] of [
    [0, spenders],
    [spenders, selected.length],
  ] as const)
    await pMap(selected.slice(from, to), async (key, i) => (shouldContinue() ? readKey(key, from + i) : undefined), {
      concurrency,
      signal: options.signal,
    });

  if (failure && !whole) throw failure;
  if (failure) {
    const missing = ordered.length - done + failed;
    notes.push({ kind: "keysFailed", failed: missing, cause: failure.message });
  } else if (done < ordered.length && hasRemainder())
    notes.push({ kind: "keysAsked", asked: done, of: ordered.length });
  return { rows: parts.flat(), notes };
}

/** The spend of some keys, read by their names. */
export interface NamedKeySpend {
  rows: SpendRow[];
  notes: SpendNote[];
  /** How many names belong to none of the keys: these were renamed since they were listed. Their spend is not in `rows`. */
  unknown: number;
  /** True if a response repeats a row: two of its keys now have the same name. */
  hasRepeated: boolean;
}

/**
 * Reads each key's spend in few requests, from a source that accepts many keys at once and returns their names. Keys
 * that share a name go into different requests, so that a name in a response identifies one key.
 * @param needsAll if true, no key may be left out
 * @throws OpenRouterError if a request fails
 */
export async function readKeySpendByName(
  source: SpendSourceReader & Required<Pick<SpendSourceReader, "readByKeyName">>,
  keys: readonly Key[],
  needsAll: boolean,
  { onProgress, concurrency = CONCURRENCY, ...options }: KeySpendOptions = {},
): Promise<NamedKeySpend> {
  const all = chunksWithUniqueNames(sortBySpend(keys), (key) => isIdleSince(key, source.from));
  const selected = all.slice(0, MAX_CHUNKS);
  const count = selected.flat().length;
  const isPart = selected.length < all.length;
  if (needsAll && isPart)
    throw new OpenRouterError(`Too many of ${keys.length} keys share a name.`, "Select fewer keys.");
  let done = 0;

  async function readChunk(chunk: Key[]): Promise<NamedKeySpend> {
    const { rows, notes } = await source.readByKeyName(chunk, options);
    const resolved = resolveKeyNames(rows, chunk);
    done += chunk.length;
    onProgress?.(done, count);
    return { ...resolved, notes };
  }

  const parts = await pMap(selected, readChunk, { concurrency, signal: options.signal });
  const notes = parts.flatMap((part) => part.notes);
  if (isPart) notes.push({ kind: "keysAsked", asked: count, of: keys.length });
  const hasRepeated = parts.some((part) => part.hasRepeated);
  return {
    rows: parts.flatMap(({ rows }) => rows),
    notes,
    unknown: sum(parts.map((part) => part.unknown)),
    hasRepeated,
  };
}

/** Replaces key names by hashes. Drops rows of keys outside the chunk, whose spend stays unattributed. */
function resolveKeyNames(rows: readonly SpendRow[], chunk: readonly Key[]): Omit<NamedKeySpend, "notes"> {
  const keys = new Map([
    ...chunk.map((key) => [key.hash, key] as const),
    ...chunk.map((key) => [key.name, key] as const),
  ]);
  const unknown = new Set<string>();
  const cells = new Set<string>();
  const resolved = rows.flatMap((row) => {
    const name = row.key ?? "";
    const key = chunk.length === 1 ? chunk[0] : keys.get(name);
    cells.add(JSON.stringify([row.bucket, row.model, name]));
    if (key) return [{ ...row, key: key.hash, workspace: key.workspace_id ?? undefined }];
    unknown.add(name);
    return [];
  });
  return { rows: resolved, unknown: unknown.size, hasRepeated: chunk.length > 1 && cells.size < rows.length };
}

/** True if a key was certainly not used from a bucket on, not even for a free model: its last use is more than a day older. */
export function isIdleSince({ last_used_at: at }: Pick<Key, "last_used_at">, from: string): boolean {
  if (at === undefined) return false;
  // Uses are recorded since the end of 2025.
  return (at ?? "2026-01-01") < dayAfter(from.slice(0, 10), -1);
}

/**
 * Divides keys into chunks of at most `CHUNK` keys, with no name twice in a chunk.
 * @param isIdle true for keys that need no query of their own if an earlier key has their name
 */
export function chunksWithUniqueNames(keys: readonly Key[], isIdle: (key: Key) => boolean = () => false): Key[][] {
  const seen = new Map<string, number>();
  const countEarlier = ({ name }: Key) => {
    const earlier = seen.get(name) ?? 0;
    seen.set(name, earlier + 1);
    return earlier;
  };
  const groups = [...Map.groupBy(keys, countEarlier)].map(([earlier, group]) =>
    earlier === 0 ? group : group.filter((key) => !isIdle(key)),
  );
  return groups.flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / CHUNK) }, (_, i) => group.slice(i * CHUNK, (i + 1) * CHUNK)),
  );
}

/** Sorts by this month's spend, then by all-time spend, highest first. */
function sortBySpend(keys: readonly Key[]): Key[] {
  const month = (key: Key) => key.usage_monthly + (key.byok_usage_monthly ?? 0);
  return keys.toSorted((a, b) => month(b) - month(a) || allTimeSpend(b) - allTimeSpend(a));
}

const allTimeSpend = ({ usage, byok_usage = 0 }: Key) => usage + byok_usage;
