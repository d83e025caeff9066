import assert from "node:assert/strict";
import type { LedgerRow } from "../../src/sample/index.ts";
import { assertNear, assertRefused, FIRST_DAY, NOON, sampleForEach, sumOf, TODAY } from "../support/sdk.ts";

type Row = Record<string, string | number | null>;

const DAY = 86_400_000;
const midnight = (day: string) => `${day}T00:00:00.000Z`;
/** The first day of the analytics' range. */
const YEAR_AGO = new Date(Date.parse(midnight(TODAY)) - 365 * DAY).toISOString().slice(0, 10);
/** The 365 completed days. */
const YEAR = { start: midnight(YEAR_AGO), end: midnight(TODAY) };

const CURRENCY: Record<string, (row: LedgerRow) => number> = {
  total_usage: (row) => row.usage + row.byok,
  byok_usage: (row) => row.byok,
  credits_usage: (row) => row.usage,
};
const COUNTS: Record<string, (row: LedgerRow) => number> = {
  request_count: (row) => row.requests,
  tokens_total: (row) => row.promptTokens + row.completionTokens,
  tokens_prompt: (row) => row.promptTokens,
  tokens_completion: (row) => row.completionTokens,
  reasoning_tokens: (row) => row.reasoningTokens,
  cached_tokens: (row) => row.cachedTokens,
};

