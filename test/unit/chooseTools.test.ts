import assert from "node:assert/strict";
import { chooseTools } from "../../src/editor/activity/chooseTools.ts";

const HASH = "a".repeat(64);
const table = { current: "2028-03-05" };
const key = (...ids: string[]) => ({ dimension: "key" as const, ids });
const days = (...of: number[]) => of.map((day) => new Date(Date.UTC(2028, 2, day)).toISOString().slice(0, 10));

describe("the tools for a question about a figure", () => {
  const none = { day: undefined, key: undefined, activity: false, today: false, analytics: false };
  const choose = (buckets: string[], filters: Parameters<typeof chooseTools>[2] = []) => {
    const { explain: _, ...chosen } = chooseTools(table, buckets, filters);
    return chosen;
  };

  it("are or_activity for completed days, with the day and the key if there is only one", () => {
    assert.deepEqual(choose(days(4)), { ...none, activity: true, day: "2028-03-04" });
    assert.deepEqual(choose(days(3, 4), [key(HASH)]), { ...none, activity: true, key: HASH });
    assert.deepEqual(choose(days(4), [key(HASH, "b")]), { ...none, activity: true, day: "2028-03-04" });
  });

  it("are or_overview for today", () => {
    assert.deepEqual(choose(days(5)), { ...none, today: true });
    assert.deepEqual(choose(days(4, 5)), { ...none, activity: true, today: true });
  });

  it("are or_analytics_query for days before the last 30, hours and workspaces", () => {
    assert.deepEqual(choose(days(5 - 30)), { ...none, activity: true, day: "2028-02-04" });
    assert.deepEqual(choose(days(5 - 31)), { ...none, day: "2028-02-03", analytics: true });
    assert.deepEqual(choose(days(5 - 31, 5)), { ...none, today: true, analytics: true });
    assert.deepEqual(choose(days(5), [{ dimension: "workspace", ids: ["w"] }]), {
      ...none,
      today: true,
      analytics: true,
    });
    assert.deepEqual(choose(["2028-03-05T07"]), { ...none, today: true, analytics: true });
    // All hours of today are today.
    const hours = Array.from({ length: 24 }, (_, hour) => `2028-03-05T${String(hour).padStart(2, "0")}`);
    assert.deepEqual(choose(hours), { ...none, today: true });
  });

  it("are or_explain_change for days that can be compared with those before, of all spend, a key or a model", () => {
    const explain = (buckets: string[], filters: Parameters<typeof chooseTools>[2] = []) =>
      chooseTools(table, buckets, filters).explain;
    const day = { from: "2028-03-04", to: "2028-03-04" };
    assert.deepEqual(explain(days(4)), day);
    assert.deepEqual(explain(days(3, 4, 5)), { from: "2028-03-03", to: "2028-03-05" });
    const model = { dimension: "model" as const, ids: ["openai/gpt-5"] };
    assert.deepEqual(explain(days(4), [key(HASH), model]), day);
    const hours = Array.from({ length: 24 }, (_, hour) => `2028-03-04T${String(hour).padStart(2, "0")}`);
    assert.deepEqual(explain(hours), day);
    assert.equal(explain(hours.slice(7, 8)), undefined);
    const year = (count: number) => days(...Array.from({ length: count }, (_, i) => 5 - count + i + 1));
    assert.deepEqual(explain(year(182)), { from: "2027-09-06", to: "2028-03-05" });
    assert.equal(explain(year(183)), undefined);
    for (const filter of [
      key(HASH, "b"),
      { dimension: "key" as const, ids: [null] },
      { dimension: "provider" as const, ids: ["openai"] },
      { dimension: "workspace" as const, ids: ["w"] },
    ])
      assert.equal(explain(days(4), [filter]), undefined);
  });

  it("don't name a key for spend without one", () => {
    assert.deepEqual(choose(days(5), [{ dimension: "key", ids: [null] }]), { ...none, today: true });
  });
});
