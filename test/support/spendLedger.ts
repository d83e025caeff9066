// Compares spend tables with the sample account's ledger, added up without the code under test.
import assert from "node:assert/strict";
import {
  aggregate,
  type Dimension,
  type Figures,
  type Measure,
  measures,
  type SpendTable,
} from "../../src/openrouter/spend/index.ts";
import type { LedgerRow, SampleAccount } from "../../src/sample/index.ts";
import { assertNear } from "./spendTables.ts";

const FIGURE_OF_ROW: Record<Measure, (row: LedgerRow) => number> = {
  cost: (row) => (row.usage + row.byok) / 1e6,
  byok_cost: (row) => row.byok / 1e6,
  requests: (row) => row.requests,
  prompt_tokens: (row) => row.promptTokens,
  completion_tokens: (row) => row.completionTokens,
  reasoning_tokens: (row) => row.reasoningTokens,
};

export const ledgerSum = (rows: readonly LedgerRow[], measure: Measure): number =>
  rows.reduce((sum, row) => sum + FIGURE_OF_ROW[measure](row), 0);

/** Returns the ledger's rows in the table's buckets, up to now. */
export function ledgerOf({ state }: SampleAccount, { unit, buckets }: SpendTable, now: Date): LedgerRow[] {
  const included = new Set(buckets);
  return state.ledger.filter((row) => included.has(bucketOf(row, unit)) && row.at < now.getTime());
}

export const bucketOf = (row: LedgerRow, unit: SpendTable["unit"]): string =>
  new Date(row.at).toISOString().slice(0, unit === "day" ? 10 : 13);

/**
 * Returns the id that a row's spend is attributed to; null for deleted keys. Analytics name models by a slug that variants
 * share, so they can't distinguish `:free` from its model.
 */
export function ownerOf({ state }: SampleAccount, { sources }: SpendTable) {
  const shortest = state.models.toSorted((a, b) => b.id.length - a.id.length);
  const ids = new Map(shortest.map(({ canonical_slug, id }) => [canonical_slug, id]));
  const byActivity = sources.filter(({ source }) => source === "activity");
  return (row: LedgerRow, by: Dimension): string | null => {
    if (by === "provider") return row.provider;
    if (by === "workspace") return row.workspaceId;
    if (by === "key") return state.keys.has(row.key) ? row.key : null;
    return byActivity.some(({ from, to }) => row.day >= from && row.day <= to) ? row.model : ids.get(row.permaslug)!;
  };
}

/** Asserts that the figures of each bucket, and of each group of the dimension, match the ledger. */
export function assertLedger(account: SampleAccount, table: SpendTable, by: Dimension | undefined, now: Date): void {
  const rows = ledgerOf(account, table, now);
  const { total, byBucket, groups } = aggregate(table, { groupBy: by ?? "model", metric: "cost" });
  assertFigures(total, rows, "total");
  const inBuckets = Map.groupBy(rows, (row) => bucketOf(row, table.unit));
  for (const [i, bucket] of table.buckets.entries()) assertFigures(byBucket[i]!, inBuckets.get(bucket) ?? [], bucket);
  if (!by) return;
  const owner = ownerOf(account, table);
  const owned = Map.groupBy(rows, (row) => owner(row, by));
  assert.deepEqual(new Set(groups.map(({ id }) => id)), new Set(owned.keys()), `the groups by ${by}`);
  for (const { id, figures, values } of groups) {
    assertFigures(figures, owned.get(id)!, `${by} ${id}`);
    const days = Map.groupBy(owned.get(id)!, (row) => bucketOf(row, table.unit));
    for (const [i, bucket] of table.buckets.entries())
      assertNear(values[i]!, ledgerSum(days.get(bucket) ?? [], "cost"), bucket);
  }
}

function assertFigures(figures: Figures, rows: readonly LedgerRow[], what: string): void {
  for (const measure of measures) assertNear(figures[measure], ledgerSum(rows, measure), `${what}, ${measure}:`);
}
