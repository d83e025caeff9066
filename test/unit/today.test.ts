import assert from "node:assert/strict";
import fc from "fast-check";
import { createClient, getOverview, getToday, toTodayTable } from "../../src/openrouter/index.ts";
import type { Key } from "../../src/openrouter/schemas.ts";
import { aggregate } from "../../src/openrouter/spend/index.ts";
import { fromCounters } from "../../src/openrouter/spend/today.ts";
import { sum } from "../../src/openrouter/text/figures.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { apiError, type Fault, reply, startFaultProxy } from "../support/faults.ts";

const key = (usage_daily: number): Key => ({
  hash: "0",
  name: "key",
  label: "key",
  disabled: false,
  created_at: "2026-08-01T00:00:00Z",
  usage: usage_daily,
  usage_daily,
  usage_weekly: usage_daily,
  usage_monthly: usage_daily,
  byok_usage: 7,
  byok_usage_daily: 7,
  byok_usage_weekly: 7,
  byok_usage_monthly: 7,
  limit: null,
  limit_remaining: null,
  limit_reset: null,
  include_byok_in_limit: false,
});

const CAUSE = "POST /analytics/query returned 403.";

describe("fromCounters", () => {
  it("adds up usage_daily without BYOK, and leaves other figures unknown", async () => {
    const spend = fc.array(fc.double({ min: 0, max: 1000, noNaN: true }));
    await fc.assert(
      fc.asyncProperty(spend, async (figures) => {
        const { rows, ...today } = await fromCounters(figures.map(key), new Date("2026-08-03T23:30:00-02:00"), CAUSE);
        assert.deepEqual(today, {
          date: "2026-08-04",
          readAt: "2026-08-04T01:30:00.000Z",
          source: "counters",
          usage: sum(figures),
          includesByok: false,
          requests: undefined,
          models: [],
          notes: [{ kind: "analyticsUnavailable", cause: CAUSE }, { kind: "counters" }],
        });
        assert.deepEqual(
          rows.map(({ bucket, cost, byok_cost }) => [bucket, cost, byok_cost]),
          figures.map((usage) => ["2026-08-04", usage + 7, 7]),
        );
      }),
    );
  });
});

