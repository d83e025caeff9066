import assert from "node:assert/strict";
import { activityByKey, createClient, getActivity, listAllKeys } from "../../src/openrouter/index.ts";
import { aggregate } from "../../src/openrouter/spend/index.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";

describe("activity by key", () => {
  let account: SampleAccount;
  beforeEach(async () => {
    account = await startSampleAccount();
  });
  afterEach(() => account.close());

  const asked = () => account.requests.filter(({ path, query }) => path === "/activity" && query.api_key_hash);

  it("asks for every key while spend of deleted ones is left, and tells how far it is", async () => {
    const client = createClient(account);
    const listing = await listAllKeys(client);
    const progress: number[][] = [];
    const { data: rows } = await getActivity(client);
    const table = await activityByKey(client, listing, rows, {}, { onProgress: (...far) => progress.push(far) });
    assert.equal(asked().length, listing.keys.length);
    assert.deepEqual(
      progress,
      listing.keys.map((_, i) => [i + 1, listing.keys.length]),
    );
    assert.ok(aggregate(table, { groupBy: "key", metric: "cost" }).groups.at(-1)?.id === null);
    assert.deepEqual(table.notes, []);
  });

  it("asks no further once nothing is left, and carries the query on", async () => {
    const { state } = account;
    const date = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const row = state.ledger.find(({ day, key, userId }) => day === date && state.keys.has(key) && userId);
    state.ledger = state.ledger.filter(({ key }) => key === row!.key);
    for (const hash of state.ledgerByKey.keys()) if (hash !== row!.key) state.ledgerByKey.set(hash, []);
    const client = createClient(account);
    const listing = await listAllKeys(client);
    const query = { date, user_id: row!.userId! };
    const table = await activityByKey(client, listing, (await getActivity(client, query)).data, query, {});
    assert.ok(asked().length < listing.keys.length, `${asked().length} requests`);
    for (const { query: sent } of asked())
      assert.deepEqual({ ...sent, api_key_hash: "" }, { ...query, api_key_hash: "" });
    const { groups } = aggregate(table, { groupBy: "key", metric: "cost" });
    assert.deepEqual(
      groups.map(({ id }) => id),
      [row!.key],
    );
  });

  it("says where only the default workspace's keys could be listed", async () => {
    const client = createClient(account);
    const { keys } = await listAllKeys(client);
    const table = await activityByKey(client, { keys, workspaces: undefined }, [], {}, {});
    assert.deepEqual(table.notes, [{ kind: "workspacesUnavailable" }]);
    assert.equal(asked().length, 0);
  });
});