describe("official SDK against the sample account: analytics", () => {
  const sample = sampleForEach();
  const ledger = (keep: (row: LedgerRow) => boolean) => sample.account.state.ledger.filter(keep);
  const year = () => ledger((row) => row.day < TODAY);
  const spend = (rows: LedgerRow[]) => sumOf(rows, (row) => row.usage + row.byok) / 1e6;

  async function query(body: object): Promise<{ data: Row[]; metadata: { truncated: boolean }; warnings: string[] }> {
    const answer = await sample.raw("/analytics/query", { metrics: ["total_usage"], ...body });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body.data;
  }

  it("returns metrics, dimensions and granularities", async () => {
    const { data } = await sample.sdk.analytics.getAnalyticsMeta();
    const names = (list: { name: string }[]) => list.map(({ name }) => name);
    assert.deepEqual(names(data.metrics).sort(), [...Object.keys(CURRENCY), ...Object.keys(COUNTS)].sort());
    assert.deepEqual(
      data.metrics.filter((metric) => metric.displayFormat === "currency").map(({ name }) => name),
      Object.keys(CURRENCY),
    );
    assert.deepEqual(names(data.dimensions), ["model", "provider", "api_key_id", "user", "workspace", "generation_id"]);
    assert.deepEqual(names(data.granularities), ["minute", "hour", "day", "week", "month"]);
  });

  it("returns today's figures by model as in the ledger", async () => {
    const start = midnight(TODAY);
    const asked = { metrics: ["total_usage", "request_count"], dimensions: ["model"] };
    const { data } = await sample.sdk.analytics.queryAnalytics({
      requestBody: { ...asked, timeRange: { start: new Date(start), end: new Date(NOON) } },
    });
    const { data: rows } = await query({ ...asked, time_range: { start, end: NOON } });
    assert.equal(data.data.length, rows.length);
    assert.equal(data.metadata.rowCount, rows.length);
    assert.equal(data.metadata.truncated, false);
    const today = ledger((row) => row.day === TODAY);
    assert.ok(today.length > 10);
    assert.ok(today.every((row) => row.at < Date.parse(NOON)));
    for (const row of rows) {
      const own = today.filter(({ permaslug }) => permaslug === row.model);
      assertNear(Number(row.total_usage), spend(own));
      assert.equal(row.request_count, String(sumOf(own, ({ requests }) => requests)));
    }
    assert.equal(rows.length, new Set(today.map((row) => row.permaslug)).size);
  });

  it("returns every metric for a year: costs as numbers, counts as strings", async () => {
    const metrics = [...Object.keys(CURRENCY), ...Object.keys(COUNTS)];
    const [row] = (await query({ metrics, time_range: YEAR })).data;
    for (const [name, of] of Object.entries(CURRENCY)) {
      assert.equal(typeof row![name], "number", name);
      assertNear(row![name] as number, sumOf(year(), of) / 1e6);
    }
    for (const [name, of] of Object.entries(COUNTS)) assert.equal(row![name], String(sumOf(year(), of)), name);
    assertNear(row!.total_usage as number, (row!.byok_usage as number) + (row!.credits_usage as number));
    assert.ok((row!.byok_usage as number) > 0);
  });

  it("returns every day of a year, the latest first, and today", async () => {
    const { data } = await query({ granularity: "day", time_range: YEAR });
    assert.equal(data.length, 365);
    assert.equal(data[0]!.date__day, midnight("2026-06-09"));
    assert.equal(data.at(-1)!.date__day, midnight(YEAR_AGO));
    for (const row of data) {
      assertNear(Number(row.total_usage), spend(year().filter(({ day }) => midnight(day) === row.date__day)));
    }
    const oldest = await query({
      granularity: "day",
      order_by: { field: "date", direction: "asc" },
      time_range: { start: new Date(Date.parse(NOON) - 365 * DAY).toISOString(), end: NOON },
    });
    assert.equal(oldest.data[0]!.date__day, midnight(YEAR_AGO));
    assert.equal(oldest.data.at(-1)!.date__day, midnight(TODAY));
    const bare = (await query({ granularity: "day" })).data;
    assert.equal(bare.length, 8, "the default range is seven days");
  });

  it("returns a year with growth, two slow weeks and a campaign", async () => {
    const days = await query({
      granularity: "day",
      order_by: { field: "date", direction: "asc" },
      time_range: { start: midnight(YEAR_AGO), end: midnight(FIRST_DAY) },
    });
    const spent = (from: number, to: number) =>
      days.data
        .slice(days.data.length + 30 - from, days.data.length + 30 - to)
        .reduce((sum, row) => sum + Number(row.total_usage), 0) /
      (from - to);
    assert.ok(spent(58, 30) > 3 * spent(365, 337), "growth");
    assert.ok(spent(238, 231) < 0.75 * spent(266, 259) && spent(238, 231) < 0.75 * spent(210, 203), "slack");
    assert.ok(spent(119, 105) > 1.2 * spent(77, 63) && spent(119, 105) > 1.5 * spent(161, 147), "campaign");
    const weekend = days.data.filter((row) => [0, 6].includes(new Date(String(row.date__day)).getUTCDay()));
    const sum = (rows: Row[]) => rows.reduce((all, row) => all + Number(row.total_usage), 0) / rows.length;
    assert.ok(sum(weekend) < 0.7 * sum(days.data.filter((row) => !weekend.includes(row))));
  });

  it("has rows for a model only after its release", async () => {
    const { data } = await query({
      dimensions: ["model"],
      granularity: "day",
      order_by: { field: "date", direction: "asc" },
      limit: 10_000,
      time_range: YEAR,
    });
    const first = (model: string) => String(data.find((row) => row.model === model)?.date__day).slice(0, 10);
    assert.ok(first("anthropic/claude-3.5-haiku-20241104") < first("anthropic/claude-haiku-4.5-20251015"));
    assert.ok(first("openai/gpt-4o-20240513") < first("openai/gpt-5-20250807"));
    assert.ok(first("openai/gpt-5-20250807") < first("openai/gpt-5.1-20251113"));
    const released = new Map(sample.account.state.models.map((model) => [model.canonical_slug, model.created * 1000]));
    for (const row of data) assert.ok(Date.parse(String(row.date__day)) > released.get(String(row.model))!);
  });

  it("has the same sum by every dimension", async () => {
    for (const [dimension, time_range] of [
      ["model", YEAR],
      ["api_key_id", YEAR],
      ["user", YEAR],
      ["workspace", YEAR],
      ["provider", { start: midnight(FIRST_DAY), end: midnight(TODAY) }],
    ] as const) {
      const [whole] = (await query({ time_range })).data;
      const { data, metadata } = await query({ dimensions: [dimension], time_range });
      assert.equal(metadata.truncated, false);
      assertNear(
        data.reduce((sum, row) => sum + Number(row.total_usage), 0),
        Number(whole!.total_usage),
      );
      assertNear(Number(whole!.total_usage), spend(dimension === "provider" ? sample.completed() : year()));
    }
  });

  it("returns labels, and filters by ids", async () => {
    const { state } = sample.account;
    const member = state.members[2]!;
    const invited = state.members.at(-1)!;
    const key = sample.key("partner-contoso");
    const model = "anthropic/claude-haiku-4.5-20251015";
    for (const [field, value, label, own] of [
      ["model", model, model, (row: LedgerRow) => row.permaslug === model],
      ["api_key_id", key.hash, key.name, (row: LedgerRow) => row.key === key.hash],
      ["user", member.id, "Priya Nair", (row: LedgerRow) => row.userId === member.id],
      ["user", invited.id, invited.email, (row: LedgerRow) => row.userId === invited.id],
      [
        "workspace",
        state.workspaces[1]!.id,
        "Research",
        (row: LedgerRow) => row.workspaceId === state.workspaces[1]!.id,
      ],
    ] as const) {
      const filters = [{ field, operator: "eq", value }];
      const { data, warnings } = await query({ dimensions: [field], filters, time_range: YEAR });
      assert.equal(data.length, 1, field);
      assert.equal(data[0]![field], label);
      assertNear(Number(data[0]!.total_usage), spend(year().filter(own)));
      assert.deepEqual(warnings, []);
    }
    // A model's id in the catalog isn't its permaslug.
    const filters = [{ field: "model", operator: "eq", value: "anthropic/claude-haiku-4.5" }];
    assert.deepEqual((await query({ dimensions: ["model"], filters, time_range: YEAR })).data, []);
  });

  it("has a row for spend without a member, which include_unset adds to a filter", async () => {
    await sample.start({ personal: true });
    const { data } = await query({ dimensions: ["user"], time_range: YEAR });
    const nobody = data.find((row) => row.user === null);
    const unowned = spend(year().filter((row) => row.userId === null));
    assert.ok(unowned > 0);
    assertNear(Number(nobody!.total_usage), unowned);
    const own = { field: "user", operator: "in", value: [sample.account.state.members[0]!.id] };
    const of = async (filter: object) => (await query({ filters: [filter], time_range: YEAR })).data[0]!.total_usage;
    assertNear(Number(await of({ ...own, include_unset: true })), spend(year()));
    assertNear(Number(await of(own)), spend(year()) - unowned);
  });

  it("returns a warning and no rows for an unknown key", async () => {
    const unknown = "0".repeat(64);
    const of = (value: string[]) =>
      query({
        dimensions: ["api_key_id"],
        filters: [{ field: "api_key_id", operator: "in", value }],
        time_range: YEAR,
      });
    const { data, warnings } = await of([unknown]);
    assert.deepEqual(data, []);
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0]!.includes(unknown));
    const both = await of([unknown, sample.key("translation").hash]);
    assert.deepEqual(
      both.data.map((row) => row.api_key_id),
      ["translation"],
    );
    assert.equal(both.warnings.length, 1);
  });

  it("returns names of keys and filters by hashes", async () => {
    const twins = [...sample.account.state.keys.values()].filter((key) => key.name === "checkout-assistant");
    assert.equal(twins.length, 2);
    const asked = {
      dimensions: ["api_key_id"],
      granularity: "day",
      filters: [{ field: "api_key_id", operator: "in", value: twins.map((key) => key.hash) }],
      time_range: { start: "2026-06-08T00:00:00Z", end: "2026-06-10T00:00:00Z" },
    };
    const { data } = await query(asked);
    assert.equal(data.length, 4);
    assert.deepEqual(
      new Set(data.map((row) => row.date__day)),
      new Set([midnight("2026-06-08"), midnight("2026-06-09")]),
    );
    assert.ok(data.every((row) => row.api_key_id === "checkout-assistant"));
    const cut = await query({ ...asked, limit: 3 });
    assert.equal(cut.data.length, 3);
    assert.equal(cut.metadata.truncated, true);
    assert.equal(cut.warnings.length, 1);
  });

  it("returns 1,000 rows by default, 10,000 at most, and limits rows per group", async () => {
    const asked = { dimensions: ["api_key_id", "model"], granularity: "day", time_range: YEAR };
    const bare = await query(asked);
    assert.equal(bare.data.length, 1000);
    assert.equal(bare.metadata.truncated, true);
    const all = new Set(year().map((row) => `${row.day} ${row.key} ${row.permaslug}`)).size;
    assert.equal((await query({ ...asked, limit: 10_000 })).data.length, Math.min(10_000, all));
    const groups = new Set(year().map((row) => `${row.key} ${row.permaslug}`)).size;
    assert.equal((await query({ ...asked, group_limit: 1 })).data.length, groups);
  });

  it("returns the most expensive generations of a key, each of which GET /generation knows", async () => {
    const { hash } = sample.key("research-agent");
    const model = "anthropic/claude-opus-4.5-20251124";
    const time_range = { start: "2026-06-09T00:00:00Z", end: midnight(TODAY) };
    const filters = [
      { field: "api_key_id", operator: "eq", value: hash },
      { field: "model", operator: "eq", value: model },
    ];
    const metrics = ["total_usage", "request_count", "tokens_prompt", "tokens_completion", "cached_tokens"];
    const dimensions = ["generation_id"];
    const own = ledger((row) => row.day === "2026-06-09" && row.key === hash && row.permaslug === model);
    const all = await query({ metrics, dimensions, filters, time_range, limit: 10_000 });
    assert.equal(
      all.data.length,
      sumOf(own, ({ requests }) => requests),
    );
    assert.equal(new Set(all.data.map((row) => row.generation_id)).size, all.data.length);
    for (const metric of metrics) {
      const expected = CURRENCY[metric] ? sumOf(own, CURRENCY[metric]) / 1e6 : sumOf(own, COUNTS[metric]!);
      assertNear(
        all.data.reduce((sum, row) => sum + Number(row[metric]), 0),
        expected,
      );
    }
    const order_by = { field: "total_usage", direction: "desc" };
    const top = await query({ metrics, dimensions, filters, time_range, order_by, limit: 3 });
    assert.equal(top.data.length, 3);
    const costs = all.data.map((row) => Number(row.total_usage)).toSorted((a, b) => b - a);
    assert.deepEqual(
      top.data.map((row) => row.total_usage),
      costs.slice(0, 3),
    );
    assert.ok(costs[0]! > 5 * costs.at(-1)!, "some are much larger than others");
    for (const row of top.data) {
      const id = String(row.generation_id);
      const { data } = await sample.sdk.generations.getGeneration({ id });
      assertNear(data.totalCost, Number(row.total_usage));
      assert.equal(String(data.tokensPrompt), row.tokens_prompt);
      assert.equal(String(data.nativeTokensCached), row.cached_tokens);
      assert.equal(data.model, model);
      const [alone] = (
        await query({ filters: [...filters, { field: "generation_id", operator: "eq", value: id }], time_range })
      ).data;
      assert.equal(alone!.total_usage, row.total_usage);
    }
  });

  it("returns generations of at most 31 days, and of at most some hundred thousand requests", async () => {
    const refused = async (time_range: object, message: RegExp) => {
      const answer = await sample.raw("/analytics/query", {
        ...{ metrics: ["total_usage"], dimensions: ["generation_id"], time_range },
      });
      assert.equal(answer.status, 400);
      assert.match(answer.body.error.message, message);
    };
    await refused({ start: "2026-05-01T00:00:00Z", end: midnight(TODAY) }, /at most 31 days/);
    await refused({ start: "2026-05-12T00:00:00Z", end: midnight(TODAY) }, /too many generations/);
  });

  it("returns three hours by minute, ordered by requests that aren't among the metrics", async () => {
    const { data } = await query({
      granularity: "minute",
      order_by: { field: "request_count", direction: "desc" },
      time_range: { start: `${TODAY}T09:00:00Z`, end: NOON },
    });
    const minutes = Map.groupBy(
      ledger((row) => row.day === TODAY && row.at >= Date.parse(`${TODAY}T09:00:00Z`)),
      (row) => new Date(row.at).toISOString(),
    );
    assert.equal(data.length, minutes.size);
    const requests = data.map((row) => sumOf(minutes.get(String(row.date__minute))!, (one) => one.requests));
    assert.deepEqual(
      requests,
      requests.toSorted((a, b) => b - a),
    );
    assert.ok(data.every((row) => !("request_count" in row)));
  });

  it("allows 64 requests per minute, and returns 403 in accounts without analytics", async () => {
    for (let i = 0; i < 64; i++) await sample.sdk.analytics.getAnalyticsMeta();
    const error = await assertRefused(sample.sdk.analytics.getAnalyticsMeta(), 429, /Rate limit/);
    assert.match(error.headers.get("retry-after")!, /^[1-9]\d?$/);
    await sample.start({ analytics: false });
    await assertRefused(
      sample.sdk.analytics.queryAnalytics({ requestBody: { metrics: ["total_usage"] } }),
      403,
      /not available/,
    );
  });
});
