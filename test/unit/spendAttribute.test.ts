import assert from "node:assert/strict";
import fc from "fast-check";
import { createRemainder } from "../../src/openrouter/spend/attribute.ts";
import { attribute, dimensions, measures, type SpendRow, toTable } from "../../src/openrouter/spend/index.ts";
import { chunksWithUniqueNames, isIdleSince } from "../../src/openrouter/spend/keySpend.ts";
import { aggregate } from "../../src/openrouter/spend/model.ts";
import { makeKey } from "../support/makeKey.ts";
import { assertFiguresNear, assertNear, plainSum, randomRow } from "../support/spendTables.ts";

const BUCKETS = ["2028-02-28", "2028-02-29", "2028-03-01"];

/** Some dimensions, and rows of an account split by them; never by key, since no source has keys. */
const whole = fc.subarray(["model", "provider", "workspace"] as const).chain((join) =>
  fc.record({
    join: fc.constant(join),
    rows: fc.array(randomRow(BUCKETS), { maxLength: 30 }).map((rows) => rows.map((row) => only(row, join))),
  }),
);

/** Removes other dimensions from a row. */
function only(row: SpendRow, kept: readonly string[]): SpendRow {
  const result = { ...row };
  for (const dimension of dimensions) if (!kept.includes(dimension)) delete result[dimension];
  return result;
}

/**
 * Arbitrary parts: of cells of the whole, even more than the whole, and of other cells. A part's workspace is its key's and
 * may differ from the whole's.
 */
const parts = (rows: readonly SpendRow[]) =>
  fc.array(
    fc.oneof(
      randomRow(BUCKETS),
      ...(rows.length > 0
        ? [
            fc
              .record({
                row: fc.constantFrom(...rows),
                key: fc.constantFrom("a", "b", ""),
                factor: fc.constantFrom(0.5, 1, 3),
              })
              .map(({ row, key, factor }) => ({ ...scaled(row, factor), key })),
          ]
        : []),
    ),
    { maxLength: 30 },
  );

function scaled(row: SpendRow, factor: number): SpendRow {
  const part = { ...row };
  for (const measure of measures) if (row[measure] !== undefined) part[measure] = row[measure] * factor;
  return part;
}

const given = whole.chain(({ join, rows }) =>
  fc.record({ join: fc.constant(join), rows: fc.constant(rows), parts: parts(rows) }),
);
const runs = { numRuns: 400 };

