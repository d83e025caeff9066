// Random spend with hostile names, and its sums, computed without the code under test.
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Dimension,
  dimensions,
  type Figures,
  type Filter,
  type Measure,
  measures,
  type SpendRow,
  type SpendTable,
  toTable,
} from "../../src/openrouter/spend/index.ts";

/** Few ids, so that rows share cells; some are special in objects and templates. */
const id = fc.constantFrom("__proto__", "constructor", "toString", "", "null", "-1", "0", "🦊", "a b", "a", "é\n");

/** Whole millionths of a USD; negative ones occur as remainders of an attribution. */
const usd = fc.integer({ min: -5_000_000, max: 500_000_000 }).map((micros) => micros / 1e6);
const count = fc.integer({ min: -20, max: 2_000_000 });

/** Consecutive days from the first of February of a leap year. */
const daysFrom = (length: number): string[] =>
  Array.from({ length }, (_, i) => new Date(Date.UTC(2028, 1, 1 + i)).toISOString().slice(0, 10));

export const randomRow = (buckets: readonly string[]): fc.Arbitrary<SpendRow> =>
  fc.record(
    {
      bucket: fc.constantFrom(...buckets),
      ...{ model: id, provider: id, key: id, workspace: id },
      ...{ cost: usd, byok_cost: usd, requests: count },
      ...{ prompt_tokens: count, completion_tokens: count, reasoning_tokens: count },
    },
    { requiredKeys: ["bucket"], noNullPrototype: true },
  );

export interface RandomSpend {
  buckets: string[];
  /** The rows of the table, without unknown figures. */
  rows: SpendRow[];
  known: Record<Measure, boolean[]>;
  table: SpendTable;
}

const flags = (length: number) => fc.array(fc.boolean(), { minLength: length, maxLength: length });

/** @param most the maximum number of buckets; `even` makes it an even number */
export const randomSpend = ({ most = 8, even = false } = {}): fc.Arbitrary<RandomSpend> =>
  fc.integer({ min: 1, max: even ? most / 2 : most }).chain((size) => {
    const buckets = daysFrom(even ? 2 * size : size);
    const known = fc.record(
      Object.fromEntries(
        measures.map((measure) => [
          measure,
          fc.oneof({ weight: 3, arbitrary: fc.constant(buckets.map(() => true)) }, flags(buckets.length)),
        ]),
      ) as Record<Measure, fc.Arbitrary<boolean[]>>,
    );
    // Positive in one bucket and negative in another, as when parts and whole are counted on different days.
    const rowsIn = fc.array(randomRow(buckets), { maxLength: 60 });
    const evens = rowsIn.map((given) => given.flatMap((row) => [row, negated(row, buckets.at(-1)!)]));
    const all = fc.oneof({ weight: 4, arbitrary: rowsIn }, evens);
    return fc.record({ given: all, known }).map(({ given, known: is }) => {
      const rows = given.flatMap((row) => knownPart(row, is, buckets.indexOf(row.bucket)));
      const table = toTable(rows, {
        ...{ unit: "day", buckets, dimensions, sources: [], notes: [] },
        isKnown: (measure, bucket) => is[measure][buckets.indexOf(bucket)]!,
      });
      return { buckets, rows, known: is, table };
    });
  });

function negated(row: SpendRow, bucket: string): SpendRow {
  const negative = { ...row, bucket };
  for (const measure of measures) if (row[measure] !== undefined) negative[measure] = -row[measure];
  return negative;
}

/** Drops unknown figures, and rows without any figure. */
function knownPart(row: SpendRow, known: Record<Measure, boolean[]>, bucket: number): SpendRow[] {
  const part = { ...row };
  for (const measure of measures) if (!known[measure][bucket]) delete part[measure];
  return measures.some((measure) => known[measure][bucket]) ? [part] : [];
}

const someId = fc.oneof({ weight: 4, arbitrary: id }, fc.constant(null), fc.constant("none"));

/** Random filters, including ids without rows and "unattributed". */
export const filter: fc.Arbitrary<Filter> = fc.record(
  Object.fromEntries(
    dimensions.map((dimension) => [dimension, fc.array(someId, { minLength: 3, maxLength: 12 })]),
  ) as Record<Dimension, fc.Arbitrary<(string | null)[]>>,
  { requiredKeys: [] },
);

export const matchesFilter = (row: SpendRow, only: Filter): boolean =>
  dimensions.every((dimension) => only[dimension]?.includes(row[dimension] ?? null) ?? true);

export const plainSum = (rows: readonly SpendRow[], measure: Measure): number =>
  rows.reduce((sum, row) => sum + (row[measure] ?? 0), 0);

/** Asserts equality to a millionth, the API's precision. */
export function assertNear(actual: number, expected: number, what = ""): void {
  assert.ok(Math.abs(actual - expected) < 1e-6, `${what} ${actual} is not ${expected}`);
}

export function assertFiguresNear(actual: Figures, rows: readonly SpendRow[], what = ""): void {
  for (const measure of measures) assertNear(actual[measure], plainSum(rows, measure), `${what} ${measure}`);
}
