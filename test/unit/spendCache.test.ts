// Reads the figures of the activity panel and the Spend view, as their connection does.
import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { createSpendCache, versionOf } from "../../src/editor/activity/spendCache.ts";
import type { AccountSession } from "../../src/editor/data/accountData.ts";
import { createClient } from "../../src/openrouter/index.ts";
import { aggregate, type SpendRequest } from "../../src/openrouter/spend/index.ts";
import { utcDay } from "../../src/openrouter/text/figures.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { dataOf } from "../support/accountData.ts";
import { apiError, type Fault, reply, startFaultProxy } from "../support/faults.ts";
import { assertNear } from "../support/spendTables.ts";

const month: SpendRequest = { range: "30d", dimensions: ["model", "provider"] };

describe("createSpendCache", () => {
  let account: SampleAccount;
  let network: Awaited<ReturnType<typeof startFaultProxy>>;
  let session: AccountSession;
  let fault: Fault;

  beforeEach(async () => {
    fault = () => undefined;
    account = await startSampleAccount();
    network = await startFaultProxy(account.baseUrl, (...request) => fault(...request));
    const data = dataOf(network, account.key);
    session = { data, client: createClient({ ...account, baseUrl: network.baseUrl }) } as AccountSession;
  });
  afterEach(async () => {
    session.data.dispose();
    await network.close();
    await account.close();
  });

  /** Counts the requests of credits, analytics and activity that an action sends. */
  async function counted(action: () => Promise<unknown>): Promise<Record<string, number>> {
    const { length } = network.received;
    await action();
    const sent = network.received.slice(length).map(({ path }) => path.split("?")[0]!.split("/")[1]!);
    const counts: Record<string, number> = {};
    for (const path of sent) if (/credits|analytics|activity/.test(path)) counts[path] = (counts[path] ?? 0) + 1;
    return counts;
  }

  function spend(usd: number): void {
    const like = account.state.ledger.findLast(({ day }) => day === utcDay());
    account.state.ledger.push({ ...like!, usage: usd * 1e6, byok: 0 });
  }

  const periods = () => {
    const value = session.data.credits.current?.value.periods;
    return value && "today" in value ? value : assert.fail("no periods");
  };

  /** Asserts that a chart's figure of today is that of the Credits view. */
  async function assertSame(cache: ReturnType<typeof createSpendCache>, request: SpendRequest): Promise<void> {
    const { table, current, version } = await cache.read(session, request);
    const from = table.buckets.findIndex((bucket) => bucket.startsWith(utcDay()));
    assertNear(aggregate(table, { groupBy: "model", metric: "cost", from }).total.cost, periods().today);
    assert.equal(current?.today, periods().today);
    assert.equal(version, versionOf(session));
  }

  it("reads the current day and the completed days once for all charts", async () => {
    const cache = createSpendCache();
    const first = await counted(() => Promise.all([cache.read(session, month), cache.read(session, month)]));
    assert.deepEqual(first, { credits: 1, analytics: 1, activity: 1 });
    const later = await counted(() => cache.read(session, { ...month, range: "7d" }));
    assert.deepEqual(later, {});
    await assertSame(cache, month);
  });

  it("shows what another view has read since, without reading completed days again", async () => {
    const cache = createSpendCache();
    await cache.read(session, month);
    const { today } = periods();
    spend(12.5);
    await assertSame(cache, month);
    await session.data.credits.load({ fresh: true });
    assertNear(periods().today, today + 12.5);
    assert.deepEqual(await counted(() => assertSame(cache, month)), {});
    for (const range of ["today", "7d", "90d"] as const) await assertSame(cache, { range, dimensions: ["model"] });
  });

  it("renews everything on a refresh, for other charts too", async () => {
    const cache = createSpendCache();
    await cache.read(session, month);
    spend(3);
    const refreshed = await counted(() => cache.read(session, month, { fresh: true }));
    assert.deepEqual(refreshed, { credits: 1, analytics: 1, activity: 1 });
    assert.deepEqual(await counted(() => assertSame(cache, { ...month, range: "7d" })), {});
  });

  it("reads a chart although the credits fail, and says that their figures are others", async () => {
    fault = ({ path }, response) =>
      path === "/credits" ? reply(response, 400, apiError(400, "no credits")) : undefined;
    const { table, version, current } = await createSpendCache().read(session, month);
    assert.ok(aggregate(table, { groupBy: "model", metric: "cost" }).total.cost > 0);
    assert.match(version ?? "", /^failed-2/);
    assert.equal(current, undefined);
  });

  it("keeps the last reading of the day if a refresh fails, as the status bar does, and tells failures apart", async () => {
    const cache = createSpendCache();
    await cache.read(session, month);
    const { today } = periods();
    spend(7);
    fault = ({ path }, response) =>
      path === "/credits" ? reply(response, 400, apiError(400, "no credits")) : undefined;
    await session.data.credits.load({ fresh: true });
    assert.equal((await cache.read(session, month)).isStale, true);
    for (const range of ["today", "30d"] as const) await assertSame(cache, { range, dimensions: ["model"] });
    assert.equal(periods().today, today);
    const before = versionOf(session);
    await setTimeout(2);
    await session.data.credits.load({ fresh: true });
    assert.notEqual(versionOf(session), before);
    fault = () => undefined;
    await session.data.credits.load({ fresh: true });
    await assertSame(cache, month);
    assert.equal((await cache.read(session, month)).isStale, false);
  });

  it("throws the error instead of a chart of the current day alone, if nothing else can be read", async () => {
    const cache = createSpendCache();
    await cache.read(session, month);
    fault = (_, response) => reply(response, 400, apiError(400, "down"));
    for (const range of ["today", "30d"] as const)
      await assert.rejects(cache.read(session, { range, dimensions: ["model"] }, { fresh: true }), /400/);
    assert.ok(periods().today > 0);
  });

  it("reads the current day again if its keys have spent more since, and shows the same total if that fails", async () => {
    const cache = createSpendCache();
    const byKey = { range: "30d", dimensions: ["key"] } satisfies SpendRequest;
    const { credits } = session.data;
    await credits.ensure();
    const { today } = periods();
    const age = () => credits.current!.readAt.setTime(Date.now() - 60_000);
    spend(5);
    age();
    await assertSame(cache, byKey);
    assertNear(periods().today, today + 5);
    spend(6);
    age();
    cache.clear();
    fault = ({ path }, response) =>
      path === "/credits" ? reply(response, 400, apiError(400, "no credits")) : undefined;
    await assertSame(cache, byKey);
    assertNear(periods().today, today + 5);
  });

  it("shows the names that keys have now, without reading again", async () => {
    const cache = createSpendCache();
    const byKey = { range: "30d", dimensions: ["key"] } satisfies SpendRequest;
    const names = async () => {
      const { table } = await cache.read(session, byKey);
      return new Map(table.entries.key.map(({ id, name }) => [id, name]));
    };
    await session.data.keys.ensure();
    const before = await names();
    const [[hash, name]] = before as unknown as [[string, string]];
    session.data.keys.change(({ keys, ...rest }) => ({
      ...rest,
      keys: keys.map((key) => (key.hash === hash ? { ...key, name: "renamed" } : key)),
    }));
    const { length } = network.received;
    assert.deepEqual(await names(), new Map(before).set(hash, "renamed"));
    assert.notEqual(name, "renamed");
    assert.equal(network.received.length, length);
  });

  it("throws the error if no request can succeed, and keeps the completed days", async () => {
    const cache = createSpendCache();
    await cache.read(session, month);
    fault = (_, response) => reply(response, 429, apiError(429, "slow down"), { "retry-after": "300" });
    await assert.rejects(cache.read(session, month, { fresh: true }), /429/);
    const { length } = network.received;
    await assert.rejects(cache.read(session, { ...month, range: "7d" }), /429/);
    assert.equal(network.received.length, length, "sent a request before the rate limit ends");
  });
});
