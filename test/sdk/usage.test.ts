import assert from "node:assert/strict";
import { NOON, near, refused, sampleForEach, TODAY, total } from "../support/sdk.ts";

describe("official SDK against the sample account: usage", () => {
  const sample = sampleForEach();

  it("activity is the ledger of the 30 completed days", async () => {
    const { data } = await sample.sdk.analytics.getUserActivity();
    assert.equal(new Set(data.map((row) => row.date)).size, 30);
    assert.ok(!data.some((row) => row.date >= TODAY));
    assert.equal(new Set(data.map((row) => `${row.date} ${row.endpointId}`)).size, data.length);
    near(
      data.reduce((sum, row) => sum + row.usage, 0),
      total(sample.completed(), (row) => row.usage) / 1e6,
    );
    near(
      data.reduce((sum, row) => sum + row.byokUsageInference, 0),
      total(sample.completed(), (row) => row.byok) / 1e6,
    );
    assert.equal(
      data.reduce((sum, row) => sum + row.requests, 0),
      total(sample.completed(), (row) => row.requests),
    );
  });

  it("activity by key, member, workspace and day sums to the whole but for the deleted key", async () => {
    const usage = async (query: Parameters<typeof sample.sdk.analytics.getUserActivity>[0]) =>
      (await sample.sdk.analytics.getUserActivity(query)).data.reduce((sum, row) => sum + row.usage, 0);
    const all = await usage({});
    let keys = 0;
    for (const apiKeyHash of sample.account.state.keys.keys()) keys += await usage({ apiKeyHash });
    const deleted = [...sample.account.state.deletedKeys.keys()][0]!;
    const rest =
      total(
        sample.completed().filter((row) => row.key === deleted),
        (row) => row.usage,
      ) / 1e6;
    assert.ok(rest > 0 && rest < all * 0.02);
    near(keys + rest, all);
    let workspaces = 0;
    for (const { id } of sample.account.state.workspaces) workspaces += await usage({ workspaceId: id });
    near(workspaces, all);
    let members = 0;
    for (const { id } of sample.account.state.members) members += await usage({ userId: id });
    near(members, all);
    let days = 0;
    for (let i = 1; i <= 30; i++) {
      days += await usage({ date: new Date(Date.parse(NOON) - i * 86_400_000).toISOString().slice(0, 10) });
    }
    near(days, all);
    const split = (await sample.sdk.analytics.getUserActivity({ groupBy: "workspace" })).data;
    assert.ok(split.every((row) => sample.account.state.workspaces.some(({ id }) => id === row.workspaceId)));
    near(
      split.reduce((sum, row) => sum + row.usage, 0),
      all,
    );
  });

  it("yesterday one key spent eight times the usual on one model", async () => {
    const { data } = await sample.sdk.analytics.getUserActivity();
    const days = Map.groupBy(data, (row) => row.date);
    const spent = (date: string) => days.get(date)!.reduce((sum, row) => sum + row.usage, 0);
    const usual = [...days.keys()]
      .filter((date) => date !== "2026-06-09")
      .map(spent)
      .toSorted((a, b) => a - b)[14]!;
    assert.ok(spent("2026-06-09") > 7 * usual && spent("2026-06-09") < 11 * usual);
    const [top] = days.get("2026-06-09")!;
    assert.equal(top!.model, "anthropic/claude-opus-4.5");
    const { hash } = sample.key("research-agent");
    const own = (await sample.sdk.analytics.getUserActivity({ apiKeyHash: hash, date: "2026-06-09" })).data;
    assert.ok(own.find((row) => row.model === top!.model)!.usage > 0.95 * top!.usage);
  });

  it("analytics describe themselves", async () => {
    const { data } = await sample.sdk.analytics.getAnalyticsMeta();
    const names = (list: { name: string }[]) => list.map(({ name }) => name);
    for (const metric of ["request_count", "total_usage"]) assert.ok(names(data.metrics).includes(metric));
    for (const dimension of ["model", "provider", "api_key_id", "user", "workspace"]) {
      assert.ok(names(data.dimensions).includes(dimension));
    }
    assert.deepEqual(names(data.granularities), ["minute", "hour", "day", "week", "month"]);
  });

  it("analytics of today by model agree with the ledger", async () => {
    const start = `${TODAY}T00:00:00.000Z`;
    const query = { metrics: ["total_usage", "request_count"], dimensions: ["model"] };
    const { data } = await sample.sdk.analytics.queryAnalytics({
      requestBody: { ...query, timeRange: { start: new Date(start), end: new Date(NOON) } },
    });
    const rows = (await sample.raw("/analytics/query", { ...query, time_range: { start, end: NOON } })).body.data.data;
    assert.equal(data.data.length, rows.length);
    assert.equal(data.metadata.rowCount, rows.length);
    assert.equal(data.metadata.truncated, false);
    const today = sample.account.state.ledger.filter((row) => row.day === TODAY);
    assert.ok(today.length > 10);
    assert.ok(today.every((row) => row.at < Date.parse(NOON)));
    for (const row of rows) {
      const own = today.filter(({ model }) => model === row.model);
      near(row.total_usage, total(own, ({ usage, byok }) => usage + byok) / 1e6);
      assert.equal(row.request_count, String(total(own, ({ requests }) => requests)));
    }
    assert.equal(
      new Set(rows.map(({ model }: { model: string }) => model)).size,
      new Set(today.map((row) => row.model)).size,
    );
  });

  it("analytics by day and key: names in the answer, hashes in the filter", async () => {
    const twins = [...sample.account.state.keys.values()].filter((key) => key.name === "checkout-assistant");
    assert.equal(twins.length, 2);
    const query = {
      metrics: ["total_usage"],
      dimensions: ["api_key_id"],
      granularity: "day",
      filters: [{ field: "api_key_id", operator: "in", value: twins.map((key) => key.hash) }],
      time_range: { start: "2026-06-08T00:00:00Z", end: "2026-06-10T00:00:00Z" },
    };
    const { data } = (await sample.raw("/analytics/query", query)).body.data;
    assert.equal(data.length, 4);
    assert.deepEqual(
      new Set(data.map((row: Record<string, string>) => row.date__day)),
      new Set(["2026-06-08T00:00:00.000Z", "2026-06-09T00:00:00.000Z"]),
    );
    assert.ok(data.every((row: Record<string, string>) => row.api_key_id === "checkout-assistant"));
    const cut = (await sample.raw("/analytics/query", { ...query, limit: 3 })).body.data;
    assert.equal(cut.data.length, 3);
    assert.equal(cut.metadata.truncated, true);
    assert.equal(cut.warnings.length, 1);
  });

  it("analytics admit 64 requests a minute, and may be missing", async () => {
    for (let i = 0; i < 64; i++) await sample.sdk.analytics.getAnalyticsMeta();
    const error = await refused(sample.sdk.analytics.getAnalyticsMeta(), 429, /Rate limit/);
    assert.match(error.headers.get("retry-after")!, /^[1-9]\d?$/);
    await sample.start({ analytics: false });
    await refused(
      sample.sdk.analytics.queryAnalytics({ requestBody: { metrics: ["total_usage"] } }),
      403,
      /not available/,
    );
  });
});
