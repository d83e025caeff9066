// Random spend, as hostile as an account's names may be, and sums of it that owe nothing to the code under test.
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

/** Few, so that rows meet in one cell; those that objects and templates stumble over among them. */
const id = fc.constantFrom("__proto__", "constructor", "toString", "", "null", "-1", "0", "🦊", "a b", "a", "é\n");

/** Whole millionths of a USD, remainders of an attribution among them, which may be negative. */
const usd = fc.integer({ min: -5_000_000, max: 500_000_000 }).map((micros) => micros / 1e6);
const count = fc.integer({ min: -20, max: 2_000_000 });

/** So many days from the first of February of a leap year. */
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
  /** What the table was made of: no figure of which nothing is known. */
  rows: SpendRow[];
  known: Record<Measure, boolean[]>;
  table: SpendTable;
}

const flags = (length: number) => fc.array(fc.boolean(), { minLength: length, maxLength: length });

/** @param most how many buckets; an even number of them where `even` */
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
    // Too much in one bucket and too little in another, as where parts and whole are counted on different days.
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

/** Sources give no figures that they do not know, and no rows without any. */
function knownPart(row: SpendRow, known: Record<Measure, boolean[]>, bucket: number): SpendRow[] {
  const part = { ...row };
  for (const measure of measures) if (!known[measure][bucket]) delete part[measure];
  return measures.some((measure) => known[measure][bucket]) ? [part] : [];
}

const someId = fc.oneof({ weight: 4, arbitrary: id }, fc.constant(null), fc.constant("none"));

/** Each dimension held to some ids, ids that no row has and "unattributed" among them. */
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

/** The same to a millionth, which is what the API counts in. */
export function assertNear(actual: number, expected: number, what = ""): void {
  assert.ok(Math.abs(actual - expected) < 1e-6, `${what} ${actual} is not ${expected}`);
}

export function assertFiguresNear(actual: Figures, rows: readonly SpendRow[], what = ""): void {
  for (const measure of measures) assertNear(actual[measure], plainSum(rows, measure), `${what} ${measure}`);
}
