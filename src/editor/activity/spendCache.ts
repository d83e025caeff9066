import { OpenRouterError } from "../../openrouter/errors.ts";
import { createCache } from "../../openrouter/http/cache.ts";
import type { CurrentSpend } from "../../openrouter/spend/index.ts";
import type { SpendNote, SpendRequest, SpendTable } from "../../openrouter/spend/model.ts";
import { viewStateForError } from "../account/viewStateForError.ts";
import { type AccountSession, type KeysData, loadAllKeys } from "../data/accountData.ts";
import { isOfToday } from "../data/currentDay.ts";

/** Figures are reused for this long; Refresh always reads from the API. */
const MAX_AGE_MS = 300_000;
/** Tables with a failed source are read again sooner, and so is a failed reading of the current day. */
const INCOMPLETE_MAX_AGE_MS = 15_000;
const MAX_TABLES = 12;
/** If newer queries have more than a reading of the current day that is older than this, it is read again. */
const JUST_NOW_MS = 5_000;
/** Within this time, a reading that was superseded is expected to have its successor. */
const SUPERSEDED_MS = 2_000;

export interface SpendFigures {
  table: SpendTable;
  /** The reading of the current day in the table; undefined if it failed. */
  current: CurrentSpend | undefined;
  /** True if `current` was kept, because reading it again failed. */
  isStale: boolean;
  /** See `versionOf`. */
  version: string | undefined;
}

export interface ReadOptions {
  signal?: AbortSignal;
  /** Reads everything from the API. */
  fresh?: boolean;
  onProgress?(done: number, total: number): void;
}

/**
 * Reads spend tables. Today's figures in all of them are those of the Credits view, the status bar and the Spend view: the
 * reading of the current day is a part of the account's data. What was read of completed days is reused.
 */
export interface SpendCache {
  read(session: AccountSession, request: SpendRequest, options?: ReadOptions): Promise<SpendFigures>;
  /** Drops the tables and the completed days. */
  clear(): void;
}

const emptyFigures = () => ({
  tables: new Map<string, SpendFigures & { readAt: number }>(),
  completedDays: createCache(MAX_AGE_MS),
});

export function createSpendCache(): SpendCache {
  let owner: AccountSession | undefined;
  let figures = emptyFigures();

  async function read(
    session: AccountSession,
    request: SpendRequest,
    { fresh = false, signal, onProgress }: ReadOptions,
    { tables, completedDays }: typeof figures,
  ): Promise<SpendFigures> {
    let reading = await readCurrent(session, fresh);
    const id = JSON.stringify(request);
    const cached = tables.get(id);
    let version = versionOf(session);
    if (cached && cached.version === version && Date.now() - cached.readAt < maxAge(cached.table)) return cached;
    const { readSpend } = await import("../../openrouter/spend/index.ts");
    const { client, data } = session;
    let hasExcess = false;
    const readTable = () =>
      readSpend(client, request, {
        ...{ signal, onProgress, current: reading, onExcess: () => (hasExcess = true) },
        allKeys: async () => knownKeys(session, fresh) ?? loadAllKeys(client, data.keys, { signal, fresh }),
        relist: async () => {
          await data.keys.load({ fresh: true });
          // Otherwise the lists would be requested once more, and fail again.
          if (data.keys.error) throw data.keys.error;
          return loadAllKeys(client, data.keys, { signal, fresh: true });
        },
        reuse(name, load, own) {
          const loaded = completedDays.get(name, load, own);
          // A newer reading that takes the place of this one shares its request, though this one has left by then.
          completedDays.get(name, load, AbortSignal.timeout(SUPERSEDED_MS)).catch(() => {});
          return loaded;
        },
      });
    let table = await readTable();
    if (hasExcess) await renewCurrent(session);
    if (hasExcess && version !== versionOf(session)) {
      reading = await readCurrent(session, false);
      version = versionOf(session);
      table = await readTable();
    }
    const current = reading instanceof OpenRouterError ? undefined : reading;
    const isStale = data.credits.error !== undefined;
    // The last chart says more than the kept day alone.
    if (isStale && current && hasFailed(table, current)) throw data.credits.error;
    const result = { table, current, isStale, version, readAt: Date.now() };
    tables.delete(id);
    tables.set(id, result);
    for (const oldest of tables.keys()) if (tables.size > MAX_TABLES) tables.delete(oldest);
    return result;
  }

  return {
    clear() {
      figures = emptyFigures();
    },
    async read(session, request, options = {}) {
      // Late results of an ended session or before a refresh go into figures that are no longer read.
      if (session !== owner) figures = emptyFigures();
      owner = session;
      const before = figures;
      // What other charts read during a refresh is new, too.
      if (options.fresh) figures = emptyFigures();
      const own = figures;
      try {
        const result = await read(session, request, options, own);
        const names = namesOf(session);
        if (!names) return result;
        const { withNames } = await import("../../openrouter/spend/index.ts");
        return { ...result, table: withNames(result.table, names) };
      } catch (error) {
        if (figures === own) figures = before;
        throw error;
      }
    },
  };
}