describe("attribute", () => {
  it("keeps the whole's sums in every measure, for any parts", () => {
    fc.assert(
      fc.property(given, ({ join, rows, parts: given }) => {
        const all = attribute(rows, given, join);
        for (const measure of measures) assertNear(plainSum(all, measure), plainSum(rows, measure), measure);
        // Sums per bucket, model, provider and workspace stay the same, too.
        const names = (of: SpendRow[], dimension: "bucket" | (typeof join)[number]) => of.map((row) => row[dimension]);
        for (const dimension of ["bucket", ...join] as const)
          for (const name of new Set([...names(rows, dimension), ...names(all, dimension)]))
            for (const measure of measures) {
              const own = (of: SpendRow[]) =>
                plainSum(
                  of.filter((row) => row[dimension] === name),
                  measure,
                );
              assertNear(own(all), own(rows), `${dimension} ${name}, ${measure}`);
            }
      }),
      runs,
    );
  });

  it("returns every part unchanged, and adds nothing to any key", () => {
    fc.assert(
      fc.property(given, ({ join, rows, parts: given }) => {
        const before = structuredClone({ rows, given });
        const all = attribute(rows, given, join);
        assert.deepEqual(all.slice(0, given.length), given);
        for (const row of all.slice(given.length)) assert.equal(row.key, undefined);
        assert.deepEqual({ rows, given }, before);
      }),
      runs,
    );
  });

  it("gives a table with the same total in every dimension", () => {
    fc.assert(
      fc.property(given, ({ join, rows, parts: given }) => {
        const options = {
          unit: "day",
          buckets: BUCKETS,
          isKnown: () => true,
          dimensions,
          sources: [],
          notes: [],
        } as const;
        const table = toTable(attribute(rows, given, join), { ...options, sources: [], notes: [] });
        for (const groupBy of dimensions) {
          const { total, groups } = aggregate(table, { groupBy, metric: "cost" });
          assertFiguresNear(total, rows, groupBy);
          for (const measure of measures)
            assertNear(
              groups.reduce((sum, { figures }) => sum + figures[measure], 0),
              plainSum(rows, measure),
              measure,
            );
        }
      }),
      runs,
    );
  });

  it("leaves only the remainder unattributed, and nothing if the parts cover the whole", () => {
    fc.assert(
      fc.property(whole, fc.nat(30), ({ join, rows }, taken) => {
        const parts = rows.map((row) => ({ ...row, key: "a" }));
        assert.deepEqual(attribute(rows, parts, join), parts);
        const rest = createRemainder(rows, join);
        assert.equal(rest.isEmpty(), rest.rows().length === 0);
        rest.subtract(parts.slice(0, taken));
        for (const measure of measures)
          assertNear(plainSum(rest.rows(), measure), plainSum(rows.slice(taken), measure));
        rest.subtract(parts.slice(taken));
        assert.ok(rest.isEmpty());
      }),
      runs,
    );
  });

  it("distinguishes cells whose joined names are equal", () => {
    const bucket = BUCKETS[0]!;
    const rows = [
      { bucket, model: "a b", provider: "c", cost: 1 },
      { bucket, model: "a", provider: "b c", cost: 2 },
      { bucket, model: "null", cost: 3 },
      { bucket, cost: 4 },
    ];
    const costs = attribute(rows, [], ["model", "provider"]).map(({ cost }) => cost);
    assert.deepEqual(costs, [1, 2, 3, 4]);
  });
});

describe("chunksWithUniqueNames", () => {
  it("puts each key into one chunk of at most 500 keys with unique names", () => {
    const name = fc.oneof(
      { weight: 1, arbitrary: fc.constantFrom("worker", "", "__proto__") },
      { weight: 9, arbitrary: fc.string() },
    );
    fc.assert(
      fc.property(fc.array(name, { maxLength: 1300, size: "max" }), (names) => {
        const keys = names.map((each, i) => makeKey({ hash: String(i), name: each }));
        const chunks = chunksWithUniqueNames(keys);
        const chunked = chunks.flat().map(({ hash }) => Number(hash));
        assert.deepEqual(
          chunked.toSorted((a, b) => a - b),
          names.map((_, i) => i),
        );
        for (const chunk of chunks) {
          assert.ok(chunk.length > 0 && chunk.length <= 500, String(chunk.length));
          assert.equal(new Set(chunk.map(({ name }) => name)).size, chunk.length);
        }
        // As few chunks as possible: each takes a request.
        const counts = [...Map.groupBy(names, (each) => each).values()].map(({ length }) => length);
        const most = Math.max(0, ...counts);
        assert.ok(chunks.length <= most + Math.floor(names.length / 500), String(chunks.length));
      }),
      { numRuns: 30, examples: [[Array.from({ length: 1201 }, (_, i) => `tenant-${i % 1100}`)]] },
    );
  });
});

describe("isIdleSince", () => {
  for (const [at, from, idle] of [
    ["2026-03-01T12:00:00Z", "2026-03-10", true],
    ["2026-03-09T12:00:00Z", "2026-03-10", false],
    ["2026-03-10T12:00:00Z", "2026-03-10T05", false],
    // Never used, or not since uses are recorded.
    [null, "2026-03-10", true],
    [null, "2025-12-01", false],
    // A deployment without the field.
    [undefined, "2026-03-10", false],
  ] as const)
    it(`is ${idle} from ${from} for the last use ${at}`, () =>
      assert.equal(isIdleSince({ last_used_at: at }, from), idle));
});
