import assert from "node:assert/strict";
import { describeNonJson, effectiveStatus } from "../../src/openrouter/http/responseBody.ts";
import { oneLine } from "../../src/openrouter/text/printable.ts";

/** What a text costs; a search that is quadratic in it takes half a minute. */
function milliseconds(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

describe("texts that are made to be slow", () => {
  it("a page of unfinished titles", () =>
    assert.ok(milliseconds(() => describeNonJson(`<${"<title".repeat(200_000)}`)) < 1000));

  it("a text of unfinished terminal sequences", () => {
    for (const start of ["\x90", "\x9d", "\x9b0", "\x1b]", "\x1b"])
      assert.ok(milliseconds(() => oneLine(start.repeat(200_000))) < 1000, JSON.stringify(start));
  });

  it("still finds a title, and takes whole sequences out", () => {
    assert.equal(describeNonJson("<html><title> Blocked </title>"), 'an HTML page, "Blocked"');
    assert.equal(oneLine("a\x90q\x9cb\x9d0;t\x07c\x1b]0;t\x1b\\d"), "abcd");
  });
});

describe("an error object in an answer with success", () => {
  const error = { code: 404, message: "none" };
  for (const beside of [{}, { data: null }, { data: [] }, { data: {} }, { key: "" }, { deleted: false }])
    it(`counts beside ${JSON.stringify(beside)}`, () => assert.equal(effectiveStatus(200, { ...beside, error }), 404));
  for (const beside of [{ data: [1] }, { key: "sk" }, { deleted: true }, { assigned_count: 0 }])
    it(`does not undo ${JSON.stringify(beside)}`, () => assert.equal(effectiveStatus(200, { ...beside, error }), 200));
});
