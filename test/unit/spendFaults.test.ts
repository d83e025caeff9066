import assert from "node:assert/strict";
import { createClient, ForbiddenError, OpenRouterError, UnauthorizedError } from "../../src/openrouter/index.ts";
import { aggregate, measures, readSpend, type SpendTable } from "../../src/openrouter/spend/index.ts";
import { startSampleAccount } from "../../src/sample/index.ts";
import { apiError, type Fault, reply } from "../support/faults.ts";
import { NOON, TODAY } from "../support/sdk.ts";
import { forbidden, onPath, rateLimited, SPEND_SEED, spendForEach } from "../support/spendAccount.ts";
import { assertLedger, ledgerOf, ledgerSum } from "../support/spendLedger.ts";
import { assertNear } from "../support/spendTables.ts";

const noon = new Date(NOON);
const none: Fault = () => undefined;
const kinds = ({ notes }: SpendTable) => notes.map(({ kind }) => kind);
const { read } = spendForEach();

/** Returns the hash of a key that every sample account has. */
async function startedKey(): Promise<string> {
  const { close, state } = await startSampleAccount({ seed: SPEND_SEED, now: () => noon });
  await close();
  return [...state.keys.values()].find(({ name }) => name === "code-review")!.hash;
}

describe("readSpend without analytics", () => {
  for (const by of ["key", "workspace", "model"] as const)
    it(`reads today by ${by} from the keys' counters, with other figures unknown`, async () => {
      const { account, table: reading } = await read({ range: "today", dimensions: [by] }, none, { analytics: false });
      const table = await reading;
      assert.deepEqual([table.unit, table.buckets], ["day", [TODAY]]);
      const known = measures.filter((measure) => table.known[measure][0]);
      assert.deepEqual(known, ["cost", "byok_cost"]);
      assert.deepEqual(kinds(table).toSorted(), ["analyticsUnavailable", "counters"]);
      const rows = ledgerOf(account, table, noon);
      const { total, groups } = aggregate(table, { groupBy: by, metric: "cost" });
      assertNear(total.cost, ledgerSum(rows, "cost"));
      assertNear(total.byok_cost, ledgerSum(rows, "byok_cost"));
      assert.deepEqual(aggregate(table, { groupBy: by, metric: "requests" }).known, [false]);
      if (by === "model")
        return assert.deepEqual(
          groups.map(({ id }) => id),
          [null],
        );
      const owned = Map.groupBy(rows, (row) => (by === "key" ? row.key : row.workspaceId));
      for (const { id, figures } of groups) assertNear(figures.cost, ledgerSum(owned.get(id!) ?? [], "cost"));
    });

  it("reads 30 days from activity, with a gap before them", async () => {
    const { account, table: reading } = await read({ range: "90d", dimensions: ["model"] }, none, { analytics: false });
    const table = await reading;
    const { known, byBucket } = aggregate(table, { groupBy: "model", metric: "cost" });
    assert.deepEqual(
      known,
      table.buckets.map((_, i) => i >= 90 - 31),
    );
    assert.equal(aggregate(table, { groupBy: "model", metric: "requests" }).known.at(-1), false);
    for (const [i, bucket] of table.buckets.entries()) {
      const rows = ledgerOf(account, { ...table, buckets: [bucket] }, noon);
      assertNear(byBucket[i]!.cost, known[i] ? ledgerSum(rows, "cost") : 0);
    }
  });
});

