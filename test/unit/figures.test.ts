import assert from "node:assert/strict";
import fc from "fast-check";
import { dropFloatNoise, groupBy, sum, utcDay } from "../../src/openrouter/text/figures.ts";

const usd = fc.double({ min: 0, max: 1e4, noNaN: true });
const item = fc.record({
  name: fc.oneof(fc.constantFrom("a", "b", "__proto__", "constructor", ""), fc.string()),
  usage: usd,
  requests: fc.nat(1e6),
});
const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);

describe("sum", () => {
  it("equals the integer sum in billionths", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e9)), (billionths) => {
        const exact = billionths.reduce((a, b) => a + b, 0) / 1e9;
        close(sum(billionths.map((value) => value / 1e9)), exact);
      }),
    );
  });

  it("drops float noise and nothing else", () => {
    assert.equal(sum([0.1, 0.2]), 0.3);
    assert.equal(sum([]), 0);
    assert.equal(sum([0.0000001, 0.00000012]), 0.00000022);
    assert.equal(dropFloatNoise(1234.5678901), 1234.5678901);
    // Zero has no sign: it would be shown as "-$0.00".
    for (const zero of [-0, -1e-12, 1e-12]) assert.ok(Object.is(dropFloatNoise(zero), 0));
  });
});

describe("groupBy", () => {
  it("counts every item once, so that groups add up to the total", () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 200 }), (items) => {
        const groups = groupBy(
          items,
          ({ name }) => name,
          ({ usage, requests }) => ({ usage, requests, items: 1 }),
        );
        const total = (field: string) => sum(groups.map((group) => group.figures[field]!));
        close(total("usage"), sum(items.map(({ usage }) => usage)));
        assert.equal(total("requests"), sum(items.map(({ requests }) => requests)));
        assert.equal(total("items"), items.length);
        assert.deepEqual(new Set(groups.map(({ name }) => name)), new Set(items.map(({ name }) => name)));
        assert.equal(new Set(groups.map(({ name }) => name)).size, groups.length);
      }),
    );
  });

  it("adds up each group's own items", () => {
    fc.assert(
      fc.property(fc.array(item), (items) => {
        for (const group of groupBy(
          items,
          ({ name }) => name,
          ({ usage }) => ({ usage }),
        ))
          close(group.figures.usage!, sum(items.filter(({ name }) => name === group.name).map(({ usage }) => usage)));
      }),
    );
  });

  it("puts the largest usage first", () => {
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const usages = groupBy(
          items,
          ({ name }) => name,
          ({ usage }) => ({ usage }),
        ).map(({ figures }) => figures.usage!);
        assert.deepEqual(
          usages,
          [...usages].sort((a, b) => b - a),
        );
      }),
    );
  });
});

describe("utcDay", () => {
  it("returns the UTC day in any time zone", () => {
    assert.equal(utcDay(new Date("2026-08-03T23:59:59.999Z")), "2026-08-03");
    assert.equal(utcDay(new Date("2026-08-04T01:30:00+02:00")), "2026-08-03");
  });
});
