import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import {
  createClient,
  listAllKeys,
  listGuardrailsAndAssignments,
  listModels,
  listProviders,
  readWorkspaceBudgets,
} from "../../src/openrouter/index.ts";
import { getKeyLimits } from "../../src/openrouter/safety/keyLimits.ts";
import { summarizeLimits } from "../../src/openrouter/safety/limitsSummary.ts";
import { createCatalog } from "../../src/openrouter/safety/slugs.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { assign } from "../../src/sample/routes/assignments.ts";
import { openTestWindow, temporaryHome } from "../support/channelWindow.ts";
import { type Fault, startFaultProxy } from "../support/faults.ts";
import { type McpServer, serverEnv, startServer } from "../support/mcp.ts";

/** Lists and objects that say what limits a key; not the key itself. */
const LIMITS = /^\/(guardrails|workspaces)/;

describe("MCP server: what limits a key", () => {
  let account: SampleAccount;
  let server: McpServer;
  let proxy: Awaited<ReturnType<typeof startFaultProxy>> | undefined;

  beforeEach(async () => {
    account = await startSampleAccount();
  });
  afterEach(async () => {
    await server.close();
    await proxy?.close();
    proxy = undefined;
    await account.close();
  });

  async function start(fault?: Fault): Promise<void> {
    proxy = fault && (await startFaultProxy(account.baseUrl, fault));
    server = await startServer(serverEnv({ ...account, baseUrl: proxy?.baseUrl ?? account.baseUrl }, "1"));
  }
  const keyOf = (name: string) => [...account.state.keys.values()].find((one) => one.name === name)!;
  const get = async (hash: string) => {
    const { text, isError } = await server.call("or_key_get", { hash });
    assert.equal(isError, false, text);
    return text;
  };
  const refuse: Fault = ({ path }, response) => {
    if (!LIMITS.test(path)) return undefined;
    response.writeHead(400, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { code: 400, message: "not today" } }));
    return "done";
  };

  it("is said by or_key_get: the budget that runs out first, then the others", async () => {
    await start();
    const { hash, limit } = keyOf("voice-bot");
    const text = await get(hash);
    const remaining = /^limit_remaining: (.*)$/m.exec(text)![1];
    assert.match(
      text,
      new RegExp(`^Runs out first: the key's limit, \\$${remaining} left of \\$${limit}, monthly, `, "m"),
    );
    const [{ budgets, name }] = account.state.workspaces as [(typeof account.state.workspaces)[0]];
    assert.ok(budgets.length > 0);
    for (const { limit_usd } of budgets) assert.match(text, new RegExp(`"${name}" .*of \\$${limit_usd}, `));
    assert.match(text, /^Guardrails: "No personal data" .* \(assigned to the key\)/m);
    assert.doesNotMatch(text, /Unknown|could not/);
  });

  it("is the same as all lists of the account together say, for each key", async () => {
    const [one, two, three] = [...account.state.guardrails.values()];
    Object.assign(one!, {
      limit_usd: 3,
      reset_interval: "daily",
      allowed_models: ["openai/gpt-5-mini", "openai/gpt-5"],
    });
    Object.assign(two!, { limit_usd: 500, reset_interval: "monthly", allowed_models: ["openai/gpt-5-mini"] });
    for (const [i, { id }] of account.state.members.slice(0, 6).entries())
      assign(account.state, "memberAssignments", [one, two, three][i % 3]!.id, [id], Date.now());
    account.state.workspaces[0]!.default_guardrail_id = two!.id;
    await start();
    const client = createClient(account);
    const { keys, workspaces } = await listAllKeys(client);
    const lists = await listGuardrailsAndAssignments(client);
    const budgets = await readWorkspaceBudgets(client, workspaces!);
    const [models, providers] = [await listModels(client, { output_modalities: "all" }), await listProviders(client)];
    const catalog = createCatalog(models.data, providers.data);
    const bindings = new Set<string>();
    for (const key of keys) {
      const shared = budgets.find(({ workspace }) => workspace.id === key.workspace_id)!;
      if (shared.budgets instanceof Error) throw shared.budgets;
      const workspace = { name: shared.workspace.name, budgets: shared.budgets, includeByok: shared.includeByok };
      const now = new Date();
      const limits = getKeyLimits({
        key,
        keys,
        readAt: now,
        guardrails: { ...lists, workspaces },
        workspace,
        catalog,
        now,
      });
      for (const { binding } of limits.applied) bindings.add(binding);
      const text = await get(key.hash);
      for (const line of summarizeLimits(limits))
        assert.ok(text.includes(line), `${key.name}: ${line}\nis not in\n${text}`);
    }
    assert.equal(bindings.size, 3, [...bindings].join());
  });

  it("is the default guardrail's budget for the member, of all the member's keys in the workspace", async () => {
    const [workspace] = account.state.workspaces;
    const [guardrail] = [...account.state.guardrails.values()];
    workspace!.budgets = [];
    workspace!.default_guardrail_id = guardrail!.id;
    account.state.memberAssignments = [];
    account.state.keyAssignments = [];
    Object.assign(guardrail!, { limit_usd: 1e6, reset_interval: null, include_byok_in_budgets: false });
    await start();
    const { keys } = await listAllKeys(createClient(account));
    const key = keys.find(({ name }) => name === "voice-bot")!;
    const members = keys.filter(
      (one) => one.creator_user_id === key.creator_user_id && one.workspace_id === key.workspace_id,
    );
    assert.ok(members.length > 1, "the case is gone from the sample account");
    const spent = members.reduce((sum, { usage }) => sum + (usage ?? 0), 0);
    const left = Number(/\(per member\), at most \$([\d.]+) left of \$1000000/.exec(await get(key.hash))?.[1]);
    assert.ok(Math.abs(left - (1e6 - spent)) < 0.001, `${left} left, ${spent} spent`);
  });

  it("is a workspace's budget if it has less left than the key", async () => {
    await start();
    const { hash } = keyOf("voice-bot");
    const daily = account.state.workspaces[0]!.budgets.find(({ reset_interval }) => reset_interval === "daily")!;
    daily.limit_usd = 0.01;
    assert.match(await get(hash), /^Used up: budget of the workspace "Production" .* \$0 left of \$0\.01, daily, /m);
  });

  it("is read with few requests, and cached until a write", async () => {
    await start();
    const { hash } = keyOf("voice-bot");
    await get(hash);
    assert.ok(account.requests.length <= 20, account.requests.map(({ path }) => path).join());
    const before = account.requests.length;
    await get(hash);
    // A default guardrail that isn't configured yet is a 404, which is not cached.
    const unconfigured = new Set(account.state.workspaces.map((one) => `/guardrails/${one.default_guardrail_id}`));
    const again = account.requests.slice(before).filter(({ path }) => !unconfigured.has(path));
    assert.deepEqual(
      again.map(({ path }) => path),
      [],
    );
    await server.call("or_key_update", { hash, name: "voice" });
    const updated = account.requests.length;
    await get(hash);
    assert.ok(account.requests.slice(updated).some(({ path }) => path.startsWith("/guardrails")));
  });

  it("is cached by the window that sends the requests, too", async () => {
    const home = await temporaryHome();
    const window = await openTestWindow(home.folder, { account });
    server = await startServer({ HOME: home.home, OPENROUTER_ADMIN_CHANNEL: "1" });
    const { hash } = keyOf("voice-bot");
    assert.match(await get(hash), /^Runs out first: /m);
    const before = account.requests.length;
    await get(hash);
    assert.deepEqual(
      account.requests.slice(before).filter(({ path }) => path.startsWith("/guardrails/assignments")),
      [],
    );
    await window.close();
    await home.remove();
  });

  it("is left out, with the reason, if it can't be read", async () => {
    await start(refuse);
    const { hash } = keyOf("voice-bot");
    const text = await get(hash);
    assert.match(text, /^name: voice-bot$/m);
    assert.match(text, /^Runs out first: the key's limit, /m);
    assert.match(text, /^Unknown: the guardrails couldn't be read; .*the workspace's budgets couldn't be read/m);
    assert.match(text, /^Reason: .*returned 400: not today/m);
  });

  it("doesn't delay the key for long if nothing answers", async function () {
    this.timeout(30_000);
    await start(({ path }) => (LIMITS.test(path) ? "done" : undefined));
    assert.match(await get(keyOf("voice-bot").hash), /^Unknown: the guardrails couldn't be read/m);
  });

  it("is unknown, not nothing, if it takes too many requests", async () => {
    const [{ id }] = account.state.guardrails.values() as unknown as [{ id: string }];
    const assigned = Array.from({ length: 20_000 }, () => ({ guardrail: id, key: randomUUID() }));
    await start(({ path }) =>
      path.startsWith("/guardrails/assignments/keys")
        ? {
            body(text) {
              const page = JSON.parse(text);
              const offset = Number(/offset=(\d+)/.exec(path)?.[1] ?? 0);
              const data = assigned.slice(offset, offset + 100).map(({ guardrail, key }) => ({
                ...{ ...page.data[0], id: key, key_hash: key.replaceAll("-", "").repeat(2), guardrail_id: guardrail },
              }));
              return JSON.stringify({ data, total_count: assigned.length });
            },
          }
        : undefined,
    );
    const text = await get(keyOf("voice-bot").hash);
    assert.match(text, /^Unknown: the guardrails couldn't be read/m);
    assert.match(text, /^Reason: it takes more than 150 requests/m);
    assert.ok(account.requests.length <= 160, `${account.requests.length}`);
  });

  it("is asked of nobody any more once the key is known not to exist", async () => {
    await start();
    const { text, isError } = await server.call("or_key_get", { hash: "0".repeat(64) });
    assert.ok(isError, text);
    assert.ok(account.requests.length <= 5, account.requests.map(({ path }) => path).join());
  });

  it("doesn't repeat a secret in a name", async () => {
    const secret = `sk-or-v1-${randomUUID().replaceAll("-", "").repeat(2)}`;
    account.state.workspaces[0]!.name = `Team ${secret}`;
    await start();
    assert.doesNotMatch(await get(keyOf("voice-bot").hash), new RegExp(secret.slice(15, 40)));
  });
});
