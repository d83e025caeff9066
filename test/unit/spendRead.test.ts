import assert from "node:assert/strict";
import { createClient, getPeriods } from "../../src/openrouter/index.ts";
import {
  aggregate,
  canCompare,
  compare,
  currentBucket,
  type Dimension,
  dimensions,
  measures,
  ranges,
  readSpend,
  type SpendRequest,
  type SpendTable,
} from "../../src/openrouter/spend/index.ts";
import { type SampleAccount, type SampleOptions, startSampleAccount } from "../../src/sample/index.ts";
import { NOON } from "../support/sdk.ts";
import { assertLedger, ledgerOf, ledgerSum } from "../support/spendLedger.ts";
import { assertNear } from "../support/spendTables.ts";

const noon = new Date(NOON);
let account: SampleAccount | undefined;

afterEach(async () => {
  await account?.close();
  account = undefined;
});

/** Reads from a new account each time, because of the rate limit of analytics. */
async function read(
  request: SpendRequest,
  { now = noon, ...options }: Omit<SampleOptions, "now"> & { now?: Date } = {},
) {
  await account?.close();
  account = await startSampleAccount({ ...options, now: () => now });
  const table = await readSpend(createClient(account), request, { now });
  const analytics = account.requests.filter(({ path }) => path.startsWith("/analytics"));
  return { account, table, analytics };
}

const kinds = ({ notes }: SpendTable) => notes.map(({ kind }) => kind);
const isKnown = ({ known }: SpendTable, from = 0, to?: number) =>
  measures.every((measure) => known[measure].slice(from, to).every(Boolean));

