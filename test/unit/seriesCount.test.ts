import assert from "node:assert/strict";
import fc from "fast-check";
import { topGroups } from "../../src/openrouter/spend/index.ts";
import { seriesCount } from "../../src/webview/seriesCount.ts";

const groups = (sizes: readonly number[]) =>
  sizes.map((size, i) => ({ id: `${i}`, name: `${i}`, values: [size], figures: {} as never }));
const total = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0);

describe("seriesCount", () => {
  it("returns the number that a person chose", () => {
    for (const top of [5, 8, 12] as const) assert.equal(seriesCount(groups(Array(350).fill(1)), top), top);
  });

  for (const [title, sizes, expected] of [
    ["5 if the largest make up most of it", [50, 20, 10, 5, 5, 1, 1, 1, 1, 1, 1], 5],
    ["as many as leave the others less than half", Array(12).fill(1), 7],
    ["no more if the others are exactly half, but one more", Array(14).fill(1), 8],
    ["10 of 350 alike", Array(350).fill(1), 10],
    ["5 if nothing was spent", Array(20).fill(0), 5],
  ] as const)
    it(`returns ${title}`, () => assert.equal(seriesCount(groups(sizes), "auto"), expected));

  it("leaves the others the smaller part or uses all 10 colors, and never more", () => {
    const descending = fc
      .array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 400 })
      .map((sizes) => sizes.sort((a, b) => b - a));
    fc.assert(
      fc.property(descending, (sizes) => {
        const count = seriesCount(groups(sizes), "auto");
        const { top, other } = topGroups(groups(sizes), count);
        assert.ok(top.length <= 10, `${top.length} colors`);
        const rest = total(sizes.slice(top.length));
        if (other && rest > 0) assert.ok(rest < total(sizes) - rest || count === 10, `${rest} of ${total(sizes)}`);
      }),
    );
  });

  it("doesn't count unattributed spend", () => {
    const unattributed = { ...groups([1000])[0]!, id: null };
    assert.equal(seriesCount([...groups(Array(12).fill(1)), unattributed], "auto"), 7);
  });
});
