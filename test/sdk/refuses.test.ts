import assert from "node:assert/strict";
import { assertRefused, sampleForEach, sdkFor, TODAY } from "../support/sdk.ts";

describe("official SDK against the sample account: refused requests", () => {
  const sample = sampleForEach();

  it("refuses revoked, inference and missing keys", async () => {
    for (const [key, status] of [
      [sample.account.revokedKey, 401],
      [sample.account.inferenceKey, 403],
    ] as const) {
      const other = sdkFor(sample.account, key);
      await assertRefused(
        other.credits.getCredits(),
        status,
        status === 401 ? /User not found/ : /Only management keys/,
      );
      await assertRefused(other.apiKeys.list(), status, /./);
      await assertRefused(other.analytics.getUserActivity(), status, /./);
      await assertRefused(other.analytics.getAnalyticsMeta(), status, /./);
      await assertRefused(other.guardrails.list(), status, /./);
      await assertRefused(other.workspaces.list(), status, /./);
      await assertRefused(other.organization.listMembers(), status, /./);
    }
    const response = await fetch(`${sample.account.baseUrl}/credits`);
    assert.equal(response.status, 401);
  });

  const hashOf = () => sample.key("ci-tests").hash;
  const guardrailOf = () => sample.guardrail("Approved providers").id;
  const range = (start: string, end: string) => ({ start: `${start}T00:00:00Z`, end: `${end}T00:00:00Z` });
  const analytics = (more: object): [path: string, body: object] => [
    "/analytics/query",
    { metrics: ["total_usage"], ...more },
  ];
  const bad: [string, () => [path: string, body?: unknown, method?: string], RegExp][] = [
    ["a page size for keys", () => ["/keys?limit=10"], /limit/],
    ["a wrong boolean", () => ["/keys?include_disabled=1"], /include_disabled/],
    ["a negative offset", () => ["/keys?offset=-1"], /offset/],
    ["an unknown workspace", () => [`/keys?workspace_id=${crypto.randomUUID()}`], /workspace_id/],
    ["a workspace id that isn't a UUID", () => ["/guardrails?workspace_id=production"], /workspace_id/],
    ["a page size above 100", () => ["/guardrails?limit=101"], /limit/],
    ["a page size of 0", () => ["/workspaces?limit=0"], /limit/],
    ["activity of today", () => [`/activity?date=${TODAY}`], /date/],
    ["activity of 31 days ago", () => ["/activity?date=2026-05-10"], /date/],
    ["a day that doesn't exist", () => ["/activity?date=2026-02-30"], /date/],
    ["a malformed day", () => ["/activity?date=9.6.2026"], /date/],
    ["a malformed hash", () => ["/activity?api_key_hash=abc"], /api_key_hash/],
    ["an unknown grouping", () => ["/activity?group_by=model"], /group_by/],
    ["an unknown search parameter", () => ["/models?search=gpt"], /search/],
    ["a missing name", () => ["/keys", { limit: 1 }], /name/],
    ["an empty name", () => ["/keys", { name: "" }], /name/],
    ["a negative limit", () => ["/keys", { name: "a", limit: -1 }], /limit/],
    ["an unknown reset", () => ["/keys", { name: "a", limit_reset: "yearly" }], /limit_reset/],
    [
      "an expiry in another time zone",
      () => ["/keys", { name: "a", expires_at: "2030-01-01T00:00:00+02:00" }],
      /expires_at/,
    ],
    ["an unknown field", () => ["/keys", { name: "a", colour: "red" }], /colour/],
    ["an unknown member", () => ["/keys", { name: "a", creator_user_id: "user_x" }], /creator_user_id/],
    [
      "moving a key to another workspace",
      () => [`/keys/${hashOf()}`, { workspace_id: sample.workspace(1).id }, "PATCH"],
      /workspace_id/,
    ],
    [
      "a limit without a reset interval",
      () => ["/guardrails", { name: "a", limit_usd: 5 }],
      /limit_usd and reset_interval/,
    ],
    ["an unknown region", () => ["/guardrails", { name: "a", allowed_data_regions: ["mars"] }], /allowed_data_regions/],
    [
      "an empty list of regions",
      () => ["/guardrails", { name: "a", allowed_data_regions: [] }],
      /allowed_data_regions/,
    ],
    [
      "an unknown action",
      () => ["/guardrails", { name: "a", content_filter_builtins: [{ slug: "email", action: "warn" }] }],
      /action/,
    ],
    [
      "an unknown scan scope",
      () => [
        "/guardrails",
        {
          name: "a",
          content_filter_builtins: [{ slug: "regex-prompt-injection", action: "flag", scan_scope: "system" }],
        },
      ],
      /scan_scope/,
    ],
    ["an empty list", () => [`/guardrails/${guardrailOf()}`, { allowed_models: [] }, "PATCH"], /allowed_models/],
    ["a long name", () => ["/guardrails", { name: "n".repeat(201) }], /name/],
    ["a guardrail id that isn't a UUID", () => ["/guardrails/abc"], /id/],
    [
      "an empty list of keys to assign",
      () => [`/guardrails/${guardrailOf()}/assignments/keys`, { key_hashes: [] }],
      /key_hashes/,
    ],
    ["an empty list of metrics", () => analytics({ metrics: [] }), /metrics/],
    ["an unknown metric", () => analytics({ metrics: ["joy"] }), /metrics/],
    ["three dimensions", () => analytics({ dimensions: ["model", "user", "provider"] }), /dimensions/],
    ["a field name of /activity as metric", () => analytics({ metrics: ["byok_usage_inference"] }), /metrics/],
    [
      "a range of 32 days by provider",
      () => analytics({ dimensions: ["provider"], time_range: range("2026-05-01", "2026-06-02") }),
      /time_range.*31 days/,
    ],
    [
      "a range of a year and a day",
      () => analytics({ time_range: range("2025-06-09", TODAY) }),
      /time_range.*365 days/,
    ],
    ["a range that ends where it starts", () => analytics({ time_range: range(TODAY, TODAY) }), /time_range/],
    [
      "a time without seconds",
      () => analytics({ time_range: { start: "2026-06-01T00:00Z", end: "2026-06-02T00:00Z" } }),
      /time_range\.start/,
    ],
    [
      "more than three hours by the minute",
      () =>
        analytics({
          granularity: "minute",
          time_range: { start: `${TODAY}T00:00:00Z`, end: `${TODAY}T03:00:01Z` },
        }),
      /granularity.*3 hours/,
    ],
    ["a limit above 10,000 rows", () => analytics({ limit: 10_001 }), /limit/],
    ["a limit above 10,000 rows per group", () => analytics({ group_limit: 10_001 }), /group_limit/],
    [
      "an order by a metric that isn't in the query",
      () => analytics({ order_by: { field: "tokens_total", direction: "asc" } }),
      /order_by/,
    ],
    [
      "an order by date without a granularity",
      () => analytics({ order_by: { field: "date", direction: "asc" } }),
      /order_by/,
    ],
    [
      "include_unset for a dimension that is always set",
      () => analytics({ filters: [{ field: "model", operator: "in", value: ["a/b"], include_unset: true }] }),
      /unset/,
    ],
    ["a body that isn't an object", () => ["/keys", []], /body/],
  ];
  for (const [what, request, names] of bad) {
    it(`refuses ${what} with 400`, async () => {
      const [path, body, method] = request();
      const before = structuredClone(sample.account.state);
      const answer = await sample.raw(path, body, method);
      assert.equal(answer.status, 400);
      assert.equal(answer.body.error.code, 400);
      assert.match(answer.body.error.message, names);
      assert.deepEqual(sample.account.state, before);
    });
  }

  it("refuses the SDK's requests with 400 and 404", async () => {
    await assertRefused(sample.sdk.analytics.getUserActivity({ date: TODAY }), 400, /date/);
    await assertRefused(sample.sdk.apiKeys.create({ requestBody: { name: "a", limit: -1 } }), 400, /limit/);
    await assertRefused(sample.sdk.apiKeys.delete({ hash: "0".repeat(64) }), 404, /not found/);
    await assertRefused(sample.sdk.analytics.getUserActivity({ workspaceId: crypto.randomUUID() }), 404, /Workspace/);
    const bulkAssignKeysRequest = { keyHashes: ["0".repeat(64)] };
    await assertRefused(
      sample.sdk.guardrails.bulkAssignKeys({ id: guardrailOf(), bulkAssignKeysRequest }),
      404,
      /key_hashes/,
    );
  });

  it("refuses an unknown path with 404", async () => {
    for (const path of ["/nope", "/keys/a/b", "/", "/credits/"]) assert.equal((await sample.raw(path)).status, 404);
    assert.equal((await sample.raw("/credits", {}, "PUT")).status, 404);
    assert.equal((await fetch(new URL("/", sample.account.baseUrl))).status, 404);
  });
});
