import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { isToolVisibilityModelOnly } from "@modelcontextprotocol/ext-apps/app-bridge";
import { EXTENSION_ID, RESOURCE_MIME_TYPE } from "@modelcontextprotocol/ext-apps/server";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { createOwnAccess } from "../../src/mcp/access.ts";
import { createServer } from "../../src/mcp/createServer.ts";
import { createClient } from "../../src/openrouter/index.ts";
import {
  aggregate,
  type Dimension,
  type Measure,
  measures,
  type SpendTable,
} from "../../src/openrouter/spend/index.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { type McpServer, SERVER, serverEnv, startServer } from "../support/mcp.ts";

const APP_TOOLS = ["or_activity", "or_overview", "or_explain_change", "or_forecast"];
const PAGE = "ui://openrouter-admin/activity.html";
const AGGREGATES = ["none", "by_model", "by_day", "by_provider", "by_key"];
/** The capabilities of VS Code. */
const APPS = { extensions: { [EXTENSION_ID]: { mimeTypes: [RESOURCE_MIME_TYPE] } } };
const HOSTILE = "evil/\u001b[31m<img src=x onerror=alert(1)>\u202e\n</script>";
const DAY = 86_400_000;

type Row = SampleAccount["state"]["ledger"][number];

const FIGURES: Record<Measure, (row: Row) => number> = {
  cost: (row) => (row.usage + row.byok) / 1e6,
  byok_cost: (row) => row.byok / 1e6,
  requests: (row) => row.requests,
  prompt_tokens: (row) => row.promptTokens,
  completion_tokens: (row) => row.completionTokens,
  reasoning_tokens: (row) => row.reasoningTokens,
};

const NAMES: Record<Dimension, (row: Row) => string> = {
  model: (row) => row.model,
  provider: (row) => row.provider,
  key: (row) => row.key,
  workspace: (row) => row.workspaceId,
};

const spendOf = (meta: Record<string, unknown> | undefined) => meta?.["openrouter-admin/spend"] as SpendTable;

/** Asserts that every group, every measure and the total match the ledger; the remainder is unattributed. */
function assertAddsUp(table: SpendTable, groupBy: Dimension, rows: Row[], living: (row: Row) => boolean = () => true) {
  const { groups, total, byBucket } = aggregate(table, { groupBy, metric: "cost" });
  const sum = (some: Row[], measure: Measure) => some.reduce((all, row) => all + FIGURES[measure](row), 0);
  const near = (actual: number, expected: number, what: string) =>
    assert.ok(Math.abs(actual - expected) < 1e-6, `${what}: ${actual} is not ${expected}`);
  const ids = new Set(rows.filter(living).map(NAMES[groupBy]));
  assert.deepEqual(new Set(groups.flatMap(({ id }) => (id === null ? [] : [id]))), ids);
  for (const measure of measures) {
    near(total[measure], sum(rows, measure), `total ${measure}`);
    for (const [i, day] of table.buckets.entries())
      near(
        byBucket[i]![measure],
        sum(
          rows.filter((row) => row.day === day),
          measure,
        ),
        `${day} ${measure}`,
      );
    for (const { id, figures } of groups) {
      const own = rows.filter((row) => (id === null ? !living(row) : living(row) && NAMES[groupBy](row) === id));
      near(figures[measure], sum(own, measure), `${groupBy} ${id} ${measure}`);
    }
  }
}

