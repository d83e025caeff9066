import assert from "node:assert/strict";
import fc from "fast-check";
import { comparableCommits, type Graph } from "../../src/leaks/git/graph.ts";

const TREE = "a".repeat(40);

/** A history in any order, whose clocks may stand still or run backwards. */
const graphs = fc
  .array(fc.record({ time: fc.integer({ min: 0, max: 3 }), parents: fc.array(fc.nat(), { maxLength: 3 }) }), {
    maxLength: 30,
  })
  .chain((commits) => {
    const nodes = commits.map(({ time, parents }, i) => {
      const ids = i === 0 ? [] : [...new Set(parents.map((parent) => `c${parent % i}`))];
      return [`c${i}`, { tree: TREE, parents: ids, time }] as const;
    });
    return fc.shuffledSubarray(nodes, { minLength: nodes.length }).map((shuffled): Graph => new Map(shuffled));
  });

describe("the order of commits", () => {
  it("has each commit once, after its parents, whatever the clocks say", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const order = comparableCommits(graph, [TREE], new Set());
        assert.deepEqual([...order].sort(), [...graph.keys()].sort());
        for (const [id, { parents }] of graph)
          for (const parent of parents) assert.ok(order.indexOf(parent) < order.indexOf(id), `${parent} before ${id}`);
      }),
    );
  });

  it("is that of time where no commit leads to another", () => {
    const graph: Graph = new Map([3, 1, 2].map((time) => [`c${time}`, { tree: TREE, parents: [], time }]));
    assert.deepEqual(comparableCommits(graph, [TREE], new Set()), ["c1", "c2", "c3"]);
  });

  it("takes a history of a hundred thousand commits", () => {
    const graph: Graph = new Map();
    for (let i = 99_999; i >= 0; i--)
      graph.set(`c${i}`, { tree: TREE, parents: i === 0 ? [] : [`c${i - 1}`], time: 0 });
    const order = comparableCommits(graph, [TREE], new Set());
    assert.equal(order.length, 100_000);
    assert.deepEqual([order[0], order.at(-1)], ["c0", "c99999"]);
  });
});
