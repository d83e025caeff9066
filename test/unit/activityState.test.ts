import assert from "node:assert/strict";
import fc from "fast-check";
import {
  aggregate,
  canCompare,
  type Dimension,
  dimensions,
  metrics,
  ranges,
  type SpendRow,
  toTable,
} from "../../src/openrouter/spend/index.ts";
import {
  type ActivityState,
  backTo,
  canDrill,
  choose,
  covers,
  currentDimension,
  type DrillStep,
  drill,
  drilledBucket,
  forAccount,
  initialState,
  isComparing,
  needsKeys,
  requestFor,
  viewOf,
} from "../../src/webview/state.ts";
import { state } from "../support/activityStates.ts";

const into = (dimension: Dimension, id: string | null = `some ${dimension}`): DrillStep => ({
  dimension,
  id,
  name: id ?? "",
});
const DAY: DrillStep = { bucket: "2028-02-29" };

describe("drill", () => {
  const orders: Record<Dimension, Dimension[]> = {
    model: ["model", "provider", "key"],
    provider: ["provider", "model", "key"],
    key: ["key", "model", "provider"],
    workspace: ["workspace", "model", "provider", "key"],
  };
  for (const groupBy of dimensions)
    for (const first of [[], [DAY]])
      it(`drills from ${[...first.map(() => "a day"), ...orders[groupBy]].join(" to ")}, and back`, () => {
        const states = [choose(initialState, { groupBy })];
        for (const step of first) states.push(drill(states.at(-1)!, step));
        for (const dimension of orders[groupBy]) {
          const state = states.at(-1)!;
          assert.equal(currentDimension(state), dimension);
          assert.equal(canDrill(state), dimension !== orders[groupBy].at(-1));
          states.push(drill(state, into(dimension)));
        }
        const deepest = states.at(-2)!;
        for (const [steps, state] of states.slice(0, -1).entries()) assert.deepEqual(backTo(deepest, steps), state);
      });

  it("replaces a bucket by another bucket", () => {
    const state = drill(drill(drill(initialState, DAY), into("model")), { bucket: "2028-03-01" });
    assert.equal(drilledBucket(state), "2028-03-01");
    assert.deepEqual(state.path, [into("model"), { bucket: "2028-03-01" }]);
  });

  it("resets the sort order, since the rows change", () => {
    const sorted = { ...initialState, sort: { column: "name", descending: false } };
    assert.deepEqual(drill(sorted, DAY).sort, initialState.sort);
    assert.deepEqual(backTo(drill(sorted, DAY), 0).sort, initialState.sort);
  });

  it("is reset by another range, grouping or filter, and by no other choice", () => {
    const deep = drill(drill(initialState, DAY), into("model"));
    const resets: Partial<ActivityState>[] = [
      { range: "7d" },
      { groupBy: "key" },
      { scopes: [{ dimension: "key", ids: ["1"], name: "one" }] },
      { scopes: [] },
    ];
    for (const change of resets) assert.deepEqual(choose(deep, change), { ...deep, ...change, path: [] });
    const keeps: Partial<ActivityState>[] = [{ metric: "tokens" }, { top: 5 }, { compare: true }, { rows: "buckets" }];
    for (const change of keeps) assert.deepEqual(choose(deep, change), { ...deep, ...change });
  });
});

const runs = { numRuns: 500 };

describe("forAccount", () => {
  it("drops another account's filters and groups, so that its figures are all requested, and keeps every other choice", () => {
    fc.assert(
      fc.property(state, (given) => {
        const next = forAccount(given, "another");
        const { scopes, path, accountId, ...choices } = next;
        const { scopes: _, path: before, accountId: __, ...kept } = given;
        assert.deepEqual([scopes, accountId, choices], [[], "another", kept]);
        assert.deepEqual(
          path,
          before.filter((step) => "bucket" in step),
        );
        assert.equal(requestFor(next).keys, undefined);
      }),
      runs,
    );
  });

  it("keeps everything of the same account, even if it was renamed", () => {
    fc.assert(fc.property(state, (given) => assert.equal(forAccount(given, given.accountId!), given)));
  });

  it("drops filters that a version without accounts saved", () => {
    const saved = choose(initialState, { scopes: [{ dimension: "key", ids: ["1"], name: "one" }] });
    assert.deepEqual(forAccount(saved, "one"), { ...initialState, accountId: "one" });
  });
});

