import type { RequestOptions } from "../../openrouter/index.ts";
import type { SpendRequest, SpendTable } from "../../openrouter/spend/model.ts";
import { type AccountSession, loadAllKeys } from "../data/accountData.ts";

/** A table is shown again for so long without asking the API; Refresh always asks. */
const MAX_AGE_MS = 300_000;
/** One that a source failed in is asked for again soon: it may be better then. */
const INCOMPLETE_MAX_AGE_MS = 15_000;
const MAX_TABLES = 12;

export interface ReadOptions extends RequestOptions {
  onProgress?(done: number, all: number): void;
}

/** Tables of spend, kept for a while, so that going back and forth in a chart asks nothing twice. */
export interface SpendCache {
  read(session: AccountSession, request: SpendRequest, options?: ReadOptions): Promise<SpendTable>;
}

export function createSpendCache(): SpendCache {
  let owner: AccountSession | undefined;
  let kept = new Map<string, { table: SpendTable; readAt: number }>();

  return {
    async read(session, request, options = {}) {
      if (session !== owner) {
        owner = session;
        kept = new Map();
      }
      // What is still coming in for an ended session goes into its own tables, which nobody reads.
      const tables = kept;
      const id = JSON.stringify(request);
      const known = tables.get(id);
      if (known && !options.fresh && Date.now() - known.readAt < maxAge(known.table)) return known.table;
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
  const poor = notes.some(({ kind }) => kind.endsWith("Unavailable") || kind === "keysFailed");
  return poor ? INCOMPLETE_MAX_AGE_MS : MAX_AGE_MS;
}
