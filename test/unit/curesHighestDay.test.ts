import assert from "node:assert/strict";
import { createClient, listAllKeys } from "../../src/openrouter/index.ts";
import { readHighestDays } from "../../src/openrouter/safety/cures/highestDays.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { assertNear } from "../support/spendTables.ts";

const DAY_MS = 86_400_000;
// At noon, so that the day doesn't change during the test.
const now = new Date(`${new Date().toISOString().slice(0, 10)}T12:00:00Z`);

/** The highest day of a key in the ledger, from the day `daysAgo` on, USD. */
function truth({ state }: SampleAccount, hash: string, daysAgo: number, withByok: boolean): number {
  const from = new Date(now.getTime() - daysAgo * DAY_MS).toISOString().slice(0, 10);
  const days = new Map<string, number>();
  for (const row of state.ledgerByKey.get(hash) ?? [])
    if (row.day >= from && row.at < now.getTime())
      days.set(row.day, (days.get(row.day) ?? 0) + (row.usage + (withByok ? row.byok : 0)) / 1e6);
  return Math.max(0, ...days.values());
}

for (const analytics of [true, false])
  describe(`the highest day of each key, ${analytics ? "from analytics" : "without analytics"}`, () => {
    let account: SampleAccount;
    before(async () => {
      account = await startSampleAccount({ keys: 40, analytics, now: () => now });
    });
    after(() => account.close());

    it("is that of the ledger, with BYOK only where it counts, and today included", async () => {
      const client = createClient({ key: account.key, baseUrl: account.baseUrl });
      const records = [...account.state.keys.values()];
      for (const [i, record] of records.entries()) record.include_byok_in_limit = i % 2 === 0;
      const { keys } = await listAllKeys(client);
      const before = account.requests.length;
      const { byHash, source } = await readHighestDays(client, keys);
      assert.equal(source, analytics ? "analytics" : "activity");
      assert.equal(byHash.size, keys.length);
      // Completed days of `/activity` go back one day further.
      for (const { hash, name } of keys)
        assertNear(
          byHash.get(hash)!.usd,
          truth(account, hash, analytics ? 29 : 30, account.state.keys.get(hash)!.include_byok_in_limit),
          name,
        );
      assert.ok([...byHash.values()].some(({ usd }) => usd > 5));
      const queries = account.requests.slice(before).filter(({ path }) => path === "/analytics/query");
      // One for all, and one more for keys of the same name.
      assert.ok(analytics ? queries.length <= 2 : queries.length === 0, `${queries.length} queries`);
    });

    it("is asked for key by key if too many keys share a name, without the queries of all others", async () => {
      const client = createClient({ key: account.key, baseUrl: account.baseUrl });
      for (const record of account.state.keys.values()) record.name = "ci";
      const { keys } = await listAllKeys(client, {}, { fresh: true });
      const before = account.requests.length;
      const { byHash, source } = await readHighestDays(client, keys);
      assert.deepEqual([source, byHash.size], ["activity", keys.length]);
      assert.ok(!account.requests.slice(before).some(({ path }) => path === "/analytics/query"));
    });
  });
