// Checks the number of requests and of round trips, which are counted in waves instead of by a clock.
import assert from "node:assert/strict";
import {
  activityByKey,
  type Client,
  collectCounted,
  createClient,
  getActivity,
  getOverview,
  listAllGuardrails,
  listAllKeys,
  listKeyAssignmentsPage,
} from "../../src/openrouter/index.ts";
import { startAccount } from "../bench/account.ts";
import { makeData } from "../bench/data.ts";
import { createRequestWaves } from "../support/waves.ts";

/** Longer than a client needs between two independent requests, even on a busy machine. */
const QUIET_MS = 400;
const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;

describe("round trips on 350 keys in 2 workspaces", function () {
  this.timeout(60_000);
  const data = makeData();

  for (const [what, read, most] of [
    ["the overview", (client) => getOverview(client), { waves: 2, requests: 12 }],
    ["activity by key", (client) => activityByKey(client, getActivity(client), {}), { waves: 3, requests: 13 }],
    ["all keys", (client) => listAllKeys(client), { waves: 2, requests: 8 }],
    ["all keys frugally", (client) => listAllKeys(client, {}, { frugal: true }), { waves: 4, requests: 7 }],
    ["all guardrails", (client) => listAllGuardrails(client), { waves: 2, requests: 3 }],
    [
      "all assignments",
      (client) =>
        collectCounted(
          (query) => listKeyAssignmentsPage(client, query),
          ({ key_hash }) => key_hash,
        ),
      { waves: 2, requests: 2 },
    ],
  ] satisfies [string, (client: Client) => Promise<unknown>, { waves: number; requests: number }][])
    it(`reads ${what} in at most ${most.waves} round trips and ${most.requests} requests`, async () => {
      const account = await startAccount(data);
      const waves = createRequestWaves(QUIET_MS);
      account.delayResponses(waves.admit);
      try {
        await read(createClient({ key, baseUrl: account.baseUrl }));
        assert.ok(waves.sizes.length <= most.waves, `waves of ${waves.sizes.join(", ")}`);
        assert.ok(account.received.length <= most.requests, account.received.join("\n"));
        assert.equal(
          new Set(account.received.filter((request) => request.startsWith("GET"))).size,
          account.received.filter((request) => request.startsWith("GET")).length,
          "requested twice",
        );
      } finally {
        await account.close();
      }
    });

  it("returns every key once, in the order of the workspaces", async () => {
    const account = await startAccount(data);
    try {
      const { keys } = await listAllKeys(createClient({ key, baseUrl: account.baseUrl }));
      assert.deepEqual(
        keys.map(({ hash }) => hash),
        data.keys.map(({ hash }) => hash),
      );
    } finally {
      await account.close();
    }
  });
});
