import assert from "node:assert/strict";
import { type LedgerRow, type SampleAccount, type SampleOptions, startSampleAccount } from "../../src/sample/index.ts";
import { apiError, type Fault, reply, startFaultProxy } from "../support/faults.ts";
import { type McpServer, rowsOf, serverEnv, startServer } from "../support/mcp.ts";

const NOW = "2026-06-10T12:00:00.000Z";
const START = "2026-05-20";
const END = "2026-06-09";

const sum = (rows: readonly LedgerRow[], figure: (row: LedgerRow) => number) =>
  rows.reduce((total, row) => total + figure(row), 0);
const usd = (row: LedgerRow) => (row.usage + row.byok) / 1e6;

function assertNear(actual: unknown, expected: number, what: string): void {
  assert.ok(Math.abs(Number(actual) - expected) < 1e-5, `${what}: ${actual} is not ${expected}`);
}

describe("MCP server: the extra tools", () => {
  let account: SampleAccount;
  let faults: Awaited<ReturnType<typeof startFaultProxy>> | undefined;
  let server: McpServer;

  async function start({ fault, ...options }: SampleOptions & { fault?: Fault } = {}): Promise<void> {
    account = await startSampleAccount({ now: () => new Date(NOW), ...options });
    faults = fault && (await startFaultProxy(account.baseUrl, fault));
    const env = serverEnv({ key: account.key, baseUrl: faults?.baseUrl ?? account.baseUrl });
    server = await startServer({ ...env, OPENROUTER_ADMIN_TOOLS: "extra" });
  }
  afterEach(async () => {
    await server.close();
    await faults?.close();
    await account.close();
    faults = undefined;
  });

  const ok = async (name: string, args: Record<string, unknown> = {}) => {
    const { text, isError } = await server.call(name, args);
    assert.equal(isError, false, text);
    return text;
  };
  const fails = async (name: string, args: Record<string, unknown> = {}) => {
    const { text, isError } = await server.call(name, args);
    assert.equal(isError, true, text);
    return text;
  };
  const query = (args: Record<string, unknown>) => ok("or_analytics_query", args);
  const inRange = () =>
    account.state.ledger.filter(({ at }) => at >= Date.parse(START) && at < Date.parse(`${END}T00:00:00Z`));
  const answerTo =
    (path: string, act: Fault): Fault =>
    (request, response, n) =>
      request.path.split("?")[0] === path ? act(request, response, n) : undefined;

  describe("or_analytics_query", () => {
    it("lists the metrics, dimensions, granularities and operators if no metrics are given", async () => {
      await start();
      const text = await query({});
      assert.match(text, /^metrics: request_count, .*total_usage \(USD\)/);
      assert.match(text, /^dimensions: model, provider, api_key_id, user, workspace, generation_id$/m);
      assert.match(text, /^granularities: minute, hour, day, week, month$/m);
      assert.match(text, /^operators: eq, neq, in, not_in, gt, gte, lt, lte$/m);
    });

    it("returns the ledger's figures by model", async () => {
      await start();
      const text = await query({
        metrics: ["total_usage", "request_count"],
        dimensions: ["model"],
        start: START,
        end: END,
        limit: 1000,
      });
      const byModel = Map.groupBy(inRange(), ({ permaslug }) => permaslug);
      const rows = rowsOf(text);
      assert.equal(rows.length, byModel.size);
      for (const { model, total_usage, request_count } of rows) {
        assertNear(total_usage, sum(byModel.get(model!)!, usd), model!);
        assert.equal(
          Number(request_count),
          sum(byModel.get(model!)!, (row) => row.requests),
        );
      }
      assert.match(
        text,
        /^\d+ rows; 2026-05-20T00:00:00Z to 2026-06-09T00:00:00Z \(exclusive\), UTC; source: analytics\./,
      );
    });

    it("returns one row per day and key name, limited, with the way to the rest", async () => {
      await start();
      const args = { metrics: ["total_usage"], dimensions: ["api_key_id"], granularity: "day", start: START, end: END };
      const first = await query(args);
      const [, total] = first.match(/Rows 1-50 of (\d+); next: offset=50\./) ?? [];
      assert.equal(rowsOf(first).length, 50);
      const all = rowsOf(await query({ ...args, limit: 1000 }));
      assert.equal(all.length, Number(total));
      assert.deepEqual(rowsOf(await query({ ...args, offset: 50 })), all.slice(50, 100));
      assert.doesNotMatch(first, /For other rows/);
      assert.deepEqual(Object.keys(all[0]!), ["date__day", "api_key_id", "total_usage"]);
      assertNear(
        all.reduce((total, row) => total + Number(row.total_usage), 0),
        sum(inRange(), usd),
        "the sum",
      );
    });

    it("filters by ids, with the operators as words or signs", async () => {
      await start();
      const [one, other] = [...account.state.keys.values()].filter(({ hash }) =>
        inRange().some(({ key }) => key === hash),
      );
      const spentBy = (keep: (row: LedgerRow) => boolean) => sum(inRange().filter(keep), usd);
      const [workspace] = account.state.workspaces;
      for (const [filters, keep] of [
        [[`api_key_id eq ${one!.hash}`], (row) => row.key === one!.hash],
        [[`api_key_id=${one!.hash}`], (row) => row.key === one!.hash],
        [[`api_key_id in ${one!.hash}, ${other!.hash}`], (row) => [one!.hash, other!.hash].includes(row.key)],
        [[`api_key_id in ["${one!.hash}", "${other!.hash}",]`], (row) => [one!.hash, other!.hash].includes(row.key)],
        [[`api_key_id IN ('${one!.hash}')`], (row) => row.key === one!.hash],
        [[`api_key_id = "${one!.hash}"`], (row) => row.key === one!.hash],
        [[`api_key_id != ${one!.hash}`], (row) => row.key !== one!.hash],
        [[`api_key_id <> ${one!.hash}`], (row) => row.key !== one!.hash],
        [
          [`workspace eq ${workspace!.id}`, `api_key_id NOT_IN ${one!.hash}`],
          (row) => row.workspaceId === workspace!.id && row.key !== one!.hash,
        ],
      ] as [string[], (row: LedgerRow) => boolean][]) {
        const [row] = rowsOf(
          `${await query({ metrics: ["total_usage", "request_count"], filters, start: START, end: END })}`,
        );
        assertNear(row!.total_usage, spentBy(keep), filters.join());
      }
    });

    it("says how to get other rows of the same time range, which ends now by default", async () => {
      await start({ now: () => new Date() });
      const text = await query({ metrics: ["total_usage"], dimensions: ["model"], limit: 3 });
      const [, from, until] =
        text.match(/Rows 1-3 of \d+; next: offset=3\.\nFor other rows, pass start=(\S+) and end=(\S+)\.$/m) ?? [];
      const next = await query({
        ...{ metrics: ["total_usage"], dimensions: ["model"], limit: 3, offset: 3, start: from, end: until },
      });
      assert.ok(next.includes(` rows; ${from} to ${until} (exclusive)`), next);
    });

    for (const [what, data, words] of [
      [
        "has the maximum number of rows",
        { data: Array(10_000).fill({ model: "a/b" }) },
        /^The result has the maximum/m,
      ],
      ["was cached at an impossible time", { data: [{ model: "a/b" }], cachedAt: 1e20 }, /source: analytics\.\s*$/m],
    ] as const)
      it(`shows a result that ${what}`, async () => {
        const metadata = { query_time_ms: 1, row_count: data.data.length, truncated: false };
        await start({
          fault: answerTo("/analytics/query", (_, response) => reply(response, 200, { data: { ...data, metadata } })),
        });
        assert.match(await query({ metrics: ["total_usage"], dimensions: ["model"] }), words);
      });

    it("covers the last 7 days up to now by default", async () => {
      await start({ now: () => new Date() });
      const text = await query({ metrics: ["total_usage", "request_count"] });
      const [row] = rowsOf(text);
      const now = Date.now();
      const week = account.state.ledger.filter(({ at }) => at >= now - 7 * 86_400_000 && at < now);
      assert.ok(Math.abs(Number(row!.total_usage) - sum(week, usd)) < sum(week, usd) / 1000, text);
    });

    it("says that the result is truncated, and shows warnings", async () => {
      await start({
        fault: answerTo("/analytics/query", (_, response) =>
          reply(response, 200, {
            data: {
              data: [{ model: "a/b", total_usage: 1 }],
              metadata: { query_time_ms: 1, row_count: 1, truncated: true },
              warnings: [null, "Filter api_key_id: x could not be resolved.", ...Array(6).fill("more\nof it")],
              cachedAt: Date.parse(NOW),
            },
          }),
        ),
      });
      const text = await query({ metrics: ["total_usage"], dimensions: ["model"] });
      assert.match(text, /^1 rows; .*source: analytics, cached at 2026-06-10T12:00:00\.000Z\./);
      assert.match(text, /^OpenRouter truncated the result: rows are missing\./m);
      assert.match(text, /^Warning: Filter api_key_id: x could not be resolved\.$/m);
      assert.equal(text.match(/^Warning: /gm)?.length, 5);
      assert.match(text, /^2 more warnings\.$/m);
    });

    it("warns about a hash that no key has, without taking it for a number", async () => {
      await start();
      const hash = "0".repeat(64);
      const text = await query({ metrics: ["total_usage"], dimensions: ["model"], filters: [`api_key_id in ${hash}`] });
      assert.match(text, new RegExp(`^0 rows; .*\\nWarning: Filter api_key_id: ${hash} could not be resolved\\.$`));
    });

    for (const [args, words] of [
      [{ metrics: ["tokens"] }, /metrics\[0\]/],
      [{ metrics: ["total_usage"], dimensions: ["country"] }, /dimensions\[0\]/],
      [{ metrics: ["total_usage"], dimensions: ["model", "user", "workspace"] }, /dimensions: must have at most 2/],
      [{ metrics: ["total_usage"], filters: ["model like x"] }, /filters\[0\]\.operator/],
      [{ metrics: ["total_usage"], filters: ["app eq 1"] }, /app is not a dimension/],
      [{ metrics: ["total_usage"], dimensions: ["provider"], start: "2026-01-01" }, /at most 31 days/],
      [{ metrics: ["total_usage"], start: "2026-06-02", end: "2026-06-01" }, /end must be after start/],
    ] as const)
      it(`passes on the API's reason against ${JSON.stringify(args)}, with the valid names`, async () => {
        await start();
        const text = await fails("or_analytics_query", args);
        assert.match(text, /^or_analytics_query failed: POST \/analytics\/query returned 400: /);
        assert.match(text, words);
        assert.match(
          text,
          /Next: .*Valid names: metrics: .*total_usage.*; dimensions: model, .*; granularities: minute/,
        );
      });

    for (const args of [
      { metrics: ["total_usage"], filters: ["model"] },
      { metrics: ["total_usage"], filters: ["api_key_id in []"] },
      { metrics: ["total_usage"], filters: ["model eq ''"] },
      { metrics: ["total_usage"], start: "yesterday" },
      { metrics: ["total_usage"], start: "2026-02-30" },
      { metrics: [] },
      { metrics: ["total_usage"], granularity: "year" },
      { metrics: ["total_usage"], limit: 1001 },
    ])
      it(`rejects ${JSON.stringify(args)} without sending anything`, async () => {
        await start();
        assert.match(await fails("or_analytics_query", args), /nothing was sent/);
        assert.deepEqual(account.requests, []);
      });

    it("says where figures are for an account without analytics", async () => {
      await start({ analytics: false });
      for (const args of [{}, { metrics: ["total_usage"] }])
        assert.match(
          await fails("or_analytics_query", args),
          /returned 403: Analytics is not available for this account\. Next: .*or_activity.*or_overview/,
        );
    });

    it("waits for a short Retry-After, and reports a long one", async () => {
      const wait = ["1", "600"];
      await start({
        fault: answerTo("/analytics/query", (_, response) => {
          const seconds = wait.shift();
          return seconds ? reply(response, 429, apiError(429, "slow"), { "retry-after": seconds }) : undefined;
        }),
      });
      const text = await fails("or_analytics_query", { metrics: ["total_usage"] });
      assert.match(text, /429.*Try again at 20/);
      assert.equal(wait.length, 0);
      await query({ metrics: ["total_usage"] });
    });
  });

  describe("or_workspaces_list", () => {
    it("lists the workspaces of all pages", async () => {
      await start();
      const [first] = account.state.workspaces;
      for (let i = 0; i < 240; i++)
        account.state.workspaces.push({ ...first!, id: crypto.randomUUID(), name: `W${i}`, slug: `w${i}` });
      const rows: Record<string, string>[] = [];
      for (let offset = 0; offset < 243; offset += 100)
        rows.push(...rowsOf(await ok("or_workspaces_list", { limit: 100, offset })));
      assert.deepEqual(
        rows.map(({ id, name, slug, default_guardrail_id }) => ({ id, name, slug, default_guardrail_id })),
        account.state.workspaces.map(({ id, name, slug, default_guardrail_id }) => ({
          ...{ id, name, slug, default_guardrail_id },
        })),
      );
      assert.match(await ok("or_workspaces_list"), /^243 workspaces\. Rows 1-50 of 243; next: offset=50\.$/m);
    });

    for (const [status, words] of [
      [403, /returned 403: no\. Next: This needs a Provisioning/],
      [404, /returned 404: no\. Next: This account has no workspaces/],
    ] as const)
      it(`reports ${status}`, async () => {
        await start({
          fault: answerTo("/workspaces", (_, response) => reply(response, status, apiError(status, "no"))),
        });
        assert.match(await fails("or_workspaces_list"), words);
        assert.match(await fails("or_workspace_budgets"), words);
      });
  });

  describe("or_workspace_budgets", () => {
    const expected = (keep: (slug: string) => boolean = () => true) =>
      account.state.workspaces
        .filter(({ slug }) => keep(slug))
        .flatMap(({ slug, budgets, include_byok_in_budgets }) =>
          budgets.map(({ reset_interval, limit_usd }) => ({
            workspace: slug,
            reset_interval: reset_interval ?? "lifetime",
            limit_usd: String(limit_usd),
            include_byok_in_budgets: String(include_byok_in_budgets),
          })),
        );

    it("lists the budgets of all workspaces", async () => {
      await start();
      const text = await ok("or_workspace_budgets");
      assert.ok(expected().length > 2);
      assert.deepEqual(rowsOf(text), expected());
      assert.match(text, /^\d+ budgets in 3 workspaces; limits in USD/);
    });

    it("lists the budgets of one workspace, by slug or id", async () => {
      await start();
      const { id, slug } = account.state.workspaces[0]!;
      assert.deepEqual(
        rowsOf(await ok("or_workspace_budgets", { workspace: slug })),
        expected((one) => one === slug),
      );
      const byId = rowsOf(await ok("or_workspace_budgets", { workspace: id }));
      assert.deepEqual(
        byId.map(({ limit_usd }) => limit_usd),
        expected((one) => one === slug).map(({ limit_usd }) => limit_usd),
      );
    });

    it("says how to find a workspace if the given one does not exist", async () => {
      await start();
      const text = await fails("or_workspace_budgets", { workspace: "no/such" });
      assert.match(text, /returned 404: .*Next: .*or_workspaces_list/);
    });

    it("names the workspaces whose budgets can't be read", async () => {
      const broken: Fault = (request, response) =>
        request.path.endsWith("/budgets") && request.path.includes(account.state.workspaces[1]!.id)
          ? reply(response, 404, apiError(404, "gone"))
          : undefined;
      await start({ fault: broken });
      const [, { slug }] = account.state.workspaces as [unknown, { slug: string }];
      const text = await ok("or_workspace_budgets");
      assert.deepEqual(
        rowsOf(text),
        expected((one) => one !== slug),
      );
      assert.match(text, /^\d+ budgets in 2 of 3 workspaces; /);
      assert.match(text, new RegExp(`^The budgets of ${slug} could not be read and are omitted: .*404: gone\\.$`, "m"));
    });
  });

  describe("or_workspace_budgets, if many workspaces can't be read", () => {
    it("fails if no budgets could be read, instead of counting 0", async () => {
      await start({
        fault: (request, response) =>
          request.path.endsWith("/budgets") ? reply(response, 403, apiError(403, "no")) : undefined,
      });
      assert.match(await fails("or_workspace_budgets"), /^or_workspace_budgets failed: .*returned 403: no\./);
    });

    it("names 10 of them", async () => {
      await start({
        fault: (request, response) =>
          request.path.includes("/broken") ? reply(response, 404, apiError(404, "gone")) : undefined,
      });
      const [first] = account.state.workspaces;
      for (let i = 0; i < 12; i++)
        account.state.workspaces.push({ ...first!, id: `broken${i}`, name: `W${i}`, slug: `w${i}` });
      const text = await ok("or_workspace_budgets");
      assert.match(text, /^\d+ budgets in 3 of 15 workspaces; /);
      assert.equal(text.match(/^The budgets of w\d+ could not be read/gm)?.length, 10);
      assert.match(text, /^The budgets of 2 more workspaces could not be read and are omitted\.$/m);
    });

    it("says how many workspaces of the list are unreadable", async () => {
      const workspaces = [{ id: "unknown" }, { name: "No id" }];
      await start({
        fault: (request, response) =>
          request.path.split("?")[0] === "/workspaces"
            ? reply(response, 200, { data: workspaces, total_count: 2 })
            : request.path.endsWith("/budgets")
              ? reply(response, 200, { data: [] })
              : undefined,
      });
      const text = await ok("or_workspace_budgets");
      assert.match(
        text,
        /^0 budgets in 1 workspace; .*\n1 of 2 workspaces could not be read and are omitted \(id\)\.$/,
      );
    });
  });

  describe("or_providers", () => {
    it("lists the providers with the slugs for guardrails", async () => {
      await start();
      const rows = rowsOf(await ok("or_providers"));
      assert.deepEqual(
        rows,
        account.state.providers.map(({ slug, name, headquarters, datacenters }) => ({
          ...{ slug, name, headquarters, datacenters: String(datacenters) },
        })),
      );
    });

    it("searches in names and slugs", async () => {
      await start();
      const text = await ok("or_providers", { search: "GOOGLE" });
      assert.match(text, /^2 of 12 providers\./);
      assert.deepEqual(
        rowsOf(text).map(({ slug }) => slug),
        ["google-vertex", "google-ai-studio"],
      );
      assert.match(await ok("or_providers", { search: "nobody" }), /^0 of 12 providers\./);
    });

    it("skips and counts unreadable rows", async () => {
      const data = [{ name: "OpenAI", slug: "openai" }, { name: "No slug" }];
      await start({ fault: answerTo("/providers", (_, response) => reply(response, 200, { data })) });
      const text = await ok("or_providers");
      assert.match(text, /1 of 2 .*slug/);
      assert.deepEqual(rowsOf(text).length, 1);
    });
  });

  it("send only reads", async () => {
    await start();
    await query({ metrics: ["total_usage"] });
    await query({});
    for (const name of ["or_workspaces_list", "or_workspace_budgets", "or_providers"]) await ok(name);
    const writes = account.requests.filter(
      ({ method, path }) => method !== "GET" && !path.endsWith("/analytics/query"),
    );
    assert.deepEqual(writes, []);
  });
});
