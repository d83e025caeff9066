import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { assignKeys, createClient, deleteKey, OpenRouterError, updateKey } from "../../src/openrouter/index.ts";
import { randomKey } from "../support/mcp.ts";
import { closedPort } from "../vscode/host/server.ts";

describe("a write whose first attempt is refused and whose second one gets no response", () => {
  const id = "0f9c7f2a-6c1e-4d7c-9c55-1f3a5c0d9b11";
  const writes = {
    updateKey: (client: ReturnType<typeof createClient>) => updateKey(client, "a".repeat(64), { disabled: true }),
    deleteKey: (client: ReturnType<typeof createClient>) => deleteKey(client, "a".repeat(64)),
    assignKeys: (client: ReturnType<typeof createClient>) => assignKeys(client, id, ["a".repeat(64)]),
  };

  for (const [name, write] of Object.entries(writes))
    it(`may have taken effect: ${name}`, async () => {
      const server = createServer();
      const port = await closedPort();
      const received = once(server, "request");
      let attempts = 0;
      const client = createClient({
        ...{ key: randomKey(), baseUrl: `http://127.0.0.1:${port}/api/v1`, timeoutMs: 2000 },
        // Called when an attempt starts: the server listens from the second one on.
        fetchOptions() {
          attempts += 1;
          if (attempts === 2) server.listen(port);
          return {};
        },
      });
      try {
        const error = await write(client).then(
          () => assert.fail("no response was sent"),
          (failure: unknown) => failure,
        );
        await received;
        assert.ok(error instanceof OpenRouterError);
        assert.equal(error.mayHaveTakenEffect, true, error.message);
        assert.notEqual(error.connection?.beforeRequest, true);
        assert.match(error.message, /no response within 2 s\. It may have taken effect anyway\.$/);
      } finally {
        server.closeAllConnections();
        server.close();
      }
    });
});
