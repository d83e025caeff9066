import assert from "node:assert/strict";
import fc from "fast-check";
import { textFilter } from "../../src/editor/ui/textFilter.ts";

describe("a view's filter", () => {
  const cases: [string, (string | null | undefined)[], boolean][] = [
    ["", [], true],
    ["   ", ["a"], true],
    ["ana", ["Ana Reyes"], true],
    ["reyes ANA", ["Ana Reyes", "ana@example.com"], true],
    ["ana weber", ["Ana Reyes"], false],
    ["zoë", ["ZOE\u0308 O'Brien"], true],
    ["$1 000", ["$1\u202f000"], true],
    ["ai", ["AI"], true],
    ["jose", ["José Núñez"], true],
    ["JOSE\u0301 nunez", ["Jos\u00e9\u200b Núñez"], true],
    ["strasse", ["Straße"], true],
    ["x", [undefined, null, ""], false],
  ];
  for (const [filter, texts, wanted] of cases)
    it(`${JSON.stringify(filter)} ${wanted ? "finds" : "doesn't find"} ${JSON.stringify(texts)}`, () =>
      assert.equal(textFilter(filter)(texts), wanted));

  it("finds a text by each of its words", () => {
    const words = fc.array(
      fc.string({ minLength: 1 }).map((word) => word.replace(/\s/g, "_")),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(words, fc.nat(), (all, seed) => {
        const text = all.join(" ");
        assert.ok(textFilter(all[seed % all.length]!)([text]));
        assert.ok(textFilter([...all].reverse().join("  "))([text]));
      }),
    );
  });
});
