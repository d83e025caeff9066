import assert from "node:assert/strict";
import { activityDays, activityTable } from "../../src/openrouter/spend/activityTable.ts";
import { aggregate, measures, type SpendRow } from "../../src/openrouter/spend/index.ts";

const NOW = new Date("2026-08-04T00:30:00Z");
const DIMENSIONS = ["model", "provider", "key", "workspace"] as const;

describe("activityDays", () => {
  it("returns the last 30 completed days", () => {
    const days = activityDays([], undefined, NOW);
    assert.deepEqual([days.length, days[0], days.at(-1)], [30, "2026-07-05", "2026-08-03"]);
  });

  it("returns the requested day", () =>
    assert.deepEqual(activityDays([{ bucket: "2026-07-31" }], "2026-08-01", NOW), ["2026-08-01"]));

  it("ends a day later if the API is a day ahead of this machine", () => {
    const days = activityDays([{ bucket: "2026-08-04" }, { bucket: "no day" }], undefined, NOW);
    assert.deepEqual([days.length, days[0], days.at(-1)], [30, "2026-07-06", "2026-08-04"]);
  });
});

describe("activityTable", () => {
  it("knows every day, even without rows", () => {
    const table = activityTable([], ["2026-08-01", "2026-08-02"], ["model"]);
    for (const measure of measures) assert.deepEqual(table.known[measure], [true, true]);
    assert.deepEqual(table.bucket, []);
  });

  it("drops dimensions if it would be too large, and keeps the totals", function () {
    this.timeout(30_000);
    const days = activityDays([], undefined, NOW);
    const rows = (keys: number, models: number, providers: number): SpendRow[] =>
      Array.from({ length: keys * models * providers * days.length }, (_, i) => ({
        bucket: days[i % 30]!,
        key: `key ${Math.floor(i / 30) % keys}`,
        model: `model ${Math.floor(i / 30 / keys) % models}`,
        provider: `provider ${Math.floor(i / 30 / keys / models)}`,
        cost: 0.1,
        requests: 1,
      }));
    for (const [keys, models, providers, expected] of [
      [100, 4, 2, ["model", "provider", "key", "workspace"]],
      [100, 10, 3, ["model", "key", "workspace"]],
      [1000, 3, 1, ["key", "workspace"]],
    ] as const) {
      const all = rows(keys, models, providers);
      const table = activityTable(all, days, DIMENSIONS);
      assert.deepEqual(table.dimensions, expected);
      assert.ok(table.bucket.length <= 50_000);
      const { total, groups } = aggregate(table, { groupBy: "key", metric: "cost" });
      assert.equal(groups.length, keys);
      assert.ok(Math.abs(total.cost - 0.1 * all.length) < 1e-6);
      assert.equal(total.requests, all.length);
    }
  });
});
