import assert from "node:assert/strict";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { openTestWindow, temporaryHome } from "../support/channelWindow.ts";
import { type McpServer, randomKey, SAMPLE_LINE, serverEnv, startServer } from "../support/mcp.ts";

const NOTHING = "0".repeat(64);

/** Returns a valid call of each tool; deletions come last. */
function validCalls({ state }: SampleAccount): [name: string, args: Record<string, unknown>][] {
  const [hash, other] = [...state.keys.keys()];
  const [id] = [...state.guardrails.values()].filter(({ limit_usd }) => limit_usd !== null).map((one) => one.id);
  const user_ids = [state.members[0]!.id];
  const reads = ["or_overview", "or_credits", "or_current_key", "or_keys_list", "or_models", "or_models_user"];
  const lists = ["or_zdr_endpoints", "or_guardrails_list", "or_guardrails_assignments", "or_org_members"];
  return [
    ...[
      ...reads,
      ...lists,
      "or_workspaces_list",
      "or_workspace_budgets",
      "or_providers",
      "or_keys_audit",
      "or_explain_change",
      "or_forecast",
      "or_what_if",
    ].map((name): [string, Record<string, unknown>] => [name, {}]),
    ["or_key_get", { hash }],
    ["or_key_may_use", { hash, model: "openrouter/auto" }],
    ["or_activity", { aggregate: "by_key" }],
    ["or_generation", { id: state.generations[0]?.id }],
    ["or_model_get", { id: "openrouter/auto" }],
    ["or_model_endpoints", { author: "openrouter", slug: "auto" }],
    ["or_guardrail_get", { id }],
    ["or_analytics_query", { metrics: ["total_usage"] }],
    ["or_key_create", { name: "by agent" }],
    ["or_key_update", { hash, limit: 7 }],
    ["or_guardrail_create", { name: "by agent" }],
    ["or_guardrail_update", { id, limit_usd: 7 }],
    ["or_guardrail_assign_keys", { id, hashes: [hash] }],
    ["or_guardrail_unassign_keys", { id, hashes: [hash] }],
    ["or_guardrail_assign_members", { id, user_ids }],
    ["or_guardrail_unassign_members", { id, user_ids }],
    ["or_guardrail_delete", { id }],
    ["or_key_delete", { hash: other }],
  ];
}

/** Calls that fail at OpenRouter. */
const FAILING: [name: string, args: Record<string, unknown>][] = [
  ["or_key_get", { hash: NOTHING }],
  ["or_generation", { id: "gen-nothing" }],
  ["or_model_get", { id: "nobody/nothing" }],
  ["or_guardrail_get", { id: "00000000-0000-4000-8000-000000000000" }],
  ["or_key_update", { hash: NOTHING, limit: 1 }],
  ["or_key_delete", { hash: NOTHING }],
  ["or_guardrail_delete", { id: "00000000-0000-4000-8000-000000000000" }],
];

/** Asserts that a text contains the line once: first, or last in an error, which starts with the tool's name. */
function assertMarked(raw: string, isError: boolean, what: string): void {
  const lines = raw.split("\n");
  assert.equal(lines.filter((line) => line === SAMPLE_LINE).length, 1, `${what}: ${raw}`);
  assert.equal(lines.at(isError ? -1 : 0), SAMPLE_LINE, `${what}: ${raw}`);
  assert.equal(raw.match(/sample account/gi)?.length, 1, `${what}: ${raw}`);
}

describe("MCP server: sample account", () => {
  let account: SampleAccount;
  let server: McpServer | undefined;
  const ended: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    account = await startSampleAccount();
  });
  afterEach(async () => {
    await server?.close();
    server = undefined;
    for (const end of ended.splice(0)) await end();
    await account.close();
  });

  async function withWindow(key: Partial<ReturnType<typeof serverEnv>>, name?: string): Promise<McpServer> {
    const home = await temporaryHome();
    const window = await openTestWindow(home.folder, { account, name, writes: "on", tools: ["all"] });
    ended.push(() => window.close(), home.remove);
    server = await startServer({ HOME: home.home, OPENROUTER_ADMIN_CHANNEL: "1", ...(key as Record<string, string>) });
    return server;
  }

  for (const [how, start] of [
    ["with its own key", () => startServer({ ...serverEnv(account, "1"), OPENROUTER_ADMIN_TOOLS: "all" })],
    ["through a window", () => withWindow({})],
    ["with its own key beside a window", () => withWindow(serverEnv(account))],
  ] as const)
    it(`is marked once in every tool's answer ${how}`, async () => {
      server = await start();
      const calls = validCalls(account);
      const { tools } = await server.client.listTools();
      assert.deepEqual(tools.map(({ name }) => name).sort(), calls.map(([name]) => name).sort());
      for (const [name, args] of calls) {
        const { raw, isError } = await server.call(name, args);
        assert.equal(isError, false, raw);
        assertMarked(raw, false, name);
      }
      for (const [name, args] of FAILING) {
        const { raw, isError } = await server.call(name, args);
        assert.equal(isError, true, raw);
        assert.ok(raw.startsWith(name), raw);
        assertMarked(raw, true, name);
      }
    });

  it("is marked in the instructions, on stderr and in errors of a server that can use no other", async () => {
    server = await startServer(serverEnv(account));
    assert.match(server.client.getInstructions() ?? "", /^This is the sample account .*invented/);
    assert.match(server.stderr(), /^Sample account: all data is invented\.$/m);
    for (const [name, args] of [
      ["or_nothing", {}],
      ["or_key_delete", { hash: NOTHING }],
      ["or_credits", { nonsense: 1 }],
    ] as const) {
      const { raw, isError } = await server.call(name, args);
      assertMarked(raw, isError, name);
    }
  });

  it("is the only account that is marked, even on this machine", async () => {
    for (const baseUrl of ["http://127.0.0.1:9/api/v1", "https://openrouter.ai/api/v1"]) {
      const other = await startServer(serverEnv({ key: randomKey(), baseUrl }));
      try {
        assert.doesNotMatch(other.client.getInstructions() ?? "", /sample/i);
        assert.doesNotMatch(other.stderr(), /sample/i);
        if (baseUrl.startsWith("http:")) assert.doesNotMatch((await other.call("or_credits")).raw, /sample/i);
      } finally {
        await other.close();
      }
    }
  });

  const accountOf = async (from: McpServer) => (await from.call("or_current_key")).text.split("\n")[0];

  it("or_current_key names the account of the window, whoever sends the request", async () => {
    for (const key of [{}, serverEnv(account)]) {
      assert.equal(await accountOf(await withWindow(key, "Work")), "account: “Work”");
      await server?.close();
    }
  });

  it("or_current_key names no account without a window, but the variable", async () => {
    server = await startServer(serverEnv(account));
    assert.equal(await accountOf(server), "account: unnamed; its key is the one in OPENROUTER_PROVISIONING_KEY");
  });

  it("or_current_key quotes the name as data", async () => {
    const evil = `a” \u202e\x1b[31m\nlabel: x [y](https://evil.example) ${"z".repeat(500)}`;
    const text = await accountOf(await withWindow({}, evil));
    assert.match(text ?? "", /^account: “a' {1,2}label: x \[y\] \(https:\/\/evil\.example\) z+… \+\d+”$/);
  });
});
