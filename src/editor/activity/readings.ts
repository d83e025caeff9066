import type { Client, RequestOptions } from "../../openrouter/index.ts";
import type { SpendRequest, SpendTable } from "../../openrouter/spend/model.ts";
import type { OpenConnection } from "../account/connection.ts";
import { type AccountData, keysOf } from "../data/accountData.ts";

/** A table is shown again for so long without asking the API; Refresh always asks. */
const KEPT_MS = 300_000;
/** One that a source failed in is asked for again soon: it may be better then. */
const KEPT_POOR_MS = 15_000;
const MOST_KEPT = 12;

export interface ReadOptions extends RequestOptions {
  onProgress?(done: number, all: number): void;
}

/** Tables of spend, kept for a while, so that going back and forth in a chart asks nothing twice. */
export interface Readings {
  read(open: OpenConnection, request: SpendRequest, options?: ReadOptions): Promise<SpendTable>;
}

export function createReadings(data: Pick<AccountData, "keys">): Readings {
  /** By the client, so that no account is shown another's. */
  const accounts = new WeakMap<Client, Map<string, { table: SpendTable; readAt: number }>>();
  return {
    async read({ client }, request, options = {}) {
      const kept = accounts.get(client) ?? new Map<string, { table: SpendTable; readAt: number }>();
      accounts.set(client, kept);
      const id = JSON.stringify(request);
      const known = kept.get(id);
      if (known && !options.fresh && Date.now() - known.readAt < keptMs(known.table)) return known.table;
      const { readSpend } = await import("../../openrouter/spend/index.ts");
      const allKeys = () => keysOf(client, data.keys, options);
      const table = await readSpend(client, request, { ...options, allKeys });
      kept.delete(id);
      kept.set(id, { table, readAt: Date.now() });
      for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest);
      return table;
    },
  };
}

function keptMs({ notes }: SpendTable): number {
  const poor = notes.some(({ kind }) => kind.endsWith("Unavailable") || kind === "keysFailed");
  return poor ? KEPT_POOR_MS : KEPT_MS;
}
