// Reads the figures of the activity panel and the Spend view, as their connection does.
import assert from "node:assert/strict";
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
    assert.deepEqual([version, current], ["failed", undefined]);
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
