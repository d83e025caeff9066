import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Aggregate,
  aggregate,
  compare,
  dimensions,
  exportRows,
  type Metric,
  measures,
  metricMeasures,
  metrics,
  metricValue,
  type SpendQuery,
  type SpendRow,
  topGroups,
  toTable,
} from "../../src/openrouter/spend/index.ts";
import {
  assertFiguresNear,
  assertNear,
  filter,
  matchesFilter,
  plainSum,
  type RandomSpend,
  randomSpend,
} from "../support/spendTables.ts";

const part = fc.double({ min: 0, max: 1, noNaN: true });

/** A table and a query of some of its buckets. */
const queried = fc
  .record({
    world: randomSpend(),
    query: fc.record({
      groupBy: fc.constantFrom(...dimensions),
      metric: fc.constantFrom(...metrics),
      filter: fc.option(filter, { nil: undefined, freq: 1 }),
    }),
    ends: fc.oneof(fc.constant<[number, number]>([0, 1]), fc.tuple(part, part)),
  })
  .map(({ world: one, query, ends }) => {
    const [from, to] = ends.map((end) => Math.round(end * one.buckets.length)).sort((a, b) => a - b);
    return { ...one, query: { ...query, from, to } as SpendQuery & { from: number; to: number } };
  });

type Queried = RandomSpend & { query: SpendQuery & { from: number; to: number } };

/** The rows that a query covers. */
const rowsOf = ({ rows, buckets, query }: Queried): SpendRow[] =>
  rows.filter((row) => {
    const bucket = buckets.indexOf(row.bucket);
    return bucket >= query.from && bucket < query.to && matchesFilter(row, query.filter ?? {});
  });

const metricSum = (rows: readonly SpendRow[], metric: Metric): number =>
  metricMeasures[metric].reduce((sum, measure) => sum + plainSum(rows, measure), 0);

const runs = { numRuns: 500 };

