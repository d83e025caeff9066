import assert from "node:assert/strict";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { apiError, type Fault, reply, startFaultProxy } from "../support/faults.ts";
import { type McpServer, rowsOf, serverEnv, startServer } from "../support/mcp.ts";

const WRITES = ["POST", "PATCH", "DELETE"];

describe("MCP server: default guardrails, workspace budgets, incomplete limits", () => {
  let account: SampleAccount;
  let server: McpServer;
  let between: Awaited<ReturnType<typeof startFaultProxy>> | undefined;
  async function start(fault?: Fault): Promise<void> {
    account = await startSampleAccount();
    between = fault && (await startFaultProxy(account.baseUrl, fault));
    server = await startServer(serverEnv({ key: account.key, baseUrl: between?.baseUrl ?? account.baseUrl }, "1"));
  }
  afterEach(async () => {
    await server.close();
    await between?.close();
    await account.close();
  });

  async function ok(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const { text, isError } = await server.call(name, args);
    assert.equal(isError, false, text);
    return text;
  }
  async function refused(name: string, args: Record<string, unknown>): Promise<string> {
    const before = writes().length;
    const { text, isError } = await server.call(name, args);
    assert.equal(isError, true, text);
    assert.equal(writes().length, before, "nothing was sent");
    return text;
  }
  const writes = () =>
    account.requests.filter(({ method, path }) => WRITES.includes(method) && path !== "/analytics/query");
  const workspace = (slug: string) => account.state.workspaces.find((one) => one.slug === slug) ?? assert.fail();
  const defaultOf = (slug: string) => workspace(slug).default_guardrail_id;
  const guardrail = (name: string) =>
    [...account.state.guardrails.values()].find((one) => one.name === name) ?? assert.fail();

  const APPLIES =
    /the default guardrail of the workspace (\w+): it applies to every key and member there without its own assignment/;

  it("or_guardrails_list marks default guardrails and names those not configured yet", async () => {
    await start();
    const text = await ok("or_guardrails_list");
    const rows = rowsOf(text);
    for (const row of rows) assert.equal(row.default_of, row.id === defaultOf("research") ? "research" : "-", row.name);
    assert.equal(rows.filter((row) => row.default_of === "research").length, 1);
    assert.match(
      text,
      new RegExp(`not configured yet .*production ${defaultOf("production")}, sandbox ${defaultOf("sandbox")}\\.`),
    );
    assert.match(
      text,
      /^default_of: the guardrail applies to every key and member of that workspace without its own assignment/m,
    );
    const row = rows.find((one) => one.default_of === "research");
    assert.equal(row?.allowed_data_regions, "global,europe");
    assert.match(row?.content_filters ?? "", /secrets:flag,regex-prompt-injection:flag\(all_messages\)/);
    assert.doesNotMatch(await ok("or_guardrails_list", { offset: 1 }), /not configured yet|budgets/);
  });

  it("or_guardrails_list shows workspace budgets", async () => {
    await start();
    assert.match(
      await ok("or_guardrails_list"),
      /^Workspace budgets, USD .*: production daily 150, monthly 1500, lifetime 25000 \(include_byok_in_budgets false\); research monthly 600 \(include_byok_in_budgets true\)\.$/m,
    );
    for (const one of account.state.workspaces) one.budgets = [];
    assert.match(await ok("or_guardrails_list"), /^No workspace has a budget\.$/m);
  });

  it("or_guardrails_list names budgets that could not be read and shows the others", async () => {
    await start(({ path }, response) =>
      path.includes(workspace("sandbox").id) && path.endsWith("/budgets")
        ? reply(response, 403, apiError(403, "Not on this plan"))
        : undefined,
    );
    const text = await ok("or_guardrails_list");
    assert.match(text, /production daily 150/);
    assert.match(text, /The budgets of sandbox could not be read: .*403: Not on this plan/);
    assert.equal(rowsOf(text).length, account.state.guardrails.size);
  });

  it("or_guardrail_get says what a default guardrail applies to", async () => {
    await start();
    const text = await ok("or_guardrail_get", { id: defaultOf("research") });
    assert.equal(APPLIES.exec(text)?.[1], "research");
    assert.match(text, /^allowed_data_regions: global,europe$/m);
    assert.match(text, /^content_filter_builtins: action=flag slug=regex-prompt-injection scan_scope=all_messages$/m);
    assert.match(text, /^assigned: 0 keys, 0 members$/m);
    assert.doesNotMatch(text, /enforces nothing|applies only/);
    assert.doesNotMatch(await ok("or_guardrail_get", { id: guardrail("Approved providers").id }), APPLIES);
  });

  it("or_guardrail_get and or_guardrails_assignments report a default guardrail that is not configured without an error", async () => {
    await start();
    for (const tool of ["or_guardrail_get", "or_guardrails_assignments"]) {
      const text = await ok(tool, { id: defaultOf("production") });
      assert.equal(APPLIES.exec(text)?.[1], "production");
      assert.match(text, /not configured yet/);
      assert.doesNotMatch(text, /gone|deleted|no longer|enforces nothing|applies only/);
      const unknown = await server.call(tool, { id: crypto.randomUUID() });
      assert.equal(unknown.isError, true);
      assert.match(unknown.text, /404/);
    }
    await ok("or_guardrail_update", { id: defaultOf("production"), enforce_zdr_openai: true });
    assert.equal(account.state.guardrails.get(defaultOf("production"))?.enforce_zdr_openai, true);
    assert.match(await ok("or_guardrail_get", { id: defaultOf("production") }), /^enforce_zdr_openai: true$/m);
  });

  it("says that a 404 may be a default guardrail if workspaces can't be listed", async () => {
    await start(({ path }, response) =>
      path.startsWith("/workspaces") ? reply(response, 403, apiError(403, "No workspaces")) : undefined,
    );
    const { text, isError } = await server.call("or_guardrail_get", { id: defaultOf("production") });
    assert.equal(isError, true);
    assert.match(text, /404.*may also be a default guardrail that is not configured yet/);
  });

  it("or_guardrails_assignments says what applies without an assignment", async () => {
    await start();
    assert.match(
      await ok("or_guardrails_assignments"),
      /^Keys and members without an assignment get the default guardrail of their workspace/m,
    );
    assert.equal(APPLIES.exec(await ok("or_guardrails_assignments", { id: defaultOf("research") }))?.[1], "research");
  });

  it("or_guardrail_delete refuses a default guardrail, configured or not, without sending anything", async () => {
    await start();
    for (const slug of ["research", "production"]) {
      const text = await refused("or_guardrail_delete", { id: defaultOf(slug) });
      assert.match(text, new RegExp(`default guardrail of the workspace ${slug}, which can't be deleted.*Next: Clear`));
    }
    assert.ok(account.state.guardrails.has(defaultOf("research")));
    await ok("or_guardrail_delete", { id: guardrail("Agent spend cap").id });
  });

  it("or_guardrail_delete returns the API's error if workspaces can't be listed", async () => {
    await start(({ path }, response) =>
      path.startsWith("/workspaces") ? reply(response, 403, apiError(403, "No workspaces")) : undefined,
    );
    const { text, isError } = await server.call("or_guardrail_delete", { id: defaultOf("research") });
    assert.equal(isError, true);
    assert.match(text, /cannot be deleted|can.t be deleted/);
    assert.ok(account.state.guardrails.has(defaultOf("research")));
  });

  it("says how to configure a default guardrail before assigning it, and leaves other 404s unchanged", async () => {
    await start();
    const hashes = [[...account.state.keys.keys()][0]];
    const user_ids = [account.state.members[0]!.id];
    for (const [tool, args] of [
      ["or_guardrail_assign_keys", { hashes }],
      ["or_guardrail_unassign_keys", { hashes }],
      ["or_guardrail_assign_members", { user_ids }],
      ["or_guardrail_unassign_members", { user_ids }],
    ] as const) {
      const { text, isError } = await server.call(tool, { id: defaultOf("production"), ...args });
      assert.equal(isError, true);
      assert.match(text, /404.*Next: .*default guardrail of the workspace production and not configured yet/, tool);
      const other = await server.call(tool, { id: crypto.randomUUID(), ...args });
      assert.match(other.text, /404/);
      assert.doesNotMatch(other.text, /default guardrail/);
    }
    await ok("or_guardrail_update", { id: defaultOf("production"), enforce_zdr_xai: true });
    await ok("or_guardrail_assign_keys", { id: defaultOf("production"), hashes });
  });

  it("or_guardrail_create says what is missing if the API rejects an incomplete limit", async () => {
    await start();
    const before = account.state.guardrails.size;
    for (const half of [{ limit_usd: 5 }, { limit_usd: 0 }, { reset_interval: "daily" }]) {
      const { text, isError } = await server.call("or_guardrail_create", { name: "half", ...half });
      assert.equal(isError, true, text);
      assert.match(text, /returned 400: .*Next: Pass both limit_usd and reset_interval/);
    }
    assert.equal(account.state.guardrails.size, before);
    await ok("or_guardrail_create", { name: "whole", limit_usd: 5, reset_interval: "daily" });
    await ok("or_guardrail_create", { name: "none" });
  });

  it("or_guardrail_update sends only the given fields, and says what is missing of an incomplete limit", async () => {
    await start();
    const limited = guardrail("Approved providers");
    const open = guardrail("No personal data");
    const body = async (args: Record<string, unknown>) => {
      await ok("or_guardrail_update", args);
      return writes().at(-1)?.body;
    };
    const { id } = limited;
    assert.deepEqual(await body({ id, limit_usd: 75 }), { limit_usd: 75 });
    assert.deepEqual(await body({ id, reset_interval: "weekly" }), { reset_interval: "weekly" });
    assert.deepEqual(await body({ id, name: "renamed" }), { name: "renamed" });
    for (const [target, half] of [
      [open.id, { limit_usd: 5 }],
      [open.id, { reset_interval: "daily" }],
      [defaultOf("production"), { limit_usd: 5 }],
    ] as const) {
      const { text, isError } = await server.call("or_guardrail_update", { id: target, ...half });
      assert.equal(isError, true, text);
      assert.match(text, /returned 400: .*Next: Pass both limit_usd and reset_interval/);
    }
    assert.deepEqual([open.limit_usd, open.reset_interval], [null, null]);
    assert.deepEqual(await body({ id, clear: ["limit_usd"] }), { limit_usd: null, reset_interval: null });
    await ok("or_guardrail_update", { id: defaultOf("production"), limit_usd: 5, reset_interval: "daily" });
    const unknown = await server.call("or_guardrail_update", { id: crypto.randomUUID(), limit_usd: 5 });
    assert.match(unknown.text, /404/);
  });

  it("or_guardrail_update completes a limit from the current one if the API rejects an incomplete limit", async () => {
    await start();
    const faults = await startFaultProxy(account.baseUrl, ({ method, body }, response) =>
      method === "PATCH" && body.includes("limit_usd") !== body.includes("reset_interval")
        ? reply(response, 400, apiError(400, "limit_usd and reset_interval must be given together"))
        : undefined,
    );
    const strict = await startServer(serverEnv({ key: account.key, baseUrl: faults.baseUrl }, "1"));
    const { id } = guardrail("Approved providers");
    try {
      for (const [args, sent] of [
        [{ limit_usd: 80 }, { limit_usd: 80, reset_interval: "daily" }],
        [{ reset_interval: "monthly" }, { limit_usd: 80, reset_interval: "monthly" }],
        [{ clear: ["limit_usd"] }, { limit_usd: null, reset_interval: null }],
      ] as const) {
        const { text, isError } = await strict.call("or_guardrail_update", { id, ...args });
        assert.equal(isError, false, text);
        assert.deepEqual(writes().at(-1)?.body, sent);
      }
    } finally {
      await strict.close();
      await faults.close();
    }
  });
});