/** Identifies the reading of the current day that all views show, or its failure; undefined before the first one. */
export function versionOf({ data: { credits } }: AccountSession): string | undefined {
  return credits.error === undefined
    ? credits.current?.readAt.toISOString()
    : `failed-${credits.errorAt?.toISOString()}`;
}

/** Returns the keys and workspaces with their names, also those that were changed since; undefined if they are unknown. */
export function namesOf({ data: { keys } }: AccountSession): KeysData | undefined {
  return keys.current?.complete && keys.failure === undefined ? keys.current.value : undefined;
}

/** Returns the keys if they were read recently: a chart needs their names only. */
function knownKeys(session: AccountSession, fresh: boolean): KeysData | undefined {
  const { keys } = session.data;
  const isRecent = !fresh && keys.current && Date.now() - keys.current.readAt.getTime() < MAX_AGE_MS;
  return isRecent ? namesOf(session) : undefined;
}

/** Reads the current day again unless that has just happened or failed. */
async function renewCurrent({ data: { credits } }: AccountSession): Promise<void> {
  if (credits.loading) return credits.ensure();
  if (credits.isDue(JUST_NOW_MS)) await credits.load({ fresh: true });
}

/**
 * Returns the reading of the current day that all views show, also if reading it again failed; the error if only that failed;
 * undefined if there is none of today.
 * @throws the error if no request can succeed
 */
async function readCurrent(
  session: AccountSession,
  fresh: boolean,
): Promise<CurrentSpend | OpenRouterError | undefined> {
  const { credits } = session.data;
  // During a refresh of all views, the credits are loading already.
  await (fresh && !credits.loading ? credits.load({ fresh }) : credits.ensure(MAX_AGE_MS));
  if (credits.error !== undefined && isOld(credits.errorAt) && isOver(credits.notBefore)) await credits.load();
  const isKept = () => credits.current !== undefined && isOfToday(session, credits.current);
  if (credits.current && !isKept() && credits.error === undefined) await credits.load({ fresh: true });
  const { error, current } = credits;
  // The credits alone may have failed.
  if (error !== undefined && viewStateForError(error) !== "error" && viewStateForError(error) !== "serverError")
    throw error;
  if (!current || (error !== undefined && !isKept())) return undefined;
  const reading = current.value.periods;
  if (reading instanceof OpenRouterError) return error === undefined ? reading : undefined;
  return { ...reading, readAt: current.readAt.toISOString() };
}

/** True if everything in a table failed but its reading of the current day. */
function hasFailed({ sources, notes }: SpendTable, current: CurrentSpend): boolean {
  const isFailure = ({ kind }: SpendNote) => kind === "analyticsUnavailable" || kind === "activityUnavailable";
  return (
    sources.every(({ from }) => from === current.until.slice(0, 10)) &&
    notes.some((note) => isFailure(note) && !current.notes.some(({ kind }) => kind === note.kind))
  );
}

const isOld = (at: Date | undefined) => !at || Date.now() - at.getTime() > INCOMPLETE_MAX_AGE_MS;
const isOver = (at: Date | undefined) => !at || at.getTime() <= Date.now();

function maxAge({ notes }: SpendTable): number {
  const isIncomplete = notes.some(({ kind }) => kind.endsWith("Unavailable") || kind === "keysFailed");
  return isIncomplete ? INCOMPLETE_MAX_AGE_MS : MAX_AGE_MS;
}
