import assert from "node:assert/strict";
import { isSampleAccount } from "../../src/openrouter/index.ts";
import { startSampleAccount } from "../../src/sample/index.ts";
import { randomKey } from "../support/mcp.ts";

describe("isSampleAccount", () => {
  it("requires both a sample key and an address of this machine", async () => {
    const account = await startSampleAccount({ keys: 1 });
    try {
      const { key, baseUrl, inferenceKey } = account;
      assert.match(key, /^sk-or-v1-[0-9a-f]{64}$/);
      assert.equal(isSampleAccount(key, baseUrl), true);
      assert.equal(isSampleAccount(key.toUpperCase(), baseUrl.replace("127.0.0.1", "localhost")), true);
      for (const url of ["https://openrouter.ai/api/v1", "https://eu.openrouter.ai/api/v1"])
        assert.equal(isSampleAccount(key, url), false);
      for (const other of [randomKey(), inferenceKey]) assert.equal(isSampleAccount(other, baseUrl), false);
    } finally {
      await account.close();
    }
  });

  it("has a new key at every start", async () => {
    const accounts = await Promise.all([startSampleAccount({ keys: 0 }), startSampleAccount({ keys: 0 })]);
    assert.notEqual(accounts[0].key, accounts[1].key);
    await Promise.all(accounts.map((account) => account.close()));
  });
});
