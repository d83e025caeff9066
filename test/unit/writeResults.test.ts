import assert from "node:assert/strict";
import { acceptedAsResult, changeResult } from "../../src/mcp/tools/writeResults.ts";
import { AcceptedWriteError } from "../../src/openrouter/index.ts";

const change = (requested: object, returned: object, readBackReason?: string) =>
  changeResult({ kind: "key", requested, returned, fields: "name: k", readBackReason });

describe("write results", () => {
  it("report a field that is missing in the response without an error", () => {
    const { text, isError } = change({ include_byok_in_limit: true }, {});
    assert.equal(isError, false);
    assert.match(text, /^include_byok_in_limit: the response does not show whether it was set to true\.\nUpdated\./);
  });

  it("are errors if no field took the requested value", () => {
    assert.equal(change({ limit: 5, name: "a" }, { limit: 10, name: "a" }).isError, false);
    assert.equal(change({ limit: 5 }, { limit: 10 }).isError, true);
  });

  it("break links in text from a page", () =>
    assert.doesNotMatch(change({}, {}, 'a page, "![x](https://evil.example/p.png)".').text, /\]\(/));

  it("report an accepted write with its next step, however long the reason", async () => {
    const error = new AcceptedWriteError(`PATCH ${"x".repeat(500)}.`, "Look at what there is now.");
    const result = await acceptedAsResult(Promise.reject(error));
    assert.match(typeof result === "string" ? result : result.text, /Next: Look at what there is now\.$/);
  });
});
