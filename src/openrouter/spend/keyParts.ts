import pMap from "p-map";
import type { RequestOptions } from "../client.ts";
import { CONCURRENCY } from "../collect.ts";
import { NotFoundError, OpenRouterError, UnauthorizedError } from "../errors.ts";
import type { Key } from "../schemas.ts";
import { remainderOf } from "./attribute.ts";
import type { SpendSourceReader } from "./source.ts";
import type { SpendNote, SpendRow } from "./table.ts";

/** After so many keys it is looked whether anything is left to attribute. */
const BATCH = 2 * CONCURRENCY;

/** Keys in one question, and questions: a third of what is admitted in a minute. */
const CHUNK = 500;
const MOST_CHUNKS = 20;

export interface KeyPartsOptions extends RequestOptions {
  /** Told after each key; `all` is the most that will be asked. */
  onProgress?(done: number, all: number): void;
}

/**
 * What each key spent. Rows carry no key's hash, so that each key is asked for by its own, those first that spent most,
 * until nothing of the whole is left or `mostKeys` are asked. What others spent, or keys that are not answered for, stays
 * in the whole.
 * @param whole what all keys spent, deleted ones too; undefined where only these keys matter: all of them or none
 * @throws OpenRouterError where there is no whole and not every key is answered for
 */
export async function keyParts(
  source: SpendSourceReader,
  keys: readonly Key[],
  whole: readonly SpendRow[] | undefined,
  { onProgress, ...options }: KeyPartsOptions = {},
): Promise<{ rows: SpendRow[]; notes: SpendNote[] }> {
  if (!whole && keys.length > source.mostKeys)
    throw new OpenRouterError(`${keys.length} keys are more than are asked for one by one.`, "Look at fewer keys.");
  const ordered = mostSpentFirst(keys);
  const asked = ordered.slice(0, source.mostKeys);
  const rest = whole && remainderOf(whole, source.tellsApart);
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
      rest?.take(own);
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
  for (let i = 0; i < asked.length && !failure && left(); i += BATCH)
    await pMap(asked.slice(i, i + BATCH), (key, n) => ask(key, i + n), {
      concurrency: CONCURRENCY,
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
export async function keyPartsByName(
  source: SpendSourceReader & Required<Pick<SpendSourceReader, "readNamed">>,
  keys: readonly Key[],
  whole: readonly SpendRow[] | undefined,
  { onProgress, ...options }: KeyPartsOptions = {},
): Promise<{ rows: SpendRow[]; notes: SpendNote[] }> {
  const all = chunksOfNamesakes(mostSpentFirst(keys));
  const asked = all.slice(0, MOST_CHUNKS);
  const count = asked.flat().length;
  if (!whole && count < keys.length)
    throw new OpenRouterError(`Too many of ${keys.length} keys share a name.`, "Look at fewer keys.");
  const rows: SpendRow[] = [];
  const notes: SpendNote[] = [];
  for (const [i, chunk] of asked.entries()) {
    const byName = new Map(chunk.map((key) => [key.name, key]));
    try {
      const part = await source.readNamed(chunk, options);
      for (const { key: name, ...row } of part.rows) {
        // An answer that names a key otherwise than its list does leaves that key's spend unattributed.
        const key = chunk.length === 1 ? chunk[0] : byName.get(name ?? "");
        if (key) rows.push({ ...row, key: key.hash, workspace: key.workspace_id ?? undefined });
      }
      notes.push(...part.notes);
    } catch (error) {
      if (!whole || !(error instanceof OpenRouterError) || error instanceof UnauthorizedError) throw error;
      const unanswered = keys.length - asked.slice(0, i).flat().length;
      notes.push({ kind: "keysFailed", failed: unanswered, cause: error.message });
      return { rows, notes };
    }
    onProgress?.(asked.slice(0, i + 1).flat().length, count);
  }
  if (count < keys.length) notes.push({ kind: "keysAsked", asked: count, of: keys.length });
  return { rows, notes };
}

/** Lists of keys in which no name stands twice, each of at most `CHUNK` keys. */
export function chunksOfNamesakes(keys: readonly Key[]): Key[][] {
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
function mostSpentFirst(keys: readonly Key[]): Key[] {
  const month = (key: Key) => key.usage_monthly + (key.byok_usage_monthly ?? 0);
  const ever = (key: Key) => key.usage + (key.byok_usage ?? 0);
  return keys.toSorted((a, b) => month(b) - month(a) || ever(b) - ever(a));
}
