import assert from "node:assert/strict";
import { axisNames, groupName, spanName } from "../../src/webview/labels.ts";

/** Consecutive UTC days. */
const days = (first: string, count: number) =>
  Array.from({ length: count }, (_, i) => new Date(Date.parse(first) + i * 86_400_000).toISOString().slice(0, 10));

describe("axisNames", () => {
  for (const [title, buckets, locale, expected] of [
    ["days of one year without the year", days("2026-02-27", 3), "en", ["Feb 27", "Feb 28", "Mar 1"]],
    ["days of two years with the year", days("2025-12-31", 2), "en", ["Dec 31, 2025", "Jan 1, 2026"]],
    ["days of two years in German", days("2025-12-31", 2), "de", ["31. Dez. 2025", "1. Jan. 2026"]],
    ["hours", ["2025-12-31T23", "2026-01-01T00"], "en", ["23:00", "00:00"]],
  ] as const)
    it(`names ${title}`, () => assert.deepEqual(axisNames(buckets, locale), expected));

  it("names each month of a year with its year, also of one that is within a calendar year", () => {
    for (const first of ["2025-11-27", "2026-01-01"]) {
      const buckets = days(first, 365);
      const names = axisNames(buckets, "en");
      for (const [i, bucket] of buckets.entries())
        assert.match(names[i]!, new RegExp(`^[A-Z][a-z]{2} ${bucket.slice(0, 4)}$`));
    }
  });
});

describe("spanName", () => {
  it("has the years of a span over two of them, also where it is short", () => {
    assert.equal(spanName("2026-10-28", "2026-11-26", "en", "short"), "Oct 28 to Nov 26");
    assert.equal(spanName("2025-12-18", "2026-01-16", "en", "short"), "Dec 18, 2025 to Jan 16, 2026");
  });
});

describe("groupName", () => {
  it("tells groups that are named like our labels from these", () => {
    assert.equal(groupName({ id: null, name: "" }), "Unattributed");
    for (const name of ["Unattributed", "Total", "Previous period", "12 others"])
      assert.equal(groupName({ id: "1", name }), `“${name}”`);
    for (const name of ["unattributed", "12", "Total 2", ""]) assert.equal(groupName({ id: "1", name }), name);
  });
});
