import assert from "node:assert/strict";
import { describeNonJson, effectiveStatus } from "../../src/openrouter/http/responseBody.ts";
import { oneLine } from "../../src/openrouter/text/printable.ts";

/** Measures the duration of some work; a quadratic search would take half a minute. */
function milliseconds(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

describe("texts that make naive searches slow", () => {
  it("describes a page of unfinished titles quickly", () =>
    assert.ok(milliseconds(() => describeNonJson(`<${"<title".repeat(200_000)}`)) < 1000));

  it("strips unfinished terminal sequences quickly", () => {
    for (const start of ["\x90", "\x9d", "\x9b0", "\x1b]", "\x1b"])
      assert.ok(milliseconds(() => oneLine(start.repeat(200_000))) < 1000, JSON.stringify(start));
  });

  it("still finds a title and strips complete sequences", () => {
    assert.equal(describeNonJson("<html><title> Blocked </title>"), 'an HTML page, "Blocked"');
    assert.equal(oneLine("a\x90q\x9cb\x9d0;t\x07c\x1b]0;t\x1b\\d"), "abcd");
  });
});

describe("effectiveStatus of a 200 with an error object", () => {
  const error = { code: 404, message: "none" };
  for (const beside of [{}, { data: null }, { data: [] }, { data: {} }, { key: "" }, { deleted: false }])
    it(`is the error's status beside ${JSON.stringify(beside)}`, () =>
      assert.equal(effectiveStatus(200, { ...beside, error }), 404));
  for (const beside of [{ data: [1] }, { key: "sk" }, { deleted: true }, { assigned_count: 0 }])
    it(`stays 200 beside ${JSON.stringify(beside)}`, () =>
      assert.equal(effectiveStatus(200, { ...beside, error }), 200));
});