describe("aggregate", () => {
  it("adds up the rows for any grouping, filter and range", () => {
    fc.assert(
      fc.property(queried, (given) => {
        const rows = rowsOf(given);
        for (const groupBy of dimensions) {
          const { total, groups, byBucket, buckets } = aggregate(given.table, { ...given.query, groupBy });
          assertFiguresNear(total, rows, "total");
          for (const measure of measures) {
            const sum = (figures: Aggregate["byBucket"]) => figures.reduce((all, one) => all + one[measure], 0);
            assertNear(sum(groups.map(({ figures }) => figures)), total[measure], `groups by ${groupBy}, ${measure}`);
            assertNear(sum(byBucket), total[measure], `buckets, ${measure}`);
          }
          assert.deepEqual(buckets, given.buckets.slice(given.query.from, given.query.to));
        }
      }),
      runs,
    );
  });

  it("puts each row into its own group and bucket", () => {
    fc.assert(
      fc.property(queried, (given) => {
        const { groupBy, metric } = given.query;
        const rows = rowsOf(given);
        const { groups, byBucket, buckets } = aggregate(given.table, given.query);
        for (const { id, figures, values } of groups) {
          const own = rows.filter((row) => (row[groupBy] ?? null) === id);
          assertFiguresNear(figures, own, `group ${id}`);
          assertNear(
            values.reduce((sum, value) => sum + value, 0),
            metricValue(figures, metric),
            `values of ${id}`,
          );
          for (const [i, bucket] of buckets.entries())
            assertNear(
              values[i]!,
              metricSum(
                own.filter((row) => row.bucket === bucket),
                metric,
              ),
              `${id} in ${bucket}`,
            );
        }
        for (const [i, bucket] of buckets.entries()) {
          assertFiguresNear(
            byBucket[i]!,
            rows.filter((row) => row.bucket === bucket),
            bucket,
          );
          const inGroups = groups.reduce((sum, { values }) => sum + values[i]!, 0);
          assertNear(inGroups, metricValue(byBucket[i]!, metric), `the groups in ${bucket}`);
        }
      }),
      runs,
    );
  });

  it("has one group per id with rows, and an unattributed one only if there is such spend", () => {
    fc.assert(
      fc.property(queried, (given) => {
        const { groupBy } = given.query;
        const rows = rowsOf(given);
        const { groups } = aggregate(given.table, given.query);
        const ids = groups.map(({ id }) => id);
        assert.equal(new Set(ids).size, ids.length);
        const expected = new Set(rows.map((row) => row[groupBy] ?? null));
        for (const id of ids) assert.ok(expected.has(id), `${id} has no rows`);
        for (const id of expected) if (id !== null) assert.ok(ids.includes(id), `${id} has no group`);
      }),
      runs,
    );
  });

  it("adds up to the whole over filters by each id of a dimension, including unattributed", () => {
    fc.assert(
      fc.property(queried, fc.constantFrom(...dimensions), (given, by) => {
        const { [by]: _, ...others } = given.query.filter ?? {};
        const whole = aggregate(given.table, { ...given.query, filter: others });
        const ids = [null, ...given.table.entries[by].map(({ id }) => id)];
        const parts = ids.map((id) => aggregate(given.table, { ...given.query, filter: { ...others, [by]: [id] } }));
        for (const measure of measures)
          assertNear(
            parts.reduce((sum, { total }) => sum + total[measure], 0),
            whole.total[measure],
          );
        const nothing = aggregate(given.table, { ...given.query, filter: { ...others, [by]: [] } });
        assertFiguresNear(nothing.total, []);
        assert.deepEqual(nothing.groups, []);
      }),
      runs,
    );
  });

  it("sorts groups by the metric, with unattributed spend last", () => {
    fc.assert(
      fc.property(queried, (given) => {
        const { groups } = aggregate(given.table, given.query);
        const named = groups
          .filter(({ id }) => id !== null)
          .map(({ figures }) => metricValue(figures, given.query.metric));
        assert.deepEqual(
          named,
          named.toSorted((a, b) => b - a),
        );
        const unattributed = groups.findIndex(({ id }) => id === null);
        assert.ok(unattributed === -1 || unattributed === groups.length - 1);
      }),
      runs,
    );
  });

  it("distinguishes zeros from gaps: a bucket is known if every measure of the metric is", () => {
    fc.assert(
      fc.property(queried, (given) => {
        const { from, to, metric } = given.query;
        const { known, byBucket } = aggregate(given.table, given.query);
        const expected = given.buckets.map((_, i) =>
          metricMeasures[metric].every((measure) => given.known[measure][i]),
        );
        assert.deepEqual(known, expected.slice(from, to));
        const spent = new Set(given.rows.map(({ bucket }) => bucket));
        for (const [i, figures] of byBucket.entries())
          if (!spent.has(given.buckets[from + i]!)) assertFiguresNear(figures, []);
      }),
      runs,
    );
  });

  it("doesn't change the table", () => {
    fc.assert(
      fc.property(queried, (given) => {
        const before = structuredClone(given.table);
        const { groups } = aggregate(given.table, given.query);
        topGroups(groups, 2);
        exportRows(given.table, given.query);
        assert.deepEqual(given.table, before);
      }),
      runs,
    );
  });
});

describe("metricValue", () => {
  it("adds prompt and completion tokens, which include reasoning tokens", () => {
    const figures = {
      cost: 7,
      byok_cost: 3,
      requests: 5,
      prompt_tokens: 100,
      completion_tokens: 20,
      reasoning_tokens: 9,
    };
    assert.deepEqual(
      metrics.map((metric) => [metric, metricValue(figures, metric)]),
      [
        ["cost", 7],
        ["requests", 5],
        ["tokens", 120],
      ],
    );
  });
});