describe("requestFor", () => {
  it("requests all dimensions that are shown, drilled into or filtered by, each once", () => {
    fc.assert(
      fc.property(state, (given) => {
        const { dimensions: requested, keys, range, compare, day } = requestFor(given);
        const stepped = given.path.flatMap((one) => ("dimension" in one ? [one.dimension] : []));
        const scoped = given.scopes.map((scope) => scope.dimension);
        // A request for some keys is always split by key.
        const split = new Set([...requested, ...(keys ? ["key"] : [])]);
        for (const each of [currentDimension(given), ...stepped, ...scoped]) assert.ok(split.has(each), each);
        assert.equal(new Set(requested).size, requested.length);
        assert.equal(range, given.range);
        const drilled = given.path.flatMap((one) => ("dimension" in one && one.dimension === "key" ? [one.id] : []))[0];
        const filtered = given.scopes.find((scope) => scope.dimension === "key")?.ids;
        assert.deepEqual(keys, typeof drilled === "string" ? [drilled] : filtered);
        assert.equal(compare ?? false, isComparing(given));
        assert.ok(day === undefined || day === drilledBucket(given));
        assert.ok(!needsKeys(given) || split.has("key"));
      }),
      runs,
    );
  });

  it("doesn't compare a year, nor inside a bucket", () => {
    fc.assert(
      fc.property(state, (given) => {
        if (given.range === "365d" || drilledBucket(given) !== undefined)
          assert.equal(requestFor(given).compare, undefined);
        else assert.equal(requestFor(given).compare ?? false, given.compare);
      }),
      runs,
    );
    assert.deepEqual(
      ranges.filter((range) => !canCompare(range)),
      ["365d"],
    );
  });

  it("is covered by its own table, and by no table that lacks something", () => {
    fc.assert(
      fc.property(state, state, (one, other) => {
        const [read, wanted] = [requestFor(one), requestFor(other)];
        assert.ok(covers(read, read));
        assert.ok(covers(JSON.parse(JSON.stringify(read)), read), "not after serialization");
        if (!covers(read, wanted)) return;
        for (const each of wanted.dimensions) assert.ok(read.dimensions.includes(each), each);
        // The provider matters to the keys' rows only: a table contains the others as well, without their keys.
        const relevant = ({ dimensions, provider, ...rest }: typeof read) =>
          wanted.dimensions.includes("key") && read.provider !== undefined ? { ...rest, provider } : rest;
        assert.deepEqual(relevant(read), relevant(wanted));
      }),
      runs,
    );
  });

  it("reads once for the drill-down from 30 days to a day, model and provider, and again for its keys", () => {
    const steps = [DAY, into("model"), into("provider")];
    const states = steps.map((_, i) => steps.slice(0, i + 1).reduce(drill, initialState));
    const read = requestFor(initialState);
    assert.deepEqual(
      states.map((each) => covers(read, requestFor(each))),
      [true, true, false],
    );
    // The first table covers the way back.
    assert.equal(requestFor(states[2]!).day, "2028-02-29");
    for (const steps of [0, 1, 2]) assert.ok(covers(read, requestFor(backTo(states[2]!, steps))));
  });

  it("asks for the keys of the provider that was drilled into, for which another provider's table is no answer", () => {
    const keysOf = (id: string | null, model = "m") =>
      requestFor(
        [{ dimension: "provider", id, name: "" } as const, { dimension: "model", id: model, name: "" } as const].reduce(
          drill,
          choose(initialState, { groupBy: "provider" }),
        ),
      );
    assert.equal(keysOf("A").provider, "A");
    assert.equal(keysOf(null).provider, undefined);
    assert.ok(covers(keysOf("A"), keysOf("A", "another")) && covers(keysOf(null), keysOf("A")));
    assert.ok(!covers(keysOf("A"), keysOf("B")) && !covers(keysOf("A"), keysOf(null)));
    assert.ok(covers(keysOf("A"), requestFor(initialState)));
    assert.equal(requestFor(choose(initialState, { groupBy: "provider" })).provider, undefined);
  });

  it("requests the next steps in advance, but not the providers of several keys, which take a request each", () => {
    const asked = (...ids: string[]) =>
      requestFor(choose(initialState, { scopes: [{ dimension: "key", ids, name: "" }] }));
    assert.deepEqual(asked("1", "2"), { range: "30d", dimensions: ["model"], keys: ["1", "2"] });
    assert.deepEqual(asked("1"), { range: "30d", dimensions: ["model", "provider"], keys: ["1"] });
    const byKey = choose(initialState, { groupBy: "key" });
    assert.deepEqual(requestFor(byKey), { range: "30d", dimensions: ["key"] });
    assert.deepEqual(requestFor(drill(byKey, { dimension: "key", id: "1", name: "one" })), asked("1"));
    assert.deepEqual(requestFor(initialState), { range: "30d", dimensions: ["model", "provider"] });
  });

  it("is the same for another metric, number of colors or sort order", () => {
    fc.assert(
      fc.property(state, fc.constantFrom(...metrics), (given, metric) => {
        const changed = choose(given, { metric, top: 12, rows: "buckets", sort: { column: "name", descending: true } });
        assert.deepEqual(requestFor(changed), requestFor(given));
      }),
    );
  });
});

