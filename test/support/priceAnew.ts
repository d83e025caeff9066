// Prices the sample account's ledger anew, from the sample's own catalog and without the code under test.
import type { LedgerRow } from "../../src/sample/index.ts";
import { catalog } from "../../src/sample/seed/catalog.ts";

/**
 * Returns what the rows would cost on a model, in millionths of a USD.
 * @param isCached false if cached tokens are priced like others
 */
export function priceAnew(rows: readonly LedgerRow[], id: string, { isCached = true } = {}): number {
  const { prompt, completion, abilities } = catalog.find((one) => one.id === id)!;
  const cacheRead = isCached && abilities.includes("t") && prompt > 0.5 ? prompt / 10 : prompt;
  return rows.reduce(
    (sum, row) =>
      sum +
      (row.promptTokens - row.cachedTokens) * prompt +
      row.cachedTokens * cacheRead +
      row.completionTokens * completion,
    0,
  );
}
