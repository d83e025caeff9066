// All figures of today add up to the reading of the current day that other views show.
import assert from "node:assert/strict";
import fc from "fast-check";
import { createClient, getPeriods } from "../../src/openrouter/index.ts";
import { aggregate, dimensions, ranges, readSpend, type SpendTable } from "../../src/openrouter/spend/index.ts";
import type { SpendRow } from "../../src/openrouter/spend/table.ts";
import { fitToDay } from "../../src/openrouter/spend/todaySource.ts";
import { sum } from "../../src/openrouter/text/figures.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { startFaultProxy } from "../support/faults.ts";
import { NOON, TODAY } from "../support/sdk.ts";
import { forbidden, onPath } from "../support/spendAccount.ts";
import { assertNear } from "../support/spendTables.ts";

const LATER_MS = 40_000;

describe("readSpend with the reading of other views", () => {
  let account: SampleAccount;
  let clock = Date.parse(NOON);

  /** Returns the costs of today's buckets by group. */
  function todays(table: SpendTable, by: (typeof dimensions)[number]): (number | undefined)[] {
    const from = table.buckets.findIndex((bucket) => bucket.startsWith(TODAY));
    return aggregate(table, { groupBy: by, metric: "cost", from }).groups.map(({ figures }) => figures.cost);
  }

  async function start(analytics: boolean) {
    clock = Date.parse(NOON);
    account = await startSampleAccount({ analytics, analyticsPerMinute: 1_000, now: () => new Date(clock) });
    const client = createClient(account);
    const periods = await getPeriods(client, {}, undefined, new Date(clock));
    // The account goes on spending.
    clock += LATER_MS;
    const like = account.state.ledger.filter(({ day }) => day === TODAY).slice(-5);
    for (const row of like) account.state.ledger.push({ ...row, at: clock - 1, usage: 7_000_000 });
    return { client, current: { ...periods, readAt: NOON } };
  }

  afterEach(() => account.close());

  it("shows its total and no newer spend, in every range and by every dimension", async () => {
    const { client, current } = await start(true);
    assert.ok(current.today > 0);
    for (const range of ranges)
      for (const by of dimensions) {
        const table = await readSpend(client, { range, dimensions: [by] }, { current });
        const costs = todays(table, by);
        assertNear(sum(costs.map((cost) => cost ?? 0)), current.today, `${range} by ${by}`);
        assert.ok(
          costs.every((cost) => cost! >= 0),
          `${range} by ${by}: ${costs.join(", ")}`,
        );
        assert.equal(table.sources.at(-1)?.readAt, NOON);
      }
  });

  it("shows its total, and nothing negative, though spend arrived late", async () => {
    const { client, current } = await start(true);
    for (const row of account.state.ledger.slice(-5)) account.state.ledger.push({ ...row, at: Date.parse(NOON) - 1 });
    let excess = 0;
    for (const range of ["today", "30d"] as const)
      for (const by of dimensions) {
        const table = await readSpend(client, { range, dimensions: [by] }, { current, onExcess: () => excess++ });
        const costs = todays(table, by).map((cost) => cost ?? 0);
        assertNear(sum(costs), current.today, `${range} by ${by}`);
        assert.ok(Math.min(...costs) >= 0, `${range} by ${by}: ${costs.join(", ")}`);
      }
    assert.ok(excess > 0);
  });

  it("shows the total of the keys' counters without analytics, also for a range of hours", async () => {
    const { client, current } = await start(false);
    assert.equal(current.source, "counters");
    for (const range of ["today", "30d"] as const)
      for (const by of dimensions) {
        const table = await readSpend(client, { range, dimensions: [by] }, { current });
        assertNear(sum(todays(table, by).map((cost) => cost ?? 0)), current.today, `${range} by ${by}`);
      }
  });

  it("shows the day as a whole if its hours can't be read", async () => {
    const { current } = await start(true);
    const closed = onPath(/^\/analytics/, forbidden);
    const network = await startFaultProxy(account.baseUrl, closed);
    const table = await readSpend(
      createClient({ ...account, baseUrl: network.baseUrl }),
      { range: "today", dimensions: ["model"] },
      { current },
    );
    await network.close();
    assert.deepEqual([table.unit, table.buckets], ["day", [TODAY]]);
    assertNear(sum(todays(table, "model").map((cost) => cost ?? 0)), current.today, "today");
    assert.deepEqual(
      table.notes.map(({ kind }) => kind),
      ["analyticsUnavailable"],
    );
  });

  it("reads completed days once for several tables", async () => {
    const { client, current } = await start(true);
    const read = new Map<string, Promise<unknown>>();
    const reuse = <T>(id: string, load: () => Promise<T>): Promise<T> => {
      const found = read.get(id) ?? load();
      read.set(id, found);
      return found as Promise<T>;
    };
    const sent = async (request: Parameters<typeof readSpend>[1]) => {
      const { length } = account.requests;
      await readSpend(client, request, { current, reuse });
      return account.requests.slice(length).map(({ path }) => path.split("?")[0]);
    };
    assert.deepEqual(await sent({ range: "30d", dimensions: ["model", "provider"] }), ["/activity"]);
    assert.deepEqual(await sent({ range: "7d", dimensions: ["model"] }), []);
    assert.ok((await sent({ range: "30d", dimensions: ["key"] })).includes("/analytics/query"));
    // Only today is read again: the keys, and those of the same name.
    const again = (await sent({ range: "30d", dimensions: ["key"] })).filter(
      (path) => !/^\/(keys|workspaces)/.test(path!),
    );
    assert.deepEqual(again, ["/analytics/query", "/analytics/query"]);
  });
});