describe("viewOf", () => {
  const buckets = ["2028-02-27", "2028-02-28", "2028-02-29", "2028-03-01"];
  const rows: SpendRow[] = buckets.flatMap((bucket, i) => [
    { bucket, model: "a", provider: "x", key: "1", cost: 1 + i, requests: 10 },
    { bucket, model: "b", provider: "x", key: "2", cost: 10 * (1 + i), requests: 20 },
    { bucket, model: "a", provider: "y", cost: 100 * (1 + i), requests: 30 },
  ]);
  const options = { unit: "day", isKnown: () => true, dimensions, sources: [], notes: [] } as const;
  const table = toTable(rows, { ...options, buckets, sources: [], notes: [] });
  const costs = (of: ActivityState, from = table) =>
    viewOf(from, of).current.groups.map(({ id, figures }) => [id, figures.cost]);

  it("shows the groups of all buckets, of one bucket, and of a group in it", () => {
    assert.deepEqual(costs(initialState), [
      ["a", 1010],
      ["b", 100],
    ]);
    const day = drill(initialState, DAY);
    assert.deepEqual(costs(day), [
      ["a", 303],
      ["b", 30],
    ]);
    assert.equal(viewOf(table, day).bucket, "2028-02-29");
    assert.deepEqual(viewOf(table, day).current.buckets, ["2028-02-29"]);
    const model = drill(day, into("model", "a"));
    assert.deepEqual(costs(model), [
      ["y", 300],
      ["x", 3],
    ]);
    assert.deepEqual(costs(drill(model, into("provider", "y"))), [[null, 300]]);
    assert.deepEqual(costs(drill(choose(initialState, { groupBy: "key" }), into("key", null))), [["a", 1000]]);
  });

  it("returns the query of its figures, so that an export matches", () => {
    for (const given of [initialState, drill(initialState, DAY), { ...initialState, compare: true }]) {
      const { query: question, current } = viewOf(table, given);
      assert.deepEqual(aggregate(table, question), current);
    }
  });

  it("compares the completed days of both halves", () => {
    const { current, previous, comparison } = viewOf(table, { ...initialState, compare: true });
    assert.deepEqual(current.buckets, buckets.slice(2));
    assert.deepEqual(previous?.buckets, buckets.slice(0, 2));
    assert.deepEqual(comparison, { current: 333, previous: 111, buckets: 1 });
    assert.equal(viewOf(table, initialState).previous, undefined);
  });

  it("filters by keys, models and providers", () => {
    const scoped = (dimension: Dimension, ...ids: string[]) =>
      costs(choose(initialState, { scopes: [{ dimension, ids, name: "" }] }));
    assert.deepEqual(scoped("key", "1"), [["a", 10]]);
    assert.deepEqual(scoped("key", "1", "2"), [
      ["b", 100],
      ["a", 10],
    ]);
    assert.deepEqual(scoped("model", "b"), [["b", 100]]);
    assert.deepEqual(scoped("provider", "x"), [
      ["b", 100],
      ["a", 10],
    ]);
    assert.deepEqual(scoped("key"), []);
    const both = [
      { dimension: "key", ids: ["1"], name: "" },
      { dimension: "provider", ids: ["y"], name: "" },
    ] as const;
    assert.deepEqual(costs(choose(initialState, { scopes: both.map((one) => ({ ...one, ids: [...one.ids] })) })), []);
  });

  it("shows the day if an hour was drilled into and the table has only the day", () => {
    const hour = drill(choose(initialState, { range: "today" }), { bucket: "2028-03-01T07" });
    const day = toTable(rows, { ...options, buckets: ["2028-03-01"], sources: [], notes: [] });
    assert.deepEqual(costs(hour, day), [
      ["a", 404],
      ["b", 40],
    ]);
    const compared = { ...choose(initialState, { range: "today" }), compare: true };
    const view = viewOf(day, compared);
    assert.deepEqual([view.previous, view.comparison, view.current.total.cost], [undefined, undefined, 444]);
  });

  it("shows nothing for a day that is no longer in the table", () => {
    // Happens in a panel that is restored days later.
    const view = viewOf(table, drill(initialState, { bucket: "2028-02-01" }));
    assert.deepEqual([view.current.buckets, view.current.known, view.current.groups], [[], [], []]);
    assert.equal(view.current.total.cost, 0);
  });
});