describe("getToday", () => {
  let account: SampleAccount;
  let faults: Awaited<ReturnType<typeof startFaultProxy>> | undefined;

  beforeEach(async () => {
    account = await startSampleAccount();
  });
  afterEach(async () => {
    await faults?.close();
    faults = undefined;
    await account.close();
  });

  async function todayWithFault(fault: Fault) {
    faults = await startFaultProxy(account.baseUrl, fault);
    return getToday(createClient({ ...account, baseUrl: faults.baseUrl }));
  }

  it("returns hours and models by id, without reading providers", async () => {
    const today = await getToday(createClient(account));
    const { models, ledger } = account.state;
    // Analytics don't distinguish a variant (`:free`) from its model.
    const shortest = models.toSorted((a, b) => b.id.length - a.id.length);
    const idOf = new Map(shortest.map(({ canonical_slug, id }) => [canonical_slug, id]));
    const ids = new Set(idOf.values());
    const cells = new Map<string, { cost: number; requests: number }>();
    for (const row of ledger.filter(({ day, at }) => day === today.date && at < Date.parse(today.readAt))) {
      const id = `${new Date(row.at).toISOString().slice(0, 13)} ${idOf.get(row.permaslug)}`;
      const cell = cells.get(id) ?? { cost: 0, requests: 0 };
      cells.set(id, { cost: cell.cost + (row.usage + row.byok) / 1e6, requests: cell.requests + row.requests });
    }
    assert.ok(cells.size > 0);
    assert.equal(today.rows.length, cells.size);
    for (const row of today.rows) {
      assert.ok(ids.has(row.model ?? ""), row.model);
      const cell = cells.get(`${row.bucket} ${row.model}`);
      assert.ok(Math.abs((row.cost ?? Number.NaN) - (cell?.cost ?? Number.NaN)) < 1e-6, `${row.bucket} ${row.model}`);
      assert.equal(row.requests, cell?.requests);
    }
    for (const { model } of today.models) assert.ok(ids.has(model), model);
    assert.equal(new Set(today.models.map(({ model }) => model)).size, today.models.length);
    assert.deepEqual(today.notes, []);
    assert.ok(!account.requests.some(({ path }) => path.includes("/providers")));
  });

  it("reads the catalog only once", async () => {
    const client = createClient(account);
    await Promise.all([getToday(client), getToday(client)]);
    await getToday(client);
    assert.equal(account.requests.filter(({ path }) => path === "/models").length, 1);
  });

  it("keeps the slugs if the catalog fails, and notes why", async () => {
    const today = await todayWithFault(({ path }, response) =>
      path.startsWith("/models") ? reply(response, 403, apiError(403, "closed")) : undefined,
    );
    assert.equal(today.source, "analytics");
    assert.deepEqual(
      today.notes.map(({ kind }) => kind),
      ["namesUnavailable"],
    );
    const slugs = new Set(account.state.models.map(({ canonical_slug }) => canonical_slug));
    for (const { model } of today.models) assert.ok(slugs.has(model), model);
  });

  it("waits for names for up to 10 s, and stops when aborted", async function () {
    this.timeout(30_000);
    const hangs: Fault = ({ path }) => (path.startsWith("/models") ? "done" : undefined);
    const today = await todayWithFault(hangs);
    assert.deepEqual(today.notes, [{ kind: "namesUnavailable", cause: "no response within 10 s" }]);
    const controller = new AbortController();
    const cancelled = getToday(createClient({ ...account, baseUrl: faults?.baseUrl ?? "" }), controller);
    setTimeout(() => controller.abort(), 500);
    await assert.rejects(cancelled, { name: "AbortError" });
  });

  it("takes the maximum number of rows for truncated if analytics don't say", async () => {
    const row = { date__hour: "2026-08-04T01:00:00.000Z", model: null, total_usage: 1, request_count: "1" };
    for (const [metadata, count, isTruncated] of [
      [{}, 10_000, true],
      [undefined, 9_999, false],
      [{ truncated: false }, 10_000, false],
    ] as const) {
      const data = Array(count).fill(row);
      const today = await todayWithFault(({ path }, response) =>
        path === "/analytics/query" ? reply(response, 200, { data: { data, metadata } }) : undefined,
      );
      assert.deepEqual(today.notes, isTruncated ? [{ kind: "truncated" }] : []);
      faults?.close();
    }
  });

  it("notes what analytics left out, and falls back if a row has no hour", async () => {
    const answer = (data: unknown[]) => ({ data: { data, metadata: { truncated: true }, warnings: ["A warning."] } });
    const row = { date__hour: "2026-08-04T01:00:00.000Z", model: null, total_usage: 2, request_count: "3" };
    const today = await todayWithFault(({ path }, response, n) =>
      path === "/analytics/query"
        ? reply(response, 200, answer(n === 1 ? [row] : [{ ...row, date__hour: undefined }]))
        : undefined,
    );
    assert.deepEqual(today.models, [{ model: "(unknown)", usage: 2, requests: 3 }]);
    assert.deepEqual(today.rows, [{ bucket: "2026-08-04T01", model: undefined, cost: 2, requests: 3 }]);
    assert.deepEqual(today.notes, [{ kind: "truncated" }, { kind: "warning", text: "A warning." }]);
    const other = await getToday(createClient({ ...account, baseUrl: faults?.baseUrl ?? "" }));
    assert.equal(other.source, "counters");
    assert.match(JSON.stringify(other.notes), /is not a time/);
  });
});

describe("todayTable", () => {
  for (const analytics of [true, false])
    it(analytics ? "has the hours of the day, future ones unknown" : "has the day by key and workspace", async () => {
      const account = await startSampleAccount({ analytics });
      try {
        const { today, keys, workspaces } = await getOverview(createClient(account));
        const table = toTodayTable({ today, keys, workspaces });
        const hour = Number(today.readAt.slice(11, 13));
        assert.equal(table.buckets.length, analytics ? 24 : 1);
        assert.deepEqual(
          table.known.cost,
          table.buckets.map((_, i) => !analytics || i <= hour),
        );
        assert.deepEqual(table.known.requests.includes(true), analytics);
        assert.deepEqual(table.known.byok_cost.includes(true), !analytics);
        assert.ok(!table.known.prompt_tokens.includes(true));
        assert.deepEqual(table.dimensions, analytics ? ["model"] : ["key", "workspace"]);
        const { total, groups } = aggregate(table, { groupBy: analytics ? "model" : "workspace", metric: "cost" });
        const credits = analytics ? total.cost : total.cost - total.byok_cost;
        assert.ok(Math.abs(credits - today.usage) < 1e-6);
        if (!analytics)
          assert.deepEqual(
            new Set(groups.map(({ name }) => name)),
            new Set(account.state.workspaces.map(({ name }) => name)),
          );
        assert.deepEqual(
          table.notes.map(({ kind }) => kind),
          analytics ? [] : ["analyticsUnavailable", "counters"],
        );
        if (!analytics)
          assert.ok(
            toTodayTable({ today, keys, workspaces: undefined }).notes.some(
              ({ kind }) => kind === "workspacesUnavailable",
            ),
          );
      } finally {
        await account.close();
      }
    });
});