describe("topGroups", () => {
  it("returns the largest groups, the sum of the others and unattributed spend, each counted once", () => {
    fc.assert(
      fc.property(queried, fc.nat(14), (given, limit) => {
        const { groups, byBucket, total } = aggregate(given.table, given.query);
        const { top, other, unattributed } = topGroups(groups, limit);
        const shown = [...top, ...(other ? [other] : []), ...(unattributed ? [unattributed] : [])];
        for (const [i, figures] of byBucket.entries())
          assertNear(
            shown.reduce((sum, { values }) => sum + values[i]!, 0),
            metricValue(figures, given.query.metric),
          );
        for (const measure of measures)
          assertNear(
            shown.reduce((sum, { figures }) => sum + figures[measure], 0),
            total[measure],
          );
        const named = groups.filter(({ id }) => id !== null);
        assert.deepEqual(top, named.slice(0, top.length));
        assert.equal(top.length + (other?.count ?? 0), named.length);
        assert.equal(top.length, named.length <= limit + 1 ? named.length : limit);
        assert.notEqual(other?.count, 1, "“1 other” takes as much space as its name");
      }),
      runs,
    );
  });
});

describe("exportRows", () => {
  it("returns every group and bucket in time order, with the chart's sums", () => {
    fc.assert(
      fc.property(queried, (given) => {
        const { query, table } = given;
        const rows = exportRows(table, query);
        const { groups, byBucket, buckets } = aggregate(table, query);
        assert.equal(new Set(rows.map(({ bucket, id }) => JSON.stringify([bucket, id]))).size, rows.length);
        const at = rows.map(({ bucket }) => bucket);
        assert.deepEqual(at, at.toSorted());
        for (const measure of measures) {
          const sum = (own: typeof rows) => own.reduce((all, { figures }) => all + (figures[measure] ?? 0), 0);
          for (const { id, figures } of groups) assertNear(sum(rows.filter((row) => row.id === id)), figures[measure]);
          for (const [i, bucket] of buckets.entries())
            assertNear(sum(rows.filter((row) => row.bucket === bucket)), byBucket[i]![measure]);
        }
        for (const { bucket, figures } of rows)
          for (const measure of measures)
            assert.equal(figures[measure] !== null, given.known[measure][given.buckets.indexOf(bucket)], measure);
      }),
      runs,
    );
  });

  it("rounds nothing", () => {
    const options = { unit: "day", buckets: ["2028-02-01"], isKnown: () => true, dimensions, sources: [] } as const;
    const rows = [0.1, 0.2, 0.000001, 1234.567891].map((cost) => ({ bucket: "2028-02-01", model: "a", cost }));
    const table = toTable(rows, { ...options, buckets: [...options.buckets], sources: [], notes: [] });
    const [row] = exportRows(table, { groupBy: "model", metric: "cost" });
    assert.equal(row?.figures.cost, 1234.867892);
  });
});

describe("compare", () => {
  it("compares completed buckets with the previous period, and returns undefined if one is unknown", () => {
    const current = fc.nat(9);
    fc.assert(
      fc.property(
        randomSpend({ even: true }),
        filter,
        fc.constantFrom(...metrics),
        current,
        (given, only, metric, at) => {
          const { table, buckets, known, rows } = given;
          const half = buckets.length / 2;
          // The bucket in progress may be any of the second half, or a later one.
          const now = buckets[half + at] ?? "2028-12-31";
          const found = compare({ ...table, current: now }, { groupBy: "model", metric, filter: only });
          const completed = Math.min(at, half);
          const halves = [buckets.slice(0, completed), buckets.slice(half, half + completed)];
          const isKnown = (bucket: string) =>
            metricMeasures[metric].every((measure) => known[measure][buckets.indexOf(bucket)]);
          if (completed === 0 || !halves.flat().every(isKnown)) return assert.equal(found, undefined);
          const spent = (days: string[]) => rows.filter((row) => days.includes(row.bucket) && matchesFilter(row, only));
          const [previous, own] = halves.map((days) => metricSum(spent(days), metric));
          assert.equal(found?.buckets, completed);
          assertNear(found.previous, previous!);
          assertNear(found.current, own!);
        },
      ),
      runs,
    );
  });
});
