import assert from "node:assert/strict";
import { createClient, getCredits, getKey } from "../../src/openrouter/index.ts";
import { startSampleAccount } from "../../src/sample/index.ts";
import { startFaultProxy } from "../support/faults.ts";

describe("cached responses", () => {
  it("are used within a UTC day of the API only, since counters begin anew with the next", async () => {
    const account = await startSampleAccount({ keys: 1 });
    let date = "Fri, 20 Nov 2026 23:59:40 GMT";
    const proxy = await startFaultProxy(account.baseUrl, () => ({ headers: { date }, body: (text) => text }));
    try {
      const client = createClient({ key: account.key, baseUrl: proxy.baseUrl });
      const [hash] = account.state.keys.keys();
      const count = () => proxy.received.filter(({ path }) => path.startsWith("/keys/")).length;
      // The first response tells the API's time.
      await getCredits(client);
      for (let i = 0; i < 3; i++) await getKey(client, hash!);
      assert.equal(count(), 1);
      date = "Sat, 21 Nov 2026 00:00:10 GMT";
      await getCredits(client, { fresh: true });
      for (let i = 0; i < 3; i++) await getKey(client, hash!);
      assert.equal(count(), 2);
    } finally {
      await proxy.close();
      await account.close();
    }
  });
});
