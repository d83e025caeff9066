import assert from "node:assert/strict";
import { isDue } from "../../src/editor/data/isDue.ts";

const NOW = Date.UTC(2026, 5, 1, 12);
const INTERVAL = 300_000;
type LastRead = Parameters<typeof isDue>[0];

const at = (ago: number) => new Date(NOW - ago);
const due = (lastRead: Partial<LastRead>) =>
  isDue({ readAt: undefined, errorAt: undefined, loading: false, notBefore: undefined, ...lastRead }, INTERVAL, NOW);

describe("isDue", () => {
  it("is true once the data is as old as the interval", () => {
    assert.equal(due({ readAt: at(INTERVAL) }), true);
    assert.equal(due({ readAt: at(INTERVAL - 1) }), false);
  });

  it("is false for data that was never loaded", () => assert.equal(due({}), false));

  it("is false while the data is loading", () => assert.equal(due({ readAt: at(2 * INTERVAL), loading: true }), false));

  it("is true once the interval has passed since an error", () => {
    assert.equal(due({ errorAt: at(INTERVAL) }), true);
    assert.equal(due({ readAt: at(3 * INTERVAL), errorAt: at(INTERVAL - 1) }), false);
    assert.equal(due({ readAt: at(3 * INTERVAL), errorAt: at(INTERVAL) }), true);
  });

  it("is false until the end of a rate limit", () => {
    const old = { readAt: at(9 * INTERVAL), errorAt: at(8 * INTERVAL) };
    assert.equal(due({ ...old, notBefore: new Date(NOW + 1) }), false);
    assert.equal(due({ ...old, notBefore: new Date(NOW) }), true);
  });
});
