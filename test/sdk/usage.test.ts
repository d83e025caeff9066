import assert from "node:assert/strict";
import { assertNear, FIRST_DAY, NOON, sampleForEach, sumOf, TODAY } from "../support/sdk.ts";

describe("official SDK against the sample account: usage", () => {
  const sample = sampleForEach();

  it("returns the ledger of the 30 completed days as activity", async () => {
    const { data } = await sample.sdk.analytics.getUserActivity();
    assert.equal(new Set(data.map((row) => row.date)).size, 30);
    assert.ok(data.every((row) => row.date >= FIRST_DAY && row.date < TODAY));
    assert.ok(sample.account.state.ledger.some((row) => row.day < FIRST_DAY));
    assert.equal(new Set(data.map((row) => `${row.date} ${row.endpointId}`)).size, data.length);
    assertNear(
      data.reduce((sum, row) => sum + row.usage, 0),
      sumOf(sample.completed(), (row) => row.usage) / 1e6,
    );
    assertNear(
      data.reduce((sum, row) => sum + row.byokUsageInference, 0),
      sumOf(sample.completed(), (row) => row.byok) / 1e6,
    );
    assert.equal(
      data.reduce((sum, row) => sum + row.requests, 0),
      sumOf(sample.completed(), (row) => row.requests),
    );
  });

  it("returns activity by key, member, workspace and day that adds up to the total, except for the deleted key", async () => {
    const usage = async (query: Parameters<typeof sample.sdk.analytics.getUserActivity>[0]) =>
      (await sample.sdk.analytics.getUserActivity(query)).data.reduce((sum, row) => sum + row.usage, 0);
    const all = await usage({});
    let keys = 0;
    for (const apiKeyHash of sample.account.state.keys.keys()) keys += await usage({ apiKeyHash });
    const deleted = [...sample.account.state.deletedKeys.keys()][0]!;
    const rest =
      sumOf(
        sample.completed().filter((row) => row.key === deleted),
        (row) => row.usage,
      ) / 1e6;
    assert.ok(rest > 0 && rest < all * 0.02);
    assertNear(keys + rest, all);
    let workspaces = 0;
    for (const { id } of sample.account.state.workspaces) workspaces += await usage({ workspaceId: id });
    assertNear(workspaces, all);
    let members = 0;
    for (const { id } of sample.account.state.members) members += await usage({ userId: id });
    assertNear(members, all);
    let days = 0;
    for (let i = 1; i <= 30; i++) {
      days += await usage({ date: new Date(Date.parse(NOON) - i * 86_400_000).toISOString().slice(0, 10) });
    }
    assertNear(days, all);
    const split = (await sample.sdk.analytics.getUserActivity({ groupBy: "workspace" })).data;
    assert.ok(split.every((row) => sample.account.state.workspaces.some(({ id }) => id === row.workspaceId)));
    assertNear(
      split.reduce((sum, row) => sum + row.usage, 0),
      all,
    );
  });

  it("has a spike yesterday: one key spent about eight times the usual amount on one model", async () => {
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
});
