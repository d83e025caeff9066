import assert from "node:assert/strict";
import { isDue } from "../../src/editor/data/isDue.ts";

const NOW = Date.UTC(2026, 5, 1, 12);
const INTERVAL = 300_000;
type Facts = Parameters<typeof isDue>[0];

const at = (ago: number) => new Date(NOW - ago);
const readAt = (ago: number): Facts["current"] => ({
  ...{ value: undefined, source: "stored", complete: true, readAt: at(ago) },
});
const due = (facts: Partial<Facts>) =>
  isDue({ current: undefined, failedAt: undefined, loading: false, notBefore: undefined, ...facts }, INTERVAL, NOW);

describe("what the timer reads again", () => {
  it("is what is as old as the interval, and no younger", () => {
    assert.equal(due({ current: readAt(INTERVAL) }), true);
    assert.equal(due({ current: readAt(INTERVAL - 1) }), false);
  });

  it("is not what was never read: nobody has looked at it", () => assert.equal(due({}), false));

  it("is not what is being read", () => assert.equal(due({ current: readAt(2 * INTERVAL), loading: true }), false));

  it("is what failed, once the interval has passed since then", () => {
    assert.equal(due({ failedAt: at(INTERVAL) }), true);
    assert.equal(due({ current: readAt(3 * INTERVAL), failedAt: at(INTERVAL - 1) }), false);
    assert.equal(due({ current: readAt(3 * INTERVAL), failedAt: at(INTERVAL) }), true);
  });

  it("is nothing before the API wants to be asked again", () => {
    const old = { current: readAt(9 * INTERVAL), failedAt: at(8 * INTERVAL) };
    assert.equal(due({ ...old, notBefore: new Date(NOW + 1) }), false);
    assert.equal(due({ ...old, notBefore: new Date(NOW) }), true);
  });
});
