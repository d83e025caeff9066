import assert from "node:assert/strict";
import { type Dimension, toTable } from "../../src/openrouter/spend/index.ts";
import { dayAfter } from "../../src/openrouter/spend/span.ts";
import { choose, drill, initialState } from "../../src/webview/state.ts";
import { whatIfRequest } from "../../src/webview/whatIf/whatIfRequest.ts";

const TODAY = "2028-03-30";
const createTable = (unit: "day" | "hour", buckets: string[]) =>
  toTable([], { unit, buckets, isKnown: () => true, dimensions: ["model"], sources: [], notes: [] });
const month = createTable(
  "day",
  Array.from({ length: 30 }, (_, i) => dayAfter(TODAY, i - 29)),
);
const today = createTable(
  "hour",
  Array.from({ length: 24 }, (_, hour) => `${TODAY}T${String(hour).padStart(2, "0")}`),
);

describe("the usage that the panel compares with other models", () => {
  const everything = { keys: undefined, workspaces: undefined, model: undefined };
  const scope = (dimension: Dimension, ids: string[]) =>
    choose(initialState, { scopes: [{ dimension, ids, name: "" }] });
  const step = (dimension: Dimension, id: string | null) => drill(initialState, { dimension, id, name: "" });

  it("is that of the shown days", () => {
    assert.deepEqual(whatIfRequest(initialState, month), { from: "2028-03-01", to: TODAY, ...everything });
    const day = drill(initialState, { bucket: "2028-03-07" });
    assert.deepEqual(whatIfRequest(day, month), { from: "2028-03-07", to: "2028-03-07", ...everything });
    const hours = choose(initialState, { range: "today" });
    assert.deepEqual(whatIfRequest(hours, today), { from: TODAY, to: TODAY, ...everything });
    assert.equal(whatIfRequest(drill(hours, { bucket: `${TODAY}T07` }), today), undefined);
  });

  it("excludes the previous period", () => {
    const buckets = Array.from({ length: 14 }, (_, i) => dayAfter(TODAY, i - 13));
    const compared = choose(initialState, { range: "7d", compare: true });
    assert.deepEqual(whatIfRequest(compared, createTable("day", buckets)), {
      ...{ from: "2028-03-24", to: TODAY, ...everything },
    });
  });

  it("is that of the keys, the workspace and the model of the filters", () => {
    const usage = { from: "2028-03-01", to: TODAY, ...everything };
    assert.deepEqual(whatIfRequest(scope("key", ["a", "b"]), month), { ...usage, keys: ["a", "b"] });
    assert.deepEqual(whatIfRequest(step("workspace", "w"), month), { ...usage, workspaces: ["w"] });
    assert.deepEqual(whatIfRequest(step("model", "a/b"), month), { ...usage, model: "a/b" });
  });

  it("isn't known for a provider, for several models, and for spend without a key, workspace or model", () => {
    for (const state of [
      step("provider", "Anthropic"),
      scope("model", ["a/b", "a/c"]),
      step("key", null),
      step("workspace", null),
      step("model", null),
    ])
      assert.equal(whatIfRequest(state, month), undefined);
  });
});
