// Splits spend by key: in few requests, and under the names that the keys have now.
import assert from "node:assert/strict";
import fc from "fast-check";
import { createClient, getPeriods, type Key } from "../../src/openrouter/index.ts";
import { aggregate, readSpend, type SpendRequest, type SpendTable } from "../../src/openrouter/spend/index.ts";
import { seemSwapped } from "../../src/openrouter/spend/swappedNames.ts";
import { type LedgerRow, type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { apiError, type Fault, reply, startFaultProxy } from "../support/faults.ts";
import { makeKey } from "../support/makeKey.ts";
import { NOON } from "../support/sdk.ts";
import { forbidden, onPath, rateLimited } from "../support/spendAccount.ts";
import { assertLedger, bucketOf, ledgerOf, ledgerSum } from "../support/spendLedger.ts";
import { assertNear } from "../support/spendTables.ts";

const now = new Date(NOON);
const byKey: SpendRequest = { range: "30d", dimensions: ["key"] };
const kinds = ({ notes }: SpendTable) => notes.map(({ kind }) => kind);

describe("spend by key", () => {
  let account: SampleAccount;
  let network: Awaited<ReturnType<typeof startFaultProxy>>;
  let fault: Fault;
  let listed: { keys: Key[]; workspaces: [] };
  let reused: Map<string, Promise<unknown>>;

  async function start(keys?: number): Promise<void> {
    fault = () => undefined;
    reused = new Map();
    account = await startSampleAccount({ keys, now: () => now });
    network = await startFaultProxy(account.baseUrl, (...request) => fault(...request));
    listed = await list();
  }
  afterEach(async () => {
    await network.close();
    await account.close();
  });

  async function list(): Promise<{ keys: Key[]; workspaces: [] }> {
    const { listAllKeys } = await import("../../src/openrouter/account/listAll.ts");
    return { keys: (await listAllKeys(createClient(account))).keys, workspaces: [] };
  }

  /** Reads a table as a panel does: with a list of keys and a reading of the day from before. Failures are not reused. */
  async function read(request: SpendRequest, relist = list): Promise<{ table: SpendTable; sent: string[] }> {
    const client = createClient({ ...account, baseUrl: network.baseUrl });
    const allKeys = async () => listed;
    const current = { ...(await getPeriods(client, {}, allKeys, now)), readAt: NOON };
    const { length } = network.received;
    const table = await readSpend(client, request, {
      ...{ now, current, allKeys, relist },
      async reuse<T>(id: string, load: () => Promise<T>): Promise<T> {
        const found = reused.get(id) ?? load();
        reused.set(id, found);
        found.catch(() => reused.delete(id));
        return found as Promise<T>;
      },
    });
    return { table, sent: network.received.slice(length).map(({ path }) => path) };
  }

  const failing: Fault = (_, response) => reply(response, 500, apiError(500, "broken"));
  for (const [what, fail] of [
    ["limit the rate", rateLimited],
    ["fail for now", failing],
  ] as const)
    it(`leaves it unattributed if analytics ${what}, without a request for each key`, async () => {
      await start(60);
      fault = onPath(/^\/analytics\/query/, fail, /"in"/);
      const { table, sent } = await read(byKey);
      assertLedger(account, table, undefined, now);
      assert.deepEqual(kinds(table), ["keysFailed"]);
      assert.deepEqual(
        sent.filter((path) => path.includes("api_key_hash")),
        [],
      );
    });

  it("sends no request for each of many named keys while analytics limit the rate", async () => {
    await start(60);
    fault = onPath(/^\/analytics\/query/, rateLimited, /"in"/);
    const keys = listed.keys.slice(0, 20).map(({ hash }) => hash);
    await assert.rejects(read({ range: "30d", dimensions: ["model"], keys }), /429/);
    assert.ok(network.received.every(({ path }) => !path.includes("api_key_hash")));
  });

  it("reads completed days of each key once without analytics", async () => {
    await start();
    fault = onPath(/^\/analytics/, forbidden);
    const first = await read(byKey);
    assert.ok(first.sent.some((path) => path.includes("api_key_hash")));
    for (const request of [byKey, { ...byKey, range: "7d" }, { ...byKey, day: "2026-06-03" }] as const) {
      const { table, sent } = await read(request);
      assert.deepEqual(
        sent.filter((path) => path.startsWith("/activity")),
        [],
      );
      assert.ok(aggregate(table, { groupBy: "key", metric: "cost" }).groups.length > 2);
    }
  });

  for (const range of ["today", "7d", "30d", "90d"] as const)
    it(`splits the spend of a provider by model and key in few requests: ${range}`, async () => {
      await start(350);
      const dimensions = ["key", "model", "provider"] as const;
      const all = await read({ range, dimensions: ["model", "provider"] });
      const [largest] = aggregate(all.table, { groupBy: "provider", metric: "cost" }).groups;
      const provider = largest!.id!;
      const { table, sent } = await read({ range, dimensions, provider });
      assert.ok(sent.length <= 12, sent.join("\n"));
      assertLedger(account, table, "provider", now);
      assert.deepEqual(kinds(table), []);
      const rows = ledgerOf(account, table, now).filter((row) => row.provider === provider);
      const owned = Map.groupBy(rows, ({ key }) => (account.state.keys.has(key) ? key : null));
      const { groups } = aggregate(table, { groupBy: "key", metric: "cost", filter: { provider: [provider] } });
      assert.deepEqual(new Set(groups.map(({ id }) => id)), new Set(owned.keys()));
      for (const { id, values, figures } of groups) {
        assertNear(figures.requests, ledgerSum(owned.get(id)!, "requests"));
        const days = Map.groupBy(owned.get(id)!, (row) => bucketOf(row, table.unit));
        for (const [i, bucket] of table.buckets.entries())
          assertNear(values[i]!, ledgerSum(days.get(bucket) ?? [], "cost"), bucket);
      }
    });

  it("leaves the variants of a model that analytics don't tell apart unattributed, and says so", async () => {
    await start();
    const isUsed = ({ day, model, key }: LedgerRow) =>
      day === "2026-06-08" && !model.includes(":") && account.state.keys.has(key);
    const row = account.state.ledger.findLast(isUsed)!;
    const variant = `${row.model}:free`;
    account.state.ledger.push({ ...row, model: variant, endpointId: "variant" });
    const { provider } = row;
    const { table } = await read({ range: "7d", dimensions: ["key", "model", "provider"], provider });
    assertLedger(account, table, "provider", now);
    assert.deepEqual(kinds(table), ["keysFailed"]);
    const filter = { model: [variant], provider: [provider] };
    const { groups, total } = aggregate(table, { groupBy: "key", metric: "requests", filter });
    assert.deepEqual([groups.map(({ id }) => id), total.requests], [[null], row.requests]);
  });

  it("names a provider by its slug, too, as analytics may", async () => {
    await start();
    const { body } = await new Promise<{ body: string }>((resolve, reject) => {
      fault = onPath(/^\/analytics\/query/, (request) => void resolve(request), /"field":"provider"/);
      read({ range: "7d", dimensions: ["key", "provider"], provider: "Amazon Bedrock" }).catch(reject);
    });
    const { value } = JSON.parse(body).filters.find(({ field }: { field: string }) => field === "provider");
    assert.deepEqual(value, ["Amazon Bedrock", "amazon-bedrock"]);
  });

  describe("after keys were renamed elsewhere", () => {
    const rename = (hash: string, name: string) => Object.assign(account.state.keys.get(hash)!, { name });
    /** The keys with the highest spend, with names of their own. */
    const largest = () => {
      const names = Map.groupBy(listed.keys, ({ name }) => name);
      return listed.keys
        .filter(({ name }) => names.get(name)!.length === 1)
        .toSorted((a, b) => b.usage_monthly - a.usage_monthly);
    };

    it("lists the keys anew, and knows their spend under new names", async () => {
      await start();
      const [key] = largest();
      rename(key!.hash, "renamed");
      const { table } = await read(byKey);
      assertLedger(account, table, "key", now);
      assert.deepEqual(table.notes, []);
      assert.ok(table.entries.key.some(({ id, name }) => id === key!.hash && name === "renamed"));
    });

    it("does so for some keys alone", async () => {
      await start();
      const keys = largest().slice(0, 6);
      rename(keys[0]!.hash, "renamed");
      const { table } = await read({ range: "30d", dimensions: ["model"], keys: keys.map(({ hash }) => hash) });
      assert.deepEqual(table.notes, []);
      assert.ok(!table.known.cost.includes(false));
    });

    it("doesn't take two keys that exchanged their names for each other", async () => {
      await start();
      const [a, b] = largest();
      rename(a!.hash, b!.name);
      rename(b!.hash, a!.name);
      const { table } = await read(byKey);
      assertLedger(account, table, "key", now);
    });

    it("doesn't add up two keys of which one got the other's name", async () => {
      await start();
      const [a, b] = largest();
      rename(a!.hash, b!.name);
      const { table } = await read(byKey);
      assertLedger(account, table, "key", now);
    });

    it("says so if the name stays unknown, and doesn't keep that", async () => {
      await start();
      const [key] = largest();
      rename(key!.hash, "renamed");
      const stale = await read(byKey, async () => listed);
      assertLedger(account, stale.table, undefined, now);
      assert.deepEqual(kinds(stale.table), ["keysFailed"]);
      listed = await list();
      const { table } = await read(byKey);
      assertLedger(account, table, "key", now);
      assert.deepEqual(table.notes, []);
    });
  });
});

describe("seemSwapped", () => {
  const usd = fc.integer({ min: 0, max: 1e5 }).map((cents) => cents / 100);
  const counted = fc.uniqueArray(usd, { minLength: 2, maxLength: 20, comparator: (a, b) => Math.abs(a - b) < 0.2 });
  const period = { from: "2026-05-20", now };
  const keysOf = (spent: readonly number[]) =>
    spent.map((cost, i) => makeKey({ hash: `${i}`, usage_monthly: cost + 1, usage_daily: 1 }));
  const rowsOf = (spent: readonly number[]) =>
    spent.map((cost, i) => ({ bucket: "2026-06-02", key: `${i}`, cost: cost + 3, byok_cost: 3 }));

  it("is true if two keys have each other's figures, and false for their own or others", () => {
    fc.assert(
      fc.property(counted, usd, (spent, other) => {
        const keys = keysOf(spent);
        assert.equal(seemSwapped(rowsOf(spent), keys, period), false);
        assert.equal(seemSwapped(rowsOf([spent[1]!, spent[0]!, ...spent.slice(2)]), keys, period), true);
        // Counters that are a little behind, or that count something else.
        assert.equal(seemSwapped(rowsOf(spent.map((cost) => cost + other + 1000)), keys, period), false);
      }),
    );
  });

  it("is false for days that no counter counts", () => {
    const keys = keysOf([5, 9]);
    assert.equal(seemSwapped(rowsOf([9, 5]), keys, { ...period, from: "2026-06-10" }), false);
  });
});