describe("MCP server: chart data", () => {
  let account: SampleAccount;
  let drawing: McpServer;
  let plain: McpServer;
  const secret = `sk-or-v1-${randomBytes(32).toString("hex")}`;
  const today = () => new Date().toISOString().slice(0, 10);
  const dayAgo = (days: number) => new Date(Date.parse(today()) - days * DAY).toISOString().slice(0, 10);
  const past = () => account.state.ledger.filter(({ day }) => day >= dayAgo(30) && day < today());
  const isLiving = ({ key }: Row) => account.state.keys.has(key);

  before(async () => {
    account = await startSampleAccount();
    const spenders = [
      ...new Set(
        past()
          .filter(isLiving)
          .map((row) => row.key),
      ),
    ];
    const [leaked, escaped] = spenders.map((hash) => account.state.keys.get(hash)!);
    leaked!.name = secret;
    escaped!.name = "red \u001b[31m\u202eclub\nline";
    const row = past().find((one) => one.key === leaked!.hash)!;
    Object.assign(row, { model: HOSTILE, endpointId: randomUUID() });
    for (const one of account.state.ledger.filter(({ day }) => day === today()).slice(0, 1)) one.permaslug = HOSTILE;
    plain = await startServer(serverEnv(account));
    drawing = await startServer(serverEnv(account), APPS);
  });
  after(async () => {
    await drawing.close();
    await plain.close();
    await account.close();
  });

  it("is sent only to clients that draw it, without changing the text", async () => {
    const other = await startServer(serverEnv(account), {
      extensions: { [EXTENSION_ID]: { mimeTypes: ["text/plain"] } },
    });
    const calls = [
      ...AGGREGATES.map((aggregate) => ["or_activity", { aggregate, limit: 1000 }] as const),
      ["or_overview", {}] as const,
      ["or_credits", {}] as const,
    ];
    for (const [name, args] of calls) {
      const withChart = await drawing.call(name, args);
      const withoutChart = await plain.call(name, args);
      assert.equal(withChart.isError, false, withChart.text);
      // The source by key differs, since the chart also splits it by provider.
      const text = (answer: { text: string }) => answer.text.replace(/^Source by key: .*$/m, "");
      assert.equal(text(withChart), text(withoutChart));
      assert.equal(withoutChart.meta, undefined);
      assert.equal((await other.call(name, args)).meta, undefined);
      if (name === "or_credits") assert.equal(withChart.meta, undefined);
      else
        assert.deepEqual(
          [Object.keys(withChart.meta ?? {}).sort(), withChart.meta?.["openrouter-admin/call"]],
          [["openrouter-admin/account", "openrouter-admin/call", "openrouter-admin/spend"], { name, arguments: args }],
        );
    }
    await other.close();
  });

  for (const grouping of AGGREGATES)
    it(`of or_activity ${grouping} has all completed days and matches the ledger`, async () => {
      const { meta } = await drawing.call("or_activity", { aggregate: grouping, limit: 1 });
      const table = spendOf(meta);
      assert.equal(table.unit, "day");
      assert.deepEqual(
        table.buckets,
        Array.from({ length: 30 }, (_, i) => dayAgo(30 - i)),
      );
      for (const measure of measures) assert.ok(table.known[measure].every(Boolean));
      const byKey = grouping === "by_key";
      const span = { from: dayAgo(30), to: dayAgo(1) };
      assert.deepEqual(
        table.sources.map(({ readAt, ...source }) => source),
        [{ source: "activity", ...span }],
      );
      for (const { readAt } of table.sources) assert.ok(Math.abs(Date.parse(readAt) - Date.now()) < 60_000);
      for (const dimension of ["model", "provider"] as const) assertAddsUp(table, dimension, past());
      assert.deepEqual(table.dimensions, ["model", "provider", ...(byKey ? ["key", "workspace"] : [])]);
      assert.deepEqual(table.notes, []);
      if (!byKey) return;
      assert.ok(
        past().some((row) => !isLiving(row)),
        "a deleted key's spend",
      );
      for (const dimension of ["key", "workspace"] as const) assertAddsUp(table, dimension, past(), isLiving);
      for (const { id, name } of table.entries.workspace)
        assert.equal(name, account.state.workspaces.find((workspace) => workspace.id === id)?.name);
    });

  it("of or_activity is filtered by day, key and member", async () => {
    const top = past().find((row) => row.day === dayAgo(1) && isLiving(row) && row.userId)!;
    for (const [args, rows] of [
      [{ date: dayAgo(1) }, past().filter((row) => row.day === dayAgo(1))],
      [{ api_key_hash: top.key }, past().filter((row) => row.key === top.key)],
      [{ user_id: top.userId! }, past().filter((row) => row.userId === top.userId)],
    ] as const)
      for (const grouping of ["none", "by_key"]) {
        const { meta } = await drawing.call("or_activity", { ...args, aggregate: grouping });
        const table = spendOf(meta);
        assert.deepEqual(table.buckets.length, "date" in args ? 1 : 30);
        assertAddsUp(table, "model", rows);
        if (grouping === "by_key") assertAddsUp(table, "key", rows, isLiving);
      }
  });

  it("of or_activity without activity has zeros, not gaps", async () => {
    const idle = [...account.state.keys.keys()].find((hash) => !past().some((row) => row.key === hash));
    const table = spendOf((await drawing.call("or_activity", { api_key_hash: idle })).meta);
    assert.equal(table.bucket.length, 0);
    assert.equal(table.known.cost.filter(Boolean).length, 30);
  });

  it("of or_overview has today by hour and model, with later hours unknown", async () => {
    const { meta } = await drawing.call("or_overview");
    const table = spendOf(meta);
    assert.deepEqual([table.unit, table.buckets.length, table.dimensions], ["hour", 24, ["model"]]);
    const current = new Date().toISOString().slice(0, 13);
    for (const measure of measures)
      assert.deepEqual(
        table.known[measure],
        table.buckets.map((hour) => hour <= current && (measure === "cost" || measure === "requests")),
      );
    const { byBucket } = aggregate(table, { groupBy: "model", metric: "cost" });
    for (const [i, hour] of table.buckets.entries()) {
      const rows = account.state.ledger.filter(({ at }) => new Date(at).toISOString().startsWith(hour));
      for (const measure of ["cost", "requests"] as const)
        assert.ok(
          Math.abs(byBucket[i]![measure] - rows.reduce((sum, row) => sum + FIGURES[measure](row), 0)) < 1e-6,
          `${hour} ${measure}`,
        );
    }
    assert.equal(table.sources[0]?.source, "analytics");
  });

  it("of or_overview from the counters has today by key", async () => {
    const counted = await startSampleAccount({ analytics: false });
    const server = await startServer(serverEnv(counted), APPS);
    const table = spendOf((await server.call("or_overview")).meta);
    await server.close();
    await counted.close();
    assert.deepEqual([table.unit, table.buckets], ["day", [today()]]);
    const rows = counted.state.ledger.filter(({ day, key }) => day === today() && counted.state.keys.has(key));
    const { groups } = aggregate(table, { groupBy: "key", metric: "cost" });
    assert.equal(groups.length, counted.state.keys.size);
    const keys = [...counted.state.keys.values()];
    for (const { id, name, figures } of groups) {
      const key = keys.find(({ hash }) => hash === id)!;
      const isTwin = keys.filter((other) => other.name === key.name).length > 1;
      assert.equal(name, isTwin ? `${key.name} (${key.label.replace("sk-or-v1-", "")})` : key.name);
      for (const measure of ["cost", "byok_cost"] as const) {
        const own = rows.filter(({ key }) => key === id).reduce((sum, row) => sum + FIGURES[measure](row), 0);
        assert.ok(Math.abs(figures[measure] - own) < 1e-6, `${name} ${measure}`);
      }
    }
    for (const measure of measures) assert.deepEqual(table.known[measure], [/cost$/.test(measure)], measure);
    assert.deepEqual(
      table.notes.map(({ kind }) => kind),
      ["analyticsUnavailable", "counters"],
    );
    assert.equal(table.sources[0]?.source, "counters");
  });

  it("contains no secrets and no control characters in names", async () => {
    for (const [name, args] of [
      ["or_activity", { aggregate: "by_key", user_id: secret }],
      ["or_activity", { aggregate: "by_key" }],
      ["or_overview", {}],
    ] as const) {
      const { meta, text } = await drawing.call(name, args);
      const json = JSON.stringify(meta);
      assert.ok(!/sk-or-/i.test(json) && !json.includes(secret.slice(9)), name);
      assert.ok(!text.includes(secret.slice(9)));
      assert.equal(json.includes(account.key), false);
      const table = spendOf(meta);
      for (const entries of Object.values(table.entries))
        for (const entry of entries) assert.doesNotMatch(entry.name, /[\x00-\x1f\u202e]/);
      if ("user_id" in args) continue;
      assert.deepEqual(table.entries.model.find(({ id }) => id === HOSTILE)?.id, HOSTILE);
      if (name === "or_overview") continue;
      const names = table.entries.key.map((entry) => entry.name);
      assert.ok(names.includes("[redacted]") && names.includes("red club line"), names.join());
    }
  });

  it("is not sent with an error", async () => {
    const { meta, isError } = await drawing.call("or_activity", { date: today() });
    assert.deepEqual([meta, isError], [undefined, true]);
  });
});

