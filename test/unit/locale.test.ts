import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatCount,
  formatMoment,
  formatMoney,
  formatTime,
  nameComparator,
} from "../../src/openrouter/text/format.ts";
import { canonicalLocale } from "../../src/openrouter/text/locale.ts";
import { readSource, sources } from "../support/importGraph.ts";

describe("the display language", () => {
  const cases: [tag: string, expected: string | undefined][] = [
    ["de", "de"],
    ["pt-br", "pt-BR"],
    ["pt_BR", "pt-BR"],
    ["pt_BR.UTF-8", "pt-BR"],
    ["de_DE@euro", "de-DE"],
    ["zh_Hans_CN", "zh-Hans-CN"],
    ["en-US-with a space", "en-US"],
    ["qps-ploc", "qps-Ploc"],
    ["C", undefined],
    ["", undefined],
    ["*", undefined],
  ];
  for (const [tag, expected] of cases)
    it(`reads ${JSON.stringify(tag)} as ${expected ?? "no language"}`, () => {
      assert.equal(canonicalLocale(tag), expected);
    });

  it("formats figures, times and the order of names under any tag", () => {
    fc.assert(
      fc.property(fc.string(), (tag) => {
        for (const text of [
          formatMoney(6.19, tag),
          formatCount(1234, tag),
          formatTime(new Date(), tag),
          formatMoment("2026-11-05T12:00:00Z", tag),
        ])
          assert.ok(text.length > 0);
        assert.equal(nameComparator(tag)("a", "a"), 0);
      }),
    );
  });

  it("is read in one place, where its tag is normalized", () => {
    const readers = sources.filter((path) => /env\.language/.test(readSource(path)));
    assert.deepEqual(readers, ["src/editor/platform/locale.ts"]);
  });
});
