import assert from "node:assert/strict";
import fc from "fast-check";
import { parseUsd } from "../../src/editor/ui/parseUsd.ts";

describe("an amount as people type it", () => {
  for (const [typed, amount] of [
    ["12", 12],
    ["12.50", 12.5],
    ["12,50", 12.5],
    [" $0.5 ", 0.5],
    ["25 USD", 25],
    ["0", 0],
    ["1.2345", 1.2345],
  ] as const)
    it(`${typed} is ${amount}`, () => assert.equal(parseUsd(typed), amount));

  for (const typed of ["", "abc", "-5", "1,000", "1.000,50", "1 000", "1e3", "12.", "€5", "NaN", "0x10"])
    it(`${JSON.stringify(typed)} is none`, () => assert.equal(parseUsd(typed), undefined));

  it("reads cents as they were written, with either mark", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), (cents) => {
        const text = (cents / 100).toFixed(2);
        assert.equal(parseUsd(text), cents / 100);
        assert.equal(parseUsd(text.replace(".", ",")), cents / 100);
      }),
    );
  });
});