describe("readSpend with a failing source", () => {
  it("falls back to analytics if activity fails, and adds a note", async () => {
    const broken: Fault = (_, response) => reply(response, 500, apiError(500, "broken"));
    const { account, table: reading } = await read(
      { range: "30d", dimensions: ["model"] },
      onPath(/^\/activity/, broken),
    );
    const table = await reading;
    assertLedger(account, table, "model", noon);
    assert.deepEqual(kinds(table), ["activityUnavailable"]);
    for (const { source } of table.sources) assert.equal(source, "analytics");
  });

  it("falls back for single keys, too, instead of showing zero", async () => {
    const keys = [await startedKey()];
    const request = { range: "7d", dimensions: ["model", "provider"], keys } as const;
    const { account, table: reading } = await read(request, onPath(/^\/activity/, forbidden));
    const table = await reading;
    const rows = ledgerOf(account, table, noon).filter((row) => keys.includes(row.key));
    assertNear(aggregate(table, { groupBy: "model", metric: "cost" }).total.cost, ledgerSum(rows, "cost"));
    assert.deepEqual(kinds(table), ["activityUnavailable"]);
  });

  it("leaves a gap, not a zero, if all sources fail for a key", async () => {
    const request = { range: "7d", dimensions: ["model"], keys: [await startedKey()] } as const;
    const { table } = await read(request, onPath(/^\/(activity|analytics\/query)/, rateLimited));
    // Today comes from its counter; earlier days are unknown.
    assert.deepEqual((await table).known.cost, [false, false, false, false, false, false, true]);
  });

  it("throws the error if all sources fail", async () => {
    const request = { range: "30d", dimensions: ["model"] } as const;
    const past = await read({ ...request, day: "2026-06-01" }, onPath(/^\/(activity|analytics)/, forbidden));
    await assert.rejects(past.table, (error) => error instanceof OpenRouterError && /403/.test(error.message));
    const all = await read(request, forbidden);
    await assert.rejects(all.table, OpenRouterError);
  });

  it("returns the days of activity if all sources of today fail", async () => {
    const request = { range: "7d", dimensions: ["model"] } as const;
    const { account, table: reading } = await read(request, onPath(/^\/(analytics|keys)/, forbidden));
    const table = await reading;
    assert.deepEqual(table.known.cost, [true, true, true, true, true, true, false]);
    const rows = ledgerOf(account, table, noon).filter(({ day }) => day < TODAY);
    assertNear(aggregate(table, { groupBy: "model", metric: "cost" }).total.cost, ledgerSum(rows, "cost"));
  });

  it("rejects an inference key and a revoked key", async () => {
    const account = await startSampleAccount({ now: () => noon });
    const wrong = [
      [account.inferenceKey, ForbiddenError],
      [account.revokedKey, UnauthorizedError],
    ] as const;
    try {
      for (const [key, kind] of wrong)
        for (const range of ["today", "30d", "365d"] as const) {
          const client = createClient({ ...account, key });
          await assert.rejects(readSpend(client, { range, dimensions: ["model"] }, { now: noon }), kind);
        }
    } finally {
      await account.close();
    }
  });
});

describe("readSpend with failing requests for keys or workspaces", () => {
  it("leaves spend of failed keys unattributed, with correct totals", async () => {
    const byKey = /^\/activity\?.*api_key_hash/;
    let count = 0;
    const failsLater = onPath(byKey, (...request) => {
      count += 1;
      return count > 12 ? rateLimited(...request) : undefined;
    });
    const refused = onPath(/^\/analytics\/query/, forbidden, /"in"/);
    const fails: Fault = (...request) => failsLater(...request) ?? refused(...request);
    const { account, table: reading, received } = await read({ range: "30d", dimensions: ["key"] }, fails);
    const table = await reading;
    assertLedger(account, table, undefined, noon);
    const failed = table.notes.map((note) =>
      note.kind === "keysFailed" ? [note.failed, note.cause.slice(-30)] : note,
    );
    const note = table.notes.find((one) => one.kind === "keysFailed" && /429/.test(one.cause));
    assert.ok(note?.kind === "keysFailed" && note.failed === account.state.keys.size - 12, JSON.stringify(failed));
    // It gives up after some failures.
    assert.ok(received.filter(({ path }) => byKey.test(path)).length < account.state.keys.size);
    const { groups } = aggregate(table, { groupBy: "key", metric: "cost" });
    assert.ok(groups.at(-1)!.id === null && groups.length > 2);
  });

  for (const range of ["today", "30d", "365d"] as const)
    it(`does the same if analytics reject queries for many keys: ${range}`, async () => {
      const refused = onPath(/^\/analytics\/query/, rateLimited, /"in"/);
      const { account, table: reading } = await read({ range, dimensions: ["key"] }, refused);
      const table = await reading;
      assertLedger(account, table, undefined, noon);
      assert.deepEqual(kinds(table), ["keysFailed"]);
      assert.equal(table.unit, range === "today" ? "hour" : "day");
      assert.equal(table.sources.at(-1)?.source, "analytics");
    });

  it("leaves spend of failed workspaces unattributed, with correct totals", async () => {
    const refused = onPath(/^\/analytics\/query/, rateLimited, /"filters"/);
    const { account, table } = await read({ range: "365d", dimensions: ["workspace"] }, refused);
    assertLedger(account, await table, undefined, noon);
    assert.match(JSON.stringify((await table).notes), /429/);
  });
});
