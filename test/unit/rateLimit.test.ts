import assert from "node:assert/strict";
import { createClient, getKey } from "../../src/openrouter/index.ts";
import { startSampleAccount } from "../../src/sample/index.ts";
import { reply, startFaultProxy } from "../support/faults.ts";

describe("the rate limit that a client knows of", () => {
  const api = { error: { code: 429, message: "Rate limit exceeded" } };
  const page = "<html><title>Too many requests</title></html>";
  for (const [name, body, header, minutes] of [
    ["is the API's own", api, "60", 1],
    ["is at most ten minutes", api, "86400", 10],
    ["is not what a proxy says", page, "86400", undefined],
    ["is unknown without Retry-After", api, undefined, undefined],
  ] as const)
    it(`${name}, and ends with a request that is accepted`, async () => {
      const account = await startSampleAccount({ keys: 1 });
      let isLimited = true;
      const proxy = await startFaultProxy(account.baseUrl, (_, response) =>
        isLimited ? reply(response, 429, body, header ? { "Retry-After": header } : {}) : undefined,
      );
      try {
        const client = createClient({ key: account.key, baseUrl: proxy.baseUrl, timeoutMs: 2_000 });
        const [hash] = account.state.keys.keys();
        const read = () => getKey(client, hash!, { fresh: true });
        await assert.rejects(read());
        const until = client.rateLimitedUntil?.();
        if (minutes === undefined) assert.equal(until, undefined);
        else assert.equal(Math.round((until! - Date.now()) / 60_000), minutes);
        isLimited = false;
        await read();
        assert.equal(client.rateLimitedUntil?.(), undefined);
      } finally {
        await proxy.close();
        await account.close();
      }
    });
});
