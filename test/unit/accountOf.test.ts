import assert from "node:assert/strict";
import type { AccountChoice } from "../../src/editor/account/account.ts";
import { accountOf } from "../../src/editor/account/accountOf.ts";
import { createSampleId } from "../../src/editor/account/sampleId.ts";
import { randomKey } from "../support/mcp.ts";

const choice = (id: string, name: string, source: AccountChoice["source"]): AccountChoice => ({
  ...{ choice: id, source, profile: { id, name } },
});

describe("accountOf", () => {
  const own = [choice("a", "Work", "stored"), choice("b", "Environment", "environment")];

  it("names accounts that are not in use", () => {
    assert.deepEqual(accountOf("a", { own }), { name: "Work", source: "stored" });
    assert.deepEqual(accountOf("b", { own }), { name: "Environment", source: "environment" });
  });

  it("names a sample account of an open window, and not one that has ended", () => {
    assert.deepEqual(accountOf(createSampleId(randomKey()), { own }), { name: "Sample", source: "sample" });
    assert.equal(accountOf(`sample-${process.pid}-1-0123abcd`, { own }), "removed");
  });

  it("doesn't guess which account a removed one is, even under the same name", () => {
    assert.equal(accountOf("c", { own: [choice("d", "Work", "stored")] }), "removed");
  });

  it("doesn't call an account of version 0.1 removed, since it had no id", () => {
    assert.equal(accountOf(undefined, { own }), "notInUse");
  });
});