describe("readSpend", () => {
  for (const range of ranges)
    for (const by of dimensions)
      it(`matches the ledger to a millionth of a USD: ${range} by ${by}`, async () => {
        const { account, table } = await read({ range, dimensions: [by] });
        assertLedger(account, table, by, noon);
        assert.deepEqual(table.notes, []);
        assert.ok(table.dimensions.includes(by));
        const begun = table.buckets.filter((bucket) => bucket <= currentBucket(table.unit, noon)).length;
        assert.ok(isKnown(table, 0, begun));
        assert.ok(!measures.some((measure) => table.known[measure].slice(begun).some(Boolean)), "knows the future");
      });

  for (const range of ranges.filter(canCompare))
    it(`compares with the previous period: ${range}`, async () => {
      const { account, table } = await read({ range, dimensions: ["model", "provider"], compare: true });
      assertLedger(account, table, "model", noon);
      assertLedger(account, table, "provider", noon);
      const found = compare(table, { groupBy: "model", metric: "cost" });
      const half = table.buckets.length / 2;
      const sumOf = (buckets: string[]) => ledgerSum(ledgerOf(account, { ...table, buckets }, noon), "cost");
      const completed = range === "today" ? 12 : half - 1;
      assertNear(found!.previous, sumOf(table.buckets.slice(0, completed)));
      assertNear(found!.current, sumOf(table.buckets.slice(half, half + completed)));
    });

  it("splits by several dimensions at once", async () => {
    for (const by of [
      ["model", "provider", "workspace"],
      ["key", "provider"],
      ["key", "workspace"],
    ] as Dimension[][]) {
      const { account, table } = await read({ range: "30d", dimensions: by });
      // Analytics have no workspace for deleted keys.
      for (const one of by) if (!(one === "workspace" && by.includes("key"))) assertLedger(account, table, one, noon);
      assert.deepEqual(table.notes, []);
    }
  });

  it("reads a single day of a range", async () => {
    for (const [range, day] of [
      ["30d", "2026-06-09"],
      ["30d", "2026-06-10"],
      ["30d", "2026-05-12"],
      ["90d", "2026-05-01"],
      ["365d", "2025-06-20"],
    ] as const)
      for (const by of ["model", "key"] as const) {
        const { account, table } = await read({ range, dimensions: [by], day });
        assert.deepEqual(table.buckets, [day]);
        assertLedger(account, table, by, noon);
      }
  });

  it("matches the ledger around midnight, at new year and on a leap day", async () => {
    const corners = ["2026-06-10T00:00:00.000Z", "2026-06-10T00:00:00.001Z", "2026-06-09T23:59:59.999Z"];
    for (const text of [...corners, "2027-01-01T00:30:00.000Z", "2028-02-29T12:00:00.000Z"])
      for (const range of ["today", "7d", "90d"] as const) {
        const now = new Date(text);
        const { account, table, analytics } = await read({ range, dimensions: ["model"] }, { now });
        assertLedger(account, table, "model", now);
        assert.deepEqual(kinds(table), [], text);
        assert.ok(analytics.every(({ status }) => status === 200));
      }
  });

  it("leaves spend of deleted keys unattributed", async () => {
    const { account, table } = await read({ range: "30d", dimensions: ["key"] });
    const deleted = ledgerOf(account, table, noon).filter(({ key }) => account.state.deletedKeys.has(key));
    const spent = ledgerSum(deleted, "cost");
    assert.ok(spent > 0);
    const { groups } = aggregate(table, { groupBy: "key", metric: "cost" });
    assertNear(groups.find(({ id }) => id === null)!.figures.cost, spent);
    for (const { hash } of account.state.deletedKeys.values()) assert.ok(!JSON.stringify(table).includes(hash));
  });

  for (const [range, by] of [
    ["365d", ["key"]],
    ["30d", ["key"]],
    ["30d", ["key", "provider"]],
  ] as const)
    it(`distinguishes keys with the same name: ${range} by ${by.join(", ")}`, async () => {
      const { account, table } = await read({ range, dimensions: by });
      const namesakes = [...account.state.keys.values()].filter(({ name }) => name === "checkout-assistant");
      assert.equal(namesakes.length, 2);
      const rows = ledgerOf(account, table, noon);
      const { groups } = aggregate(table, { groupBy: "key", metric: "cost" });
      const costs = namesakes.map(({ hash, label }) => {
        const group = groups.find(({ id }) => id === hash)!;
        assertNear(
          group.figures.cost,
          ledgerSum(
            rows.filter(({ key }) => key === hash),
            "cost",
          ),
        );
        assert.equal(group.name, `checkout-assistant (${label.replace("sk-or-v1-", "")})`);
        return group.figures.cost;
      });
      assert.notEqual(costs[0], costs[1]);
    });

  it("names models by id, not by the slugs of analytics", async () => {
    for (const range of ["today", "365d"] as const) {
      const { account, table } = await read({ range, dimensions: ["model"] });
      const ids = new Set(account.state.models.map(({ id }) => id));
      for (const { id, name } of table.entries.model) assert.ok(ids.has(id) && name === id, id);
    }
  });

  it("sends few of the 64 analytics requests allowed per minute", async () => {
    const limits = { "365d by key": 10, "90d by key": 10, "30d by key": 8, "30d by model": 6, "365d by workspace": 9 };
    for (const [title, limit] of Object.entries(limits)) {
      const [range, by] = title.split(" by ") as ["365d", "key"];
      const { analytics } = await read({ range, dimensions: [by] });
      assert.ok(analytics.length <= limit, `${title}: ${analytics.length}`);
    }
  });

  for (const request of [{ range: "90d" }, { range: "365d" }, { range: "30d", compare: true }] as const)
    it(`stays within the rate limit, and notes how many keys it queried: ${request.range}`, async () => {
      const { account, table, analytics } = await read({ ...request, dimensions: ["key", "provider"] });
      assert.ok(analytics.length < 64, String(analytics.length));
      assertLedger(account, table, "provider", noon);
      assert.deepEqual(new Set(kinds(table)), new Set(["keysAsked"]));
    });

  it("returns known zeros for an account without keys", async () => {
    for (const range of ranges) {
      const { table } = await read({ range, dimensions: ["key"] }, { keys: 0 });
      assert.deepEqual(aggregate(table, { groupBy: "key", metric: "cost" }).groups, []);
      assert.ok(table.known.cost.includes(true));
      assert.deepEqual(table.notes, []);
    }
  });

  it("reads a personal account", async () => {
    for (const by of dimensions) {
      const { account, table } = await read({ range: "30d", dimensions: [by] }, { personal: true });
      assertLedger(account, table, by, noon);
    }
  });

  it("attributes all spend of an account with hundreds of keys, in few requests", async () => {
    for (const [range, namesakes, most] of [
      ["30d", 1, 5],
      ["30d", 5, 9],
      ["365d", 1, 10],
    ] as const) {
      const account = await startSampleAccount({ keys: 350, now: () => noon });
      try {
        for (const [i, key] of [...account.state.keys.values()].slice(0, 10 * namesakes).entries())
          if (namesakes > 1) key.name = `team ${i % 10}`;
        const client = createClient(account);
        const current = { ...(await getPeriods(client, {}, undefined, noon)), readAt: NOON };
        const { length } = account.requests;
        const table = await readSpend(client, { range, dimensions: ["key"] }, { now: noon, current });
        assertLedger(account, table, "key", noon);
        assert.deepEqual(table.notes, []);
        const paths = account.requests.slice(length).map(({ path }) => path);
        const sent = paths.filter((path) => !/^\/(workspaces|keys)/.test(path));
        assert.ok(sent.length <= most, sent.join("\n"));
      } finally {
        await account.close();
      }
    }
  });

  it("attributes spend by key and provider as far as possible", async () => {
    const {
      account: other,
      table: month,
      analytics,
    } = await read({ range: "30d", dimensions: ["key", "provider"] }, { keys: 350 });
    assertLedger(other, month, undefined, noon);
    assert.deepEqual(new Set(kinds(month)), new Set(["keysAsked"]));
    assert.ok(analytics.length < 64);
    const { groups } = aggregate(month, { groupBy: "key", metric: "cost" });
    const rows = ledgerOf(other, month, noon);
    for (const { id, figures } of groups.filter((group) => group.id !== null))
      assert.ok(
        figures.cost <=
          ledgerSum(
            rows.filter(({ key }) => key === id),
            "cost",
          ) +
            1e-6,
      );
  });
});

