import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { getAccountId } from "../../src/openrouter/account/accountId.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { openTestWindow, type TestWindow, temporaryHome } from "../support/channelWindow.ts";
import { type McpServer, randomKey, rowsOf, serverEnv, startServer } from "../support/mcp.ts";
import { RawStdioServer } from "../support/rawStdioServer.ts";
import { ALL_TOOLS, DEFAULT_TOOLS, READ_TOOLS } from "../support/toolCounts.ts";
import { assertRemains, waitUntil as waitFor } from "../vscode/host/eventually.ts";

describe("MCP server: channel to VS Code", () => {
  let account: SampleAccount;
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  let server: McpServer;
  const windows: TestWindow[] = [];

  const open = async (options: Parameters<typeof openTestWindow>[1]) => {
    const window = await openTestWindow(home.folder, options);
    windows.push(window);
    return window;
  };
  const withoutKey = () => ({ HOME: home.home, OPENROUTER_ADMIN_CHANNEL: "1" });

  beforeEach(async () => {
    account = await startSampleAccount();
    home = await temporaryHome();
  });
  afterEach(async () => {
    await server?.close();
    for (const window of windows.splice(0)) await window.close();
    await account.close();
    await home.remove();
  });

  it("lists tools without a key and a window, and says what to do when they are called", async () => {
    server = await startServer(withoutKey());
    const { tools } = await server.client.listTools();
    assert.equal(tools.length, READ_TOOLS);
    const { text, isError } = await server.call("or_credits");
    assert.equal(isError, true);
    assert.match(text, /Open VS Code with OpenRouter Admin, or set OPENROUTER_PROVISIONING_KEY/);
  });

  it("returns the same results as with its own key", async () => {
    await open({ account });
    server = await startServer(withoutKey());
    const alone = await startServer(serverEnv(account));
    for (const [name, args] of [
      ["or_credits"],
      ["or_keys_list"],
      ["or_guardrails_list"],
      ["or_activity", { aggregate: "by_model" }],
    ] as const) {
      const [here, there] = [await server.call(name, args), await alone.call(name, args)];
      assert.equal(here.isError, false, here.text);
      assert.equal(here.text, there.text);
    }
    await alone.close();
  });

  it("uses only endpoints of the table in every tool", async () => {
    await open({ account, writes: "on", tools: ["all"] });
    server = await startServer(withoutKey());
    const { tools } = await server.client.listTools();
    assert.equal(tools.length, ALL_TOOLS);
    const [key] = rowsOf((await server.call("or_keys_list")).text);
    const [guardrail] = rowsOf((await server.call("or_guardrails_list")).text);
    const [member] = rowsOf((await server.call("or_org_members")).text);
    const [hash, id, user_id] = [key?.hash ?? "", guardrail?.id ?? "", member?.id ?? ""];
    const args: Record<string, Record<string, unknown>> = {
      or_key_get: { hash },
      or_generation: { id: "gen-1" },
      or_model_get: { id: "openai/gpt-5.2" },
      or_model_endpoints: { author: "openai", slug: "gpt-5.2" },
      or_guardrail_get: { id },
      or_analytics_query: { metrics: ["total_usage"] },
      or_key_create: { name: "by agent" },
      or_key_update: { hash, limit: 7 },
      or_guardrail_create: { name: "by agent" },
      or_guardrail_update: { id, limit_usd: 7 },
      or_guardrail_assign_keys: { id, hashes: [hash] },
      or_guardrail_unassign_keys: { id, hashes: [hash] },
      or_guardrail_assign_members: { id, user_ids: [user_id] },
      or_guardrail_unassign_members: { id, user_ids: [user_id] },
      or_guardrail_delete: { id },
      or_key_delete: { hash },
    };
    const order = [...tools].sort((a, b) => Number(/delete/.test(a.name)) - Number(/delete/.test(b.name)));
    for (const { name } of order) {
      const { text } = await server.call(name, args[name]);
      assert.doesNotMatch(text, /is not available to agents|could not be read|bug in OpenRouter/, `${name}: ${text}`);
    }
  });

  it("reports a refusal without an error and changes nothing", async () => {
    const window = await open({
      account,
      writes: "ask",
      decide: async () => ({ allowed: false, reason: "The user refused it in VS Code." }),
    });
    server = await startServer(withoutKey());
    const before = (await server.call("or_keys_list")).text;
    const { text, isError } = await server.call("or_key_create", { name: "by agent" });
    assert.equal(isError, false);
    assert.match(text, /Not done, nothing was sent: The user refused it in VS Code\.$/);
    assert.equal((await server.call("or_keys_list")).text, before);
    assert.equal(window.decided.length, 1);
  });

  it("doesn't return a new secret that the window keeps", async () => {
    const kept: string[] = [];
    await open({
      account,
      writes: "on",
      keeper:
        () =>
        async ({ key }) =>
          void kept.push(key),
    });
    server = await startServer(withoutKey());
    const { text, isError } = await server.call("or_key_create", { name: "by agent", limit: 3 });
    assert.equal(isError, false, text);
    assert.equal(kept.length, 1);
    assert.match(text, /^Created\.\n[\s\S]*by agent[\s\S]*The secret is kept in VS Code/);
    assert.ok(!text.includes(kept[0]!));
  });

  it("reads with its own key only while the window uses the same account", async () => {
    const other = await startSampleAccount({ keys: 3 });
    try {
      const window = await open({ account });
      server = await startServer({ ...withoutKey(), ...serverEnv(account, "1") });
      const own = (await server.call("or_current_key")).text;
      await window.use(other);
      const theirs = (await server.call("or_current_key")).text;
      assert.notEqual(theirs, own);
      await window.use(undefined);
      const nobodys = await server.call("or_current_key");
      assert.equal(nobodys.isError, true);
      assert.match(nobodys.text, /no account is set up\./);
      await window.use(account);
      assert.equal((await server.call("or_current_key")).text, own);
    } finally {
      await other.close();
    }
  });

  it("doesn't read with its own key while no window says which account is in use", async () => {
    const window = await open({ account });
    server = await startServer({ ...withoutKey(), ...serverEnv(account) });
    window.hang();
    const silent = await server.call("or_current_key");
    assert.equal(silent.isError, true);
    assert.match(silent.text, /VS Code is open but does not respond/);
    await window.close();
    assert.equal((await server.call("or_current_key")).isError, false);
    await chmod(home.folder, 0o755);
    const unsafe = await server.call("or_current_key");
    assert.equal(unsafe.isError, true);
    assert.match(unsafe.text, /is open to other users and was not used\. .*chmod 700/);
  });

  it("writes only through a window, even with its own key and write access", async () => {
    server = await startServer({ ...withoutKey(), ...serverEnv(account, "1") });
    assert.equal((await server.client.listTools()).tools.length, READ_TOOLS);
    const { text, isError } = await server.call("or_key_create", { name: "by agent" });
    assert.equal(isError, true);
    assert.match(text, /is a write tool, and write tools are disabled/);
    assert.equal((await server.call("or_credits")).isError, false);
  });

  it("can't bypass the window's question, even with its own key and write access", async () => {
    const window = await open({
      account,
      writes: "ask",
      decide: async () => ({ allowed: false, reason: "The user refused it." }),
    });
    server = await startServer({ ...withoutKey(), ...serverEnv(account, "1") }, { elicitation: {} });
    const hash = [...account.state.keys.keys()][0]!;
    for (const [name, args] of [
      ["or_key_create", { name: "by agent" }],
      ["or_key_update", { hash, disabled: true }],
      ["or_key_delete", { hash }],
    ] as const) {
      const { text, isError } = await server.call(name, args);
      assert.equal(isError, false, text);
      assert.match(text, /Not done, nothing was sent: The user refused it/);
    }
    assert.equal(window.decided.length, 3);
    const { data } = { data: account.requests.filter(({ method }) => method !== "GET") };
    assert.deepEqual(
      data.filter(({ path }) => path.includes("/keys")),
      [],
    );
  });

  for (const [how, env] of [
    ["with its own key", () => serverEnv(account, "1")],
    ["through a window", () => ({})],
  ] as const)
    it(`reads its own writes ${how}`, async () => {
      await open({ account, writes: "on" });
      server = await startServer({ ...withoutKey(), ...env() });
      const hash = [...account.state.keys.values()].find(({ disabled }) => !disabled)!.hash;
      const shown = async () => rowsOf((await server.call("or_keys_list", { include_disabled: true })).text);
      await shown();
      await server.call("or_key_get", { hash });
      await server.call("or_key_update", { hash, name: "renamed by an agent" });
      assert.match((await server.call("or_key_get", { hash })).text, /renamed by an agent/);
      // Another window, whose cache is older than the write.
      const other = await open({ account, writes: "on" });
      assert.ok((await shown()).some(({ name }) => name === "renamed by an agent"));
      await server.call("or_key_delete", { hash });
      await other.close();
      assert.ok((await shown()).every((row) => row.hash !== hash));
    });

  it("says that a create may have happened if its response is lost, and doesn't send it again", async () => {
    const window = await open({ account, writes: "on" });
    await open({ account, writes: "on", decide: () => new Promise(() => {}) });
    server = await startServer(withoutKey());
    const created = server.call("or_key_create", { name: "by agent" });
    await waitFor("the user is asked", () => windows.length > 0 && windows.at(-1)!.asked > 0);
    await windows.pop()!.close();
    const { text, isError } = await created;
    assert.equal(isError, true);
    assert.match(text, /may have been created; the request was not sent again/);
    assert.deepEqual(window.decided, []);
  });

  it("starts with an invalid environment, which a window doesn't need", async () => {
    await open({ account });
    for (const env of [
      { NODE_TLS_REJECT_UNAUTHORIZED: "0" },
      { OPENROUTER_BASE_URL: '"https://openrouter.ai/api/v1"' },
      { OPENROUTER_PROVISIONING_KEY: "%KEY%" },
      { OPENROUTER_PROVISIONING_KEY: randomKey(), OPENROUTER_BASE_URL: "https://evil.example/api/v1" },
    ] as Record<string, string>[]) {
      server = await startServer({ ...withoutKey(), ...env });
      assert.equal((await server.call("or_credits")).isError, false, JSON.stringify(env));
      await server.close();
    }
  });

  it("can be unavailable while a server reads with its own key", async () => {
    for (const HOME of ["/nowhere", "relative"]) {
      server = await startServer({ ...withoutKey(), ...serverEnv(account), HOME });
      assert.equal((await server.call("or_credits")).isError, false);
      await server.close();
    }
  });

  it("switches to another window when one is closed", async () => {
    const [first, second] = [await open({ account }), await open({ account })];
    server = await startServer(withoutKey());
    const calls: Promise<{ isError: boolean; text: string }>[] = [];
    const ask = (times: number) => {
      for (let i = 0; i < times; i++) calls.push(server.call("or_keys_list"));
    };
    ask(5);
    await Promise.all([second.close(), ask(5)]);
    ask(5);
    const third = await open({ account });
    ask(5);
    await Promise.all([first.close(), ask(5)]);
    ask(5);
    for (const { isError, text } of await Promise.all(calls)) assert.equal(isError, false, text);
    await third.close();
  });

  it("never mixes two accounts while the account is switched", async () => {
    const other = await startSampleAccount({ keys: 12 });
    try {
      const window = await open({ account, writes: "on" });
      server = await startServer(withoutKey());
      const alone = await Promise.all([account, other].map((one) => startServer(serverEnv(one))));
      const withoutName = (text: string) => text.replace(/^account: .*\n/, "");
      const labels = await Promise.all(alone.map(async (one) => withoutName((await one.call("or_current_key")).text)));
      const answers: Promise<{ tool: string; text: string; isError: boolean }>[] = [];
      for (let i = 0; i < 200; i++) {
        for (const [tool, args] of [
          ["or_current_key"],
          ["or_keys_list"],
          ["or_key_create", { name: `n${i}` }],
        ] as const)
          answers.push(server.call(tool, args).then((answer) => ({ tool, ...answer })));
        await window.use(i % 2 ? account : other);
      }
      const done = await Promise.all(answers);
      for (const { tool, text, isError } of done) {
        if (isError) assert.match(text, /was switched|may have been created/, text);
        else if (tool === "or_current_key") assert.ok(labels.includes(withoutName(text)), text);
        else if (tool === "or_keys_list") {
          const hashes = rowsOf(text).map(({ hash }) => hash ?? "");
          const isWhole = [account, other].some(({ state }) => hashes.every((hash) => state.keys.has(hash)));
          assert.ok(isWhole, "not the keys of one account");
        }
      }
      assert.ok(done.filter(({ isError }) => !isError).length > 100);
      // Each account has exactly the keys that were allowed for it.
      for (const { key, state } of [account, other]) {
        const allowed = window.decided.filter(
          (one) => one.account === getAccountId(key) && one.answer.kind === "answer",
        );
        const names = allowed.map(({ write }) => (write.request.body as { name: string }).name);
        const created = [...state.keys.values()].map(({ name }) => name).filter((name) => /^n\d+$/.test(name));
        assert.deepEqual(created.sort(), names.sort());
        for (const { write } of allowed) assert.equal(write.request.account, getAccountId(key));
      }
      for (const one of alone) await one.close();
    } finally {
      await other.close();
    }
  });

  /** Counts how often the server announces other tools. */
  function countAnnouncements(): () => number {
    let count = 0;
    server.client.fallbackNotificationHandler = async ({ method }) => {
      if (method === "notifications/tools/list_changed") count += 1;
    };
    return () => count;
  }
  const listed = async () => (await server.client.listTools()).tools.length;

  it("uses a window that opens later, with its write tools", async () => {
    server = await startServer(withoutKey());
    const announced = countAnnouncements();
    assert.equal(await listed(), READ_TOOLS);
    const window = await open({ account, writes: "on" });
    await waitFor("announced", () => announced() > 0, 60_000);
    assert.equal(await listed(), DEFAULT_TOOLS);
    const { text, isError } = await server.call("or_key_create", { name: "by agent" });
    assert.equal(isError, false, text);
    assert.match(text, /sk-or-v1-[0-9a-f]{64}/);
    assert.deepEqual(
      window.decided.map(({ write }) => write.action),
      ["createKey"],
    );
    assert.doesNotMatch(JSON.stringify(window.decided), /sk-or-v1-[0-9a-f]{64}/);
  });

  it("tells of the tools of a window that opened before the server watched for windows", async () => {
    const raw = new RawStdioServer(withoutKey());
    try {
      raw.request("list", "tools/list");
      assert.equal((await raw.answer("list")).result.tools.length, READ_TOOLS);
      await open({ account, writes: "on" });
      // The server begins to watch when it is initialized.
      await raw.initialize();
      await raw.until("the announcement", () =>
        raw.answers.some(({ method }) => method === "notifications/tools/list_changed"),
      );
    } finally {
      await raw.kill();
    }
  });

  it("tells of a window's tools once a window responds that did not", async () => {
    const window = await open({ account, writes: "on" });
    window.hang();
    server = await startServer(withoutKey());
    const announced = countAnnouncements();
    assert.equal(await listed(), READ_TOOLS);
    window.hang(false);
    await waitFor("announced", () => announced() > 0, 30_000);
    assert.equal(await listed(), DEFAULT_TOOLS);
    // What it offered isn't withdrawn while it doesn't respond, whatever changes in the folder of windows.
    window.hang();
    await writeFile(join(home.folder, "other"), "");
    await assertRemains(() => assert.equal(announced(), 1), 12_000);
    assert.equal(await listed(), DEFAULT_TOOLS);
  });
});
