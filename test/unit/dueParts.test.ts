import assert from "node:assert/strict";
import { dueParts } from "../../src/editor/commands/dueParts.ts";
import type { Refreshable, RefreshablePart } from "../../src/editor/platform/wing.ts";

describe("dueParts", () => {
  const part = (ageMs: number): RefreshablePart => ({ isDue: (ms) => ageMs >= ms, refresh: () => {} });
  const view = (isVisible: boolean, ...timed: RefreshablePart[]): Refreshable => ({
    isVisible: () => isVisible,
    parts: () => timed,
    timedParts: () => timed,
  });
  const [old, recent, hidden] = [part(70_000), part(10_000), part(70_000)];
  const views = [view(true, old, recent), view(true, old), view(false, hidden)];

  it("are the old parts of visible views, each once", () => {
    assert.deepEqual(dueParts(views, { interval: 60_000, focused: true }), [old]);
    assert.deepEqual(dueParts(views, { interval: 5_000, focused: true }), [old, recent]);
  });

  it("are none without the focus, and if the timer is off", () => {
    assert.deepEqual(dueParts(views, { interval: 60_000, focused: false }), []);
    assert.deepEqual(dueParts(views, { interval: undefined, focused: true }), []);
  });
});