describe("MCP server: chart page", () => {
  let server: McpServer;
  before(async () => {
    const key = `sk-or-v1-${randomBytes(32).toString("hex")}`;
    server = await startServer(serverEnv({ key, baseUrl: "http://127.0.0.1:9/api/v1" }, "1"), APPS);
  });
  after(() => server.close());

  it("belongs to the tools with a chart, and can't call write tools", async () => {
    const { tools } = await server.client.listTools();
    const metaOf = (name: string, reads: boolean | undefined) => {
      if (!reads) return { ui: { visibility: ["model"] } };
      return APP_TOOLS.includes(name) ? { ui: { resourceUri: PAGE } } : undefined;
    };
    for (const { name, _meta, annotations } of tools)
      assert.deepEqual(_meta, metaOf(name, annotations?.readOnlyHint), name);
    // The rule that hosts apply.
    const writes = tools.filter(({ annotations }) => !annotations?.readOnlyHint);
    assert.equal(writes.length, 10);
    for (const tool of writes) assert.ok(isToolVisibilityModelOnly(tool), tool.name);
    for (const tool of tools) if (!writes.includes(tool)) assert.ok(!isToolVisibilityModelOnly(tool), tool.name);
  });

  it("is the only resource and may load nothing", async () => {
    const { resources } = await server.client.listResources();
    assert.deepEqual(
      resources.map(({ uri, mimeType }) => [uri, mimeType]),
      [[PAGE, RESOURCE_MIME_TYPE]],
    );
    assert.deepEqual((await server.client.listResourceTemplates()).resourceTemplates, []);
    const { contents } = await server.client.readResource({ uri: PAGE });
    assert.equal(contents.length, 1);
    const [page] = contents as { uri: string; mimeType: string; text: string; _meta: Record<string, unknown> }[];
    assert.deepEqual([page?.uri, page?.mimeType], [PAGE, RESOURCE_MIME_TYPE]);
    assert.match(page?.text ?? "", /^<!doctype html>/i);
    for (const meta of [resources[0]?._meta, page?._meta])
      assert.deepEqual(meta, { ui: { csp: { connectDomains: [], resourceDomains: [] }, prefersBorder: false } });
    // The page's own policy, if any, must not allow an origin either.
    for (const [policy] of page!.text.matchAll(/<meta[^>]+content-security-policy[^>]*>/gi))
      assert.doesNotMatch(policy, /https?:\/\//);
    for (const [tag] of page!.text.matchAll(/<(?:script|link|img|iframe)\b[^>]*>/gi))
      assert.doesNotMatch(tag, /\b(?:src|href)=/, tag);
  });

  it("is in the server's folder", () => assert.ok(existsSync(new URL("activity-app.html", `file://${SERVER}`))));

  it("is reported with a next step if it is missing", async () => {
    const api = createClient({ key: `sk-or-v1-${randomBytes(32).toString("hex")}` });
    const readApp = () => Promise.reject(new Error("ENOENT"));
    const accessProvider = createOwnAccess({ key: "", client: api, allowWrite: false, isSample: false });
    const alone = createServer({ accessProvider, version: "1", isSample: false, readApp, readSkill: readApp });
    const client = new Client({ name: "test", version: "1" });
    const [here, there] = InMemoryTransport.createLinkedPair();
    await Promise.all([alone.connect(here), client.connect(there)]);
    await assert.rejects(client.readResource({ uri: PAGE }), /couldn't be read \(ENOENT\)\. Reinstall/);
    await client.close();
  });

  it("is not returned for another URI", async () => {
    await assert.rejects(server.client.readResource({ uri: "ui://openrouter-admin/other.html" }), {
      code: -32002,
      message: /Unknown resource ui:\/\/openrouter-admin\/other\.html/,
    });
  });
});