describe("readSpend for some keys", () => {
  for (const range of ranges)
    for (const by of ["model", "provider", "workspace"] as const)
      it(`returns only their spend: ${range} by ${by}`, async () => {
        const started = await startSampleAccount({ now: () => noon });
        account = started;
        const keys = [...started.state.keys.values()].filter(({ name }) =>
          /^(checkout-assistant|code-review)$/.test(name),
        );
        const hashes = keys.map(({ hash }) => hash);
        const table = await readSpend(createClient(started), { range, dimensions: [by], keys: hashes }, { now: noon });
        const ledger = started.state.ledger.filter(({ key }) => hashes.includes(key));
        assertLedger({ ...started, state: { ...started.state, ledger } }, table, by, noon);
        assertLedger({ ...started, state: { ...started.state, ledger } }, table, "key", noon);
        assert.deepEqual(table.notes, []);
      });

  it("returns their whole spend, for any number of keys", async () => {
    for (const count of [60, 250]) {
      const started = await startSampleAccount({ now: () => noon, keys: 350 });
      account = started;
      const keys = [...started.state.keys.keys()].slice(-count);
      const request = { range: "30d", dimensions: ["model", "provider"], keys } as const;
      const table = await readSpend(createClient(started), request, { now: noon });
      const ledger = started.state.ledger.filter(({ key }) => keys.includes(key));
      assertLedger({ ...started, state: { ...started.state, ledger } }, table, "model", noon);
      assert.ok(!kinds(table).includes("keysAsked"));
      await started.close();
    }
  });

  it("returns nothing for an empty list of keys", async () => {
    const { table } = await read({ range: "7d", dimensions: ["model"], keys: [] });
    assert.equal(table.bucket.length, 0);
  });
});
