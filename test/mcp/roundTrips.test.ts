// Counts the requests of the built server for 350 keys in 2 workspaces, and the round trips (requests that depend on others).
import assert from "node:assert/strict";
import { startAccount } from "../bench/account.ts";
import { makeData } from "../bench/data.ts";
import { type McpServer, randomKey, rowsOf, serverEnv, startServer } from "../support/mcp.ts";
import { createRequestWaves } from "../support/waves.ts";

/** Longer than the server takes between requests that it could send in parallel, even on a busy machine. */
const QUIET_MS = 500;

describe("MCP server: round trips", function () {
  this.timeout(60_000);
  const data = makeData();
  let account: Awaited<ReturnType<typeof startAccount>>;
  let server: McpServer;

  beforeEach(async () => {
    account = await startAccount(data);
    server = await startServer(serverEnv({ baseUrl: account.baseUrl, key: randomKey() }));
  });
  afterEach(async () => {
    await server.close();
    await account.close();
  });

  for (const [name, args, max] of [
    ["or_overview", {}, { waves: 3, requests: 12 }],
    ["or_activity", { aggregate: "by_key", limit: 1000 }, { waves: 4, requests: 13 }],
    ["or_keys_list", {}, { waves: 3, requests: 8 }],
  ] as const)
    it(`${name} without cache needs at most ${max.waves} round trips and ${max.requests} requests`, async () => {
      const waves = createRequestWaves(QUIET_MS);
      account.delayResponses(waves.admit);
      const { text, isError } = await server.call(name, args);
      assert.equal(isError, false, text);
      assert.ok(waves.sizes.length <= max.waves, `waves of ${waves.sizes.join(", ")}`);
      assert.ok(account.received.length <= max.requests, account.received.join("\n"));
      if (name !== "or_activity") return;
      const spent = Map.groupBy(data.ledger, ({ hash }) => hash);
      const rows = rowsOf(text);
      assert.equal(rows.length, spent.size);
      for (const { api_key_hash, usage } of rows) {
        const own = spent.get(api_key_hash!)!.reduce((sum, row) => sum + row.usage, 0);
        assert.ok(Math.abs(Number(usage) - own) < 1e-4, `${api_key_hash}: ${usage} is not ${own}`);
      }
    });

  it("lists the workspaces once a minute for 200 concurrent calls", async () => {
    const start = performance.now();
    const calls = Array.from({ length: 200 }, (_, i) =>
      server.call(
        ["or_keys_list", "or_overview", "or_guardrails_list", "or_activity"][i % 4]!,
        i % 4 === 3 ? { aggregate: "by_key" } : {},
      ),
    );
    for (const { isError, text } of await Promise.all(calls)) assert.equal(isError, false, text);
    // On a busy machine, the calls take longer than a list is kept.
    const minutes = 1 + Math.floor((performance.now() - start) / 60_000);
    const lists = account.received.filter((request) => /\/workspaces(\?|$)/.test(request)).length;
    assert.ok(lists >= 1 && lists <= minutes, `${lists} lists in ${minutes} minutes`);
  }).timeout(180_000); // 50 of the calls ask for each key's activity
});
