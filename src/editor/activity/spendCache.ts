import type { RequestOptions } from "../../openrouter/index.ts";
import type { SpendRequest, SpendTable } from "../../openrouter/spend/model.ts";
import { type AccountSession, loadAllKeys } from "../data/accountData.ts";

/** Tables are reused for this long; Refresh always reads from the API. */
const MAX_AGE_MS = 300_000;
/** Tables with a failed source are read again sooner. */
const INCOMPLETE_MAX_AGE_MS = 15_000;
const MAX_TABLES = 12;

export interface ReadOptions extends RequestOptions {
  onProgress?(done: number, total: number): void;
}

/** Caches spend tables, so that going back and forth in a chart sends no request twice. */
export interface SpendCache {
  read(session: AccountSession, request: SpendRequest, options?: ReadOptions): Promise<SpendTable>;
}

export function createSpendCache(): SpendCache {
  let owner: AccountSession | undefined;
  let current = new Map<string, { table: SpendTable; readAt: number }>();

  return {
    async read(session, request, options = {}) {
      if (session !== owner) {
        owner = session;
        current = new Map();
      }
      // Late results of an ended session go into its own map, which is no longer read.
      const tables = current;
      const id = JSON.stringify(request);
      const cached = tables.get(id);
      if (cached && !options.fresh && Date.now() - cached.readAt < maxAge(cached.table)) return cached.table;
      const { readSpend } = await import("../../openrouter/spend/index.ts");
      const { client, data } = session;
      const table = await readSpend(client, request, {
        ...options,
        allKeys: () => loadAllKeys(client, data.keys, options),
      });
      tables.delete(id);
      tables.set(id, { table, readAt: Date.now() });
      for (const oldest of tables.keys()) if (tables.size > MAX_TABLES) tables.delete(oldest);
      return table;
    },
  };
}

function maxAge({ notes }: SpendTable): number {
  const isIncomplete = notes.some(({ kind }) => kind.endsWith("Unavailable") || kind === "keysFailed");
  return isIncomplete ? INCOMPLETE_MAX_AGE_MS : MAX_AGE_MS;
}
