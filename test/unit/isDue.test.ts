import assert from "node:assert/strict";
import { isDue } from "../../src/editor/data/isDue.ts";

const NOW = Date.UTC(2026, 5, 1, 12);
const INTERVAL = 300_000;
type Facts = Parameters<typeof isDue>[0];

const at = (ago: number) => new Date(NOW - ago);
const due = (facts: Partial<Facts>) =>
  isDue({ readAt: undefined, errorAt: undefined, loading: false, notBefore: undefined, ...facts }, INTERVAL, NOW);

describe("what the timer reads again", () => {
  it("is what is as old as the interval, and no younger", () => {
    assert.equal(due({ readAt: at(INTERVAL) }), true);
    assert.equal(due({ readAt: at(INTERVAL - 1) }), false);
  });

  it("is not what was never read: nobody has looked at it", () => assert.equal(due({}), false));

  it("is not what is being read", () => assert.equal(due({ readAt: at(2 * INTERVAL), loading: true }), false));

  it("is what failed, once the interval has passed since then", () => {
    assert.equal(due({ errorAt: at(INTERVAL) }), true);
    assert.equal(due({ readAt: at(3 * INTERVAL), errorAt: at(INTERVAL - 1) }), false);
    assert.equal(due({ readAt: at(3 * INTERVAL), errorAt: at(INTERVAL) }), true);
  });

  it("is nothing before the API wants to be asked again", () => {
    const old = { readAt: at(9 * INTERVAL), errorAt: at(8 * INTERVAL) };
    assert.equal(due({ ...old, notBefore: new Date(NOW + 1) }), false);
    assert.equal(due({ ...old, notBefore: new Date(NOW) }), true);
  });
});
