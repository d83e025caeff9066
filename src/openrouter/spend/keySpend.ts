import pMap from "p-map";
import { CONCURRENCY } from "../endpoints/collect.ts";
import { NotFoundError, OpenRouterError, UnauthorizedError } from "../errors.ts";
import type { RequestOptions } from "../http/call.ts";
import type { Key } from "../schemas.ts";
import { createRemainder } from "./attribute.ts";
import type { SpendSourceReader } from "./source.ts";
import type { SpendNote, SpendRow } from "./table.ts";

/** After so many failures no further key is asked for: the next ones would fail, too. */
const MAX_FAILURES = 3;

/** Keys in one question, and questions: a third of what is admitted in a minute. */
const CHUNK = 500;
const MAX_CHUNKS = 20;

export interface KeySpendOptions extends RequestOptions {
  /** Told after each key; `all` is the most that will be asked. */
  onProgress?(done: number, all: number): void;
  /** Keys that are asked for at once; 6 unless given. */
  concurrency?: number;
}

/**
 * What each key spent. Rows carry no key's hash, so that each key is asked for by its own, those first that spent most,
 * until nothing of the whole is left or `maxKeys` are asked. What others spent, or keys that are not answered for, stays
 * in the whole.
 * @param whole what all keys spent, deleted ones too; undefined where only these keys matter: all of them or none
 * @throws OpenRouterError where there is no whole and not every key is answered for
 */
export async function readKeySpend(
  source: SpendSourceReader,
  keys: readonly Key[],
  whole: readonly SpendRow[] | undefined,
  { onProgress, concurrency = CONCURRENCY, ...options }: KeySpendOptions = {},
): Promise<{ rows: SpendRow[]; notes: SpendNote[] }> {
  if (!whole && keys.length > source.maxKeys)
    throw new OpenRouterError(`${keys.length} keys are more than are asked for one by one.`, "Look at fewer keys.");
  const ordered = sortBySpend(keys);
  const asked = ordered.slice(0, source.maxKeys);
  const rest = whole && createRemainder(whole, source.dimensions);
  // By key, so that the order of the rows is not that in which answers come.
  const parts: SpendRow[][] = [];
  const notes: SpendNote[] = [];
  let done = 0;
  let failed = 0;
  let failure: OpenRouterError | undefined;

  async function ask(key: Key, index: number): Promise<void> {
    try {
      const part = await source.read({ key: key.hash }, options);
      const own = part.rows.map((row) => ({ ...row, key: key.hash, workspace: key.workspace_id ?? row.workspace }));
      parts[index] = own;
      rest?.subtract(own);
      notes.push(...part.notes);
    } catch (error) {
      if (error instanceof NotFoundError) return; // deleted since the list was read: its spend is nobody's
      if (!(error instanceof OpenRouterError) || error instanceof UnauthorizedError) throw error;
      failed += 1;
      failure = error;
    } finally {
      done += 1;
      onProgress?.(done, asked.length);
    }
  }

  const left = () => !rest?.isEmpty();
  const goesOn = () => failed < (whole ? MAX_FAILURES : 1) && left();
  // Those that never spent are asked for only if something is left when all others have answered.
  const spenders = asked.filter((key) => allTimeSpend(key) > 0).length;
  for (const [from, to] of [
    [0, spenders],
    [spenders, asked.length],
  ] as const)
    await pMap(asked.slice(from, to), async (key, i) => (goesOn() ? ask(key, from + i) : undefined), {
      concurrency,
      signal: options.signal,
    });

  if (failure && !whole) throw failure;
  if (failure) {
    const unanswered = ordered.length - done + failed;
    notes.push({ kind: "keysFailed", failed: unanswered, cause: failure.message });
  } else if (done < ordered.length && left()) notes.push({ kind: "keysAsked", asked: done, of: ordered.length });
  return { rows: parts.flat(), notes };
}

/**
 * The same in a few requests, where a source can be asked for many keys at once and answers with their names. Keys that
 * share a name are asked for apart, so that a name in an answer means one key; deleted keys are in none.
 * @throws OpenRouterError where there is no whole and not every key is answered for
 */
export async function readKeySpendByName(
  source: SpendSourceReader & Required<Pick<SpendSourceReader, "readByKeyName">>,
  keys: readonly Key[],
  whole: readonly SpendRow[] | undefined,
  { onProgress, concurrency = CONCURRENCY, ...options }: KeySpendOptions = {},
): Promise<{ rows: SpendRow[]; notes: SpendNote[] }> {
  const all = chunksWithUniqueNames(sortBySpend(keys));
  const asked = all.slice(0, MAX_CHUNKS);
  const count = asked.flat().length;
  if (!whole && count < keys.length)
    throw new OpenRouterError(`Too many of ${keys.length} keys share a name.`, "Look at fewer keys.");
  // By chunk, so that the order of the rows is not that in which answers come.
  const parts: SpendRow[][] = [];
  const notes: SpendNote[] = [];
  let answered = 0;
  let failure: OpenRouterError | undefined;

  async function ask(chunk: Key[], index: number): Promise<void> {
    try {
      const part = await source.readByKeyName(chunk, options);
      const own = resolveKeyNames(part.rows, chunk);
      if (!whole && own.length < part.rows.length)
        throw new OpenRouterError("An answer names keys that were not asked for.", "Ask for each key by itself.");
      parts[index] = own;
      notes.push(...part.notes);
      answered += chunk.length;
      onProgress?.(answered, count);
    } catch (error) {
      if (!whole || !(error instanceof OpenRouterError) || error instanceof UnauthorizedError) throw error;
      failure = error;
    }
  }

  await pMap(asked, async (chunk, i) => (failure ? undefined : ask(chunk, i)), { concurrency, signal: options.signal });
  if (failure) notes.push({ kind: "keysFailed", failed: keys.length - answered, cause: failure.message });
  else if (count < keys.length) notes.push({ kind: "keysAsked", asked: count, of: keys.length });
  return { rows: parts.flat(), notes };
}

/** Rows under their keys' hashes. One that names no key of the chunk is left out: its spend stays unattributed. */
function resolveKeyNames(rows: readonly SpendRow[], chunk: readonly Key[]): SpendRow[] {
  const keys = new Map([
    ...chunk.map((key) => [key.hash, key] as const),
    ...chunk.map((key) => [key.name, key] as const),
  ]);
  return rows.flatMap((row) => {
    const key = chunk.length === 1 ? chunk[0] : keys.get(row.key ?? "");
    return key ? [{ ...row, key: key.hash, workspace: key.workspace_id ?? undefined }] : [];
  });
}

/** Lists of keys in which no name stands twice, each of at most `CHUNK` keys. */
export function chunksWithUniqueNames(keys: readonly Key[]): Key[][] {
  const seen = new Map<string, number>();
  const turnOf = ({ name }: Key) => {
    const turn = seen.get(name) ?? 0;
    seen.set(name, turn + 1);
    return turn;
  };
  const turns = [...Map.groupBy(keys, turnOf).values()];
  return turns.flatMap((turn) =>
    Array.from({ length: Math.ceil(turn.length / CHUNK) }, (_, i) => turn.slice(i * CHUNK, (i + 1) * CHUNK)),
  );
}

/** By this month's spend, then by all of it; free requests come last. */
function sortBySpend(keys: readonly Key[]): Key[] {
  const month = (key: Key) => key.usage_monthly + (key.byok_usage_monthly ?? 0);
  return keys.toSorted((a, b) => month(b) - month(a) || allTimeSpend(b) - allTimeSpend(a));
}

const allTimeSpend = ({ usage, byok_usage = 0 }: Key) => usage + byok_usage;
