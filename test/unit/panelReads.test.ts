import assert from "node:assert/strict";
import type { SpendRequest, SpendTable } from "../../src/openrouter/spend/model.ts";
import { createPanelReads } from "../../src/webview/panelReads.ts";

const table = {} as SpendTable;
const month: SpendRequest = { range: "30d", dimensions: ["model", "provider"] };
const models: SpendRequest = { range: "30d", dimensions: ["model"] };
const week: SpendRequest = { range: "7d", dimensions: ["model", "provider"] };

describe("createPanelReads", () => {
  it("covers requests for the same or fewer dimensions, and no others", () => {
    const reads = createPanelReads();
    assert.equal(reads.hasRead(month), false);
    reads.start(month);
    assert.deepEqual([reads.isWaiting, reads.hasRead(month)], [true, false]);
    reads.receive({ request: month, table, account: { id: "a", text: "", isSample: false } });
    assert.equal(reads.isWaiting, false);
    assert.deepEqual([month, models, week].map(reads.hasRead), [true, true, false]);
  });

  it("waits only for the newest request", () => {
    const reads = createPanelReads();
    const [first, second] = [reads.start(month), reads.start(week)];
    assert.deepEqual([first, second].map(reads.isPending), [false, true]);
  });

  it("knows whether the pending request covers another choice", () => {
    const reads = createPanelReads();
    assert.equal(reads.isReading(month), false);
    reads.start(month);
    assert.deepEqual([month, models, week].map(reads.isReading), [true, true, false]);
    reads.fail(month);
    assert.equal(reads.isReading(month), false);
  });

  it("keeps the last table while another one loads or fails", () => {
    const reads = createPanelReads();
    reads.start(month);
    reads.receive({ request: month, table, account: { id: "a", text: "", isSample: true } });
    reads.start(week);
    assert.equal(reads.last?.request, month);
    reads.fail(week);
    assert.deepEqual([reads.isWaiting, reads.hasFailed, reads.last?.request], [false, true, month]);
    reads.start(week);
    assert.equal(reads.hasFailed, false);
  });

  it("drops the pending or failed request of another choice", () => {
    const reads = createPanelReads();
    const id = reads.start(week);
    reads.dropUnless(week);
    assert.ok(reads.isWaiting && reads.isPending(id));
    reads.dropUnless(month);
    assert.ok(!reads.isWaiting && !reads.isPending(id));
    reads.fail(week);
    reads.dropUnless(month);
    assert.equal(reads.hasFailed, false);
  });

  it("drops the table of another account", () => {
    const reads = createPanelReads();
    reads.receive({ request: month, table, account: { id: "a", text: "", isSample: false } });
    reads.clear();
    assert.deepEqual([reads.last, reads.hasRead(month)], [undefined, false]);
  });
});
