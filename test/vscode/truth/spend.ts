// The figures that the activity panel should show, added up from the account's ledger without the code under test.
import assert from "node:assert/strict";
import type { LedgerRow, SampleAccount } from "../../../src/sample/index.ts";
import { ledgerSum } from "../../support/spendLedger.ts";

export const MEASURES = [
  "cost",
  "byok_cost",
  "requests",
  "prompt_tokens",
  "completion_tokens",
  "reasoning_tokens",
] as const;
export type Figures = Record<(typeof MEASURES)[number], number>;
export type Dimension = "model" | "provider" | "key" | "workspace";

/** A row of a table; unknown figures are null. */
export interface Spent {
  name: string;
  figures: Record<keyof Figures, number | null>;
}

const DAY_MS = 86_400_000;

/** Returns the UTC day some days ago, YYYY-MM-DD. */
export const dayAgo = (ago: number): string => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);

/** Formats a day, some days ago, in English. */
export function dayName(ago: number): string {
  const parts = { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat("en", parts).format(new Date(dayAgo(ago)));
}

/** Returns the rows of a number of days, the last one `until` days ago. */
export function ledgerDays({ state }: SampleAccount, days: number, until = 0): LedgerRow[] {
  const [first, last] = [dayAgo(until + days - 1), dayAgo(until)];
  return state.ledger.filter(({ day }) => day >= first && day <= last);
}

export const figuresOf = (rows: readonly LedgerRow[]): Figures =>
  Object.fromEntries(MEASURES.map((measure) => [measure, ledgerSum(rows, measure)])) as Figures;

/**
 * Returns a function that gives a row's displayed name. Analytics, the source of today and of ranges over 30 days, name
 * models by a slug that free variants share. Keys of the same name have their label behind it.
 */
export function nameOf({ state }: SampleAccount, by: Dimension, { long = false } = {}): (row: LedgerRow) => string {
  const shortest = state.models.toSorted((a, b) => b.id.length - a.id.length);
  const ids = new Map(shortest.map(({ canonical_slug, id }) => [canonical_slug, id]));
  const keys = [...state.keys.values()];
  const isTwin = (name: string) => keys.filter((key) => key.name === name).length > 1;
  const keyNames = new Map(
    keys.map(({ hash, name, label }) => [hash, isTwin(name) ? `${name} (${label.replace("sk-or-v1-", "")})` : name]),
  );
  const today = dayAgo(0);
  return (row) => {
    if (by === "provider") return row.provider;
    if (by === "workspace") return state.workspaces.find(({ id }) => id === row.workspaceId)?.name ?? "Unattributed";
    if (by === "key") return keyNames.get(row.key) ?? "Unattributed";
    return long || row.day === today ? (ids.get(row.permaslug) ?? row.permaslug) : row.model;
  };
}

/** Returns the spend of each model, provider, key or workspace. Keys with the same name stay separate. */
export function spentBy(
  account: SampleAccount,
  rows: readonly LedgerRow[],
  by: Dimension,
  options?: { long?: boolean },
): Spent[] {
  const name = nameOf(account, by, options);
  const groups = Map.groupBy(rows, (row) =>
    by === "key" && account.state.keys.has(row.key) ? `${row.key}` : name(row),
  );
  return [...groups.values()].map((own) => ({ name: name(own[0]!), figures: figuresOf(own) }));
}

/** Asserts equal rows with figures equal to a millionth, in any order. */
export function sameSpend(shown: readonly Spent[], expected: readonly Spent[]): void {
  const inOrder = (rows: readonly Spent[]) =>
    rows.toSorted((a, b) =>
      a.name === b.name ? (a.figures.cost ?? 0) - (b.figures.cost ?? 0) : a.name < b.name ? -1 : 1,
    );
  const [left, right] = [inOrder(shown), inOrder(expected)];
  assert.deepEqual(
    left.map(({ name }) => name),
    right.map(({ name }) => name),
  );
  for (const [i, row] of left.entries()) sameFigures(row.figures, right[i]!.figures, row.name);
}

export function sameFigures(shown: Spent["figures"], expected: Spent["figures"], what: string): void {
  for (const measure of MEASURES) near(shown[measure], expected[measure], `${what}, ${measure}`);
}

export function near(shown: number | null, expected: number | null, what: string): void {
  const same = shown === null || expected === null ? shown === expected : Math.abs(shown - expected) <= 1e-6;
  assert.ok(same, `${what}: ${shown} instead of ${expected}`);
}
