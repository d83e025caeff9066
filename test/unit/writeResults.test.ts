import assert from "node:assert/strict";
import { acceptedAsResult, changeResult } from "../../src/mcp/tools/writeResults.ts";
import { AcceptedWriteError } from "../../src/openrouter/index.ts";

const change = (asked: object, answered: object, readAgain?: string) =>
  changeResult({ kind: "key", asked, answered, fields: "name: k", readAgain });

describe("results of writes", () => {
  it("a field that the answer does not have is no failure, and no claim", () => {
    const { text, isError } = change({ include_byok_in_limit: true }, {});
    assert.equal(isError, false);
    assert.match(text, /^include_byok_in_limit: the response does not show whether it was set to true\.\nUpdated\./);
  });

  it("a field that the answer contradicts is a failure where nothing is as asked", () => {
    assert.equal(change({ limit: 5, name: "a" }, { limit: 10, name: "a" }).isError, false);
    assert.equal(change({ limit: 5 }, { limit: 10 }).isError, true);
  });

  it("words of a page neither load nor lead anywhere", () =>
    assert.doesNotMatch(change({}, {}, 'a page, "![x](https://evil.example/p.png)".').text, /\]\(/));

  it("an accepted write is told with its next step, however long the reason", async () => {
    const error = new AcceptedWriteError(`PATCH ${"x".repeat(500)}.`, "Look at what there is now.");
    const result = await acceptedAsResult(Promise.reject(error));
    assert.match(typeof result === "string" ? result : result.text, /Next: Look at what there is now\.$/);
  });
});
