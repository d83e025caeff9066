import assert from "node:assert/strict";
import { createClient, createKey, findCreatedKey } from "../../src/openrouter/index.ts";
import { startSampleAccount } from "../../src/sample/index.ts";
import { reply, startFaultProxy } from "../support/faults.ts";

describe("findCreatedKey", () => {
  it("finds the key by its secret if the hash in the response doesn't exist", async () => {
    const account = await startSampleAccount();
    const made = await createKey(createClient({ key: account.key, baseUrl: account.baseUrl }), { name: "worker" });
    const faults = await startFaultProxy(account.baseUrl, (request, response) =>
      request.method === "POST"
        ? reply(response, 201, { key: made.key, data: { hash: "12345", name: null } })
        : undefined,
    );
    try {
      const client = createClient({ key: account.key, baseUrl: faults.baseUrl });
      const body = { name: "worker" };
      const created = await createKey(client, body);
      assert.deepEqual([created.key, created.hash, created.data], [made.key, "12345", undefined]);
      assert.equal((await findCreatedKey(client, created, body))?.hash, made.hash);
    } finally {
      await Promise.all([faults.close(), account.close()]);
    }
  });
});
