// Random states and requests of the activity panel.
import fc from "fast-check";
import { dimensions, metrics, ranges, type SpendRequest } from "../../src/openrouter/spend/index.ts";
import { type Basis, bases } from "../../src/webview/explain/basis.ts";
import type { Top } from "../../src/webview/seriesCount.ts";
import {
  type ActivityState,
  choose,
  type DrillStep,
  drill,
  initialState,
  type ScopeFilter,
} from "../../src/webview/state.ts";

const id = fc.constantFrom("a", "__proto__", "constructor", "", "🦊\n");
const dimension = fc.constantFrom(...dimensions);

export const scope: fc.Arbitrary<ScopeFilter> = fc.record(
  { dimension, ids: fc.array(id), name: id },
  { noNullPrototype: true },
);

const step: fc.Arbitrary<DrillStep> = fc.oneof(
  fc.record({ dimension, id: fc.option(id), name: id }, { noNullPrototype: true }),
  fc.constantFrom({ bucket: "2028-02-02" }, { bucket: "2028-02-29" }, { bucket: "2028-03-01T07" }),
);

const chosen: Basis[] = [
  {
    after: { from: "2028-03-01", to: "2028-03-07" },
    before: { from: "2028-02-01", to: "2028-02-14" },
  },
  {
    after: { from: "2028-03-29T07", to: "2028-03-29T09" },
    before: { from: "2028-03-30T07", to: "2028-03-30T07" },
  },
];

export const state: fc.Arbitrary<ActivityState> = fc
  .record({
    ...{ range: fc.constantFrom(...ranges), groupBy: dimension, metric: fc.constantFrom(...metrics) },
    ...{
      compare: fc.boolean(),
      top: fc.constantFrom<Top>("auto", 5, 8, 12),
      rows: fc.constantFrom("groups", "buckets"),
    },
    ...{ accountId: fc.constantFrom("one", "two"), scopes: fc.array(scope, { maxLength: 2 }) },
    steps: fc.array(step, { maxLength: 4 }),
    explain: fc.constantFrom<Basis | undefined>(undefined, ...bases, ...chosen),
  })
  .map(({ steps, explain, ...choice }) => ({
    ...steps.reduce(drill, choose(initialState, choice)),
    ...(explain && { explain }),
  }));

export const request: fc.Arbitrary<SpendRequest> = fc.record(
  {
    ...{ range: fc.constantFrom(...ranges), dimensions: fc.uniqueArray(dimension) },
    ...{ compare: fc.boolean(), keys: fc.array(id), day: fc.constant("2028-02-29") },
  },
  { requiredKeys: ["range", "dimensions"], noNullPrototype: true },
);