describe("fitToDay", () => {
  const cost = fc.nat(1e6).map((micros) => micros / 1e6);
  const row = (bucket: string, spent: number, model = "m"): SpendRow => ({ bucket, model, provider: "p", cost: spent });
  const hour = (number: number) => `${TODAY}T${String(number).padStart(2, "0")}`;

  function hoursOf(...given: Parameters<typeof fitToDay>): SpendRow[] {
    const { parts, rest } = fitToDay(...given);
    return [...parts, ...rest];
  }

  it("makes the hours add up to the day, and changes only the hour in progress", () => {
    fc.assert(
      fc.property(fc.array(cost, { minLength: 1, maxLength: 12 }), cost, (completed, newer) => {
        const hours = completed.map((spent, i) => row(hour(i), spent));
        const inProgress = hour(completed.length);
        const total = sum(completed) + newer;
        const fitted = hoursOf([...hours, row(inProgress, newer * 3)], [row(TODAY, total)], inProgress);
        assertNear(sum(fitted.map((each) => each.cost ?? 0)), total, "sum");
        assert.deepEqual(
          fitted.filter(({ bucket }) => bucket !== inProgress),
          hours,
        );
      }),
    );
  });

  it("makes the hours add up to the day by model although some models have more in their hours, without a negative hour", () => {
    const hours = fc.array(
      fc.record({ at: fc.integer({ min: 0, max: 5 }), model: fc.constantFrom("m", "n"), cost, requests: fc.nat(50) }),
      { maxLength: 12 },
    );
    const day = fc.record({ m: cost, n: cost, requests: fc.nat(100) });
    fc.assert(
      fc.property(hours, day, (read, total) => {
        const days = (["m", "n"] as const).map((model) => ({
          ...row(TODAY, total[model], model),
          requests: total.requests,
        }));
        const spent = read.map((one) => ({ ...row(hour(one.at), one.cost, one.model), requests: one.requests }));
        const fitted = hoursOf(spent, days, hour(5));
        for (const measure of ["cost", "requests"] as const) {
          for (const whole of days) {
            const own = fitted.filter(({ model }) => model === whole.model);
            assertNear(sum(own.map((each) => each[measure] ?? 0)), whole[measure] ?? 0, `${whole.model} ${measure}`);
          }
          for (const each of fitted) assert.ok((each[measure] ?? 0) >= 0, JSON.stringify(each));
        }
      }),
    );
  });

  it("takes an excess from the newest hours", () => {
    const hours = [row(hour(0), 5), row(hour(1), 2), row(hour(2), 1), row(hour(3), 1)];
    const costs = hoursOf(hours, [row(TODAY, 6)], hour(3)).map(({ cost: spent }) => spent);
    assert.deepEqual(costs, [5, 1, 0]);
  });

  it("ignores other days", () => {
    const yesterday = row("2026-06-09T23", 9);
    const fitted = hoursOf([yesterday, row(hour(0), 1)], [row(TODAY, 3)], hour(1));
    assert.deepEqual(
      fitted.map(({ bucket, cost: spent }) => [bucket, spent]),
      [
        ["2026-06-09T23", 9],
        [hour(0), 1],
        [hour(1), 2],
      ],
    );
  });
});
