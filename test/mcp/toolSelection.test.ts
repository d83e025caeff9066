import assert from "node:assert/strict";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { openTestWindow, type TestWindow, temporaryHome } from "../support/channelWindow.ts";
import { type McpServer, serverEnv, startServer } from "../support/mcp.ts";
import { waitUntil } from "../vscode/host/eventually.ts";

/**
 * The number of tools, and the most tokens that their list may take, with write tools enabled. The bounds are measured, so
 * that a longer description is noticed; the default list may grow to 2,600.
 */
const SUBSETS: [selection: string, tools: number, tokens: number][] = [
  ["", 26, 2_600],
  ["default", 26, 2_600],
  ["all", 35, 4_000],
  ["credits", 2, 98],
  ["keys", 6, 621],
  ["activity", 2, 196],
  ["models", 5, 389],
  ["guardrails", 10, 1_193],
  ["organization", 1, 73],
  ["extra", 9, 1_420],
  ["credits, activity", 4, 310],
  ["or_overview", 1, 62],
];

const namesIn = async ({ client }: McpServer) => (await client.listTools()).tools.map(({ name }) => name);

describe("MCP server: selection of tools", () => {
  let account: SampleAccount;
  let server: McpServer;

  before(async () => {
    account = await startSampleAccount();
  });
  after(() => account.close());
  afterEach(() => server.close());

  const start = async (selection: string, allowWrite = "1") => {
    server = await startServer({ ...serverEnv(account, allowWrite), OPENROUTER_ADMIN_TOOLS: selection });
  };

  for (const [selection, count, maxTokens] of SUBSETS)
    it(`lists ${count} tools in at most ${maxTokens} tokens for “${selection}”`, async () => {
      await start(selection);
      const { tools } = await server.client.listTools();
      assert.equal(tools.length, count);
      const listed = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
      const tokens = countTokens(JSON.stringify(listed));
      assert.ok(tokens <= maxTokens, `${tokens} tokens`);
      // The client can't call a tool that is not in the list.
      const names = tools.map(({ name }) => name);
      const texts = [...tools.map(({ description }) => description ?? ""), server.client.getInstructions() ?? ""];
      for (const [other] of texts.join("\n").matchAll(/\bor_\w+/g)) assert.ok(names.includes(other), other);
    });

  it("offers the write tools of a group only if writes are enabled", async () => {
    await start("keys", "");
    assert.deepEqual(await namesIn(server), ["or_current_key", "or_keys_list", "or_key_get"]);
    const { text, isError } = await server.call("or_key_create", { name: "by agent" });
    assert.equal(isError, true);
    assert.match(text, /write tools are disabled/);
  });

  it("rejects a tool that is not selected, and says how to select it", async () => {
    const before = account.requests.length;
    for (const [selection, tool, group] of [
      ["keys", "or_credits", "credits"],
      ["", "or_providers", "extra"],
      ["credits", "or_key_delete", "keys"],
    ] as const) {
      await start(selection);
      const { text, isError } = await server.call(tool, { hash: "nonsense" });
      assert.equal(isError, true);
      assert.match(
        text,
        new RegExp(`^${tool} is not among the selected tools.* add ${tool} or its group ${group} to `),
      );
      assert.match(text, /openrouterAdmin\.mcp\.tools in VS Code, or to OPENROUTER_ADMIN_TOOLS/);
      if (selection !== "credits") await server.close();
    }
    assert.equal(account.requests.length, before);
  });

  it("says which tools that a result names are not available, once the client has listed the tools", async () => {
    const unknown = { hash: "nonsense" };
    await start("or_key_get");
    assert.doesNotMatch((await server.call("or_key_get", unknown)).text, /Not available/);
    await namesIn(server);
    assert.match(
      (await server.call("or_key_get", unknown)).text,
      /or_keys_list\.\nNot available here: or_keys_list\.$/,
    );
    await server.close();
    await start("keys", "");
    await namesIn(server);
    assert.doesNotMatch((await server.call("or_key_get", unknown)).text, /Not available/);
    assert.doesNotMatch((await server.call("or_key_create", { name: "x" })).text, /Not available/);
    await server.close();
    await start("guardrails", "");
    await namesIn(server);
    const { text, isError } = await server.call("or_guardrails_list");
    assert.equal(isError, false);
    assert.match(
      text,
      /^Default guardrails .*\(configure with or_guardrail_update\)[\s\S]*\nNot available here: or_guardrail_update\.$/m,
    );
  });

  it("reports unknown names on stderr and ignores them", async () => {
    await start("key, or_credits");
    assert.deepEqual(await namesIn(server), ["or_credits"]);
    await waitUntil("stderr has the notices", () => server.stderr().includes("can contain"));
    assert.match(server.stderr(), /^openrouter-admin running on stdio/);
    assert.match(server.stderr(), /^OPENROUTER_ADMIN_TOOLS: key is unknown and ignored; did you mean keys\?$/m);
    assert.match(server.stderr(), /^OPENROUTER_ADMIN_TOOLS can contain: default, all, credits, .*or_providers\.$/m);
  });

  it("offers the default tools, and says so, if no name is valid", async () => {
    await start("nonsense");
    assert.equal((await namesIn(server)).length, 26);
    await waitUntil("stderr has the notice", () => server.stderr().includes("can contain"));
    assert.match(
      server.stderr(),
      /^OPENROUTER_ADMIN_TOOLS contains no valid name, so the default tools are offered\.$/m,
    );
  });

  describe("in VS Code", () => {
    let home: Awaited<ReturnType<typeof temporaryHome>>;
    let window: TestWindow;
    let changes = 0;

    beforeEach(async () => {
      home = await temporaryHome();
    });
    afterEach(async () => {
      await window.close();
      await home.remove();
    });

    const open = async (tools: string[] | undefined, env: Record<string, string> = {}) => {
      window = await openTestWindow(home.folder, { account, writes: "on", tools });
      server = await startServer({ HOME: home.home, OPENROUTER_ADMIN_CHANNEL: "1", ...env });
      changes = 0;
      server.client.fallbackNotificationHandler = async ({ method }) => {
        if (method === "notifications/tools/list_changed") changes += 1;
      };
    };

    it("applies in a running server, which announces the change", async () => {
      await open(["default"]);
      assert.equal((await namesIn(server)).length, 26);
      await window.select(["credits", "extra"]);
      await waitUntil("the change is announced", () => changes === 1);
      const names = await namesIn(server);
      assert.deepEqual(names.length, 11);
      assert.ok(names.includes("or_providers"));
      assert.equal((await server.call("or_providers")).isError, false);
      const { text, isError } = await server.call("or_keys_list");
      assert.equal(isError, true);
      assert.match(text, /^or_keys_list is not among the selected tools/);
      await window.select(undefined);
      await waitUntil("the change is announced", () => changes === 2);
      assert.equal((await namesIn(server)).length, 26);
    });

    it("applies to a server with its own key, too", async () => {
      await open(["or_credits"], serverEnv(account));
      assert.deepEqual(await namesIn(server), ["or_credits"]);
      assert.equal((await server.call("or_credits")).isError, false);
      assert.equal((await server.call("or_overview")).isError, true);
    });

    it("is not announced if it selects the same tools", async () => {
      await open(["keys"]);
      await namesIn(server);
      await window.select(["keys", "or_keys_list"]);
      await window.select(["keys", "extra"]);
      await waitUntil("the other change is announced", () => changes > 0);
      assert.equal(changes, 1);
    });

    it("leaves the window reachable, however long it is", async () => {
      await open(["credits"]);
      assert.equal((await namesIn(server)).length, 2);
      await window.select(["keys", "x".repeat(50_000), ...Array(500).fill("or_credits")]);
      await waitUntil("the change is announced", () => changes === 1);
      assert.equal((await namesIn(server)).length, 7);
      assert.equal((await server.call("or_credits")).isError, false);
      await waitUntil("stderr has the notice", () => /VS Code: x+… is unknown/.test(server.stderr()));
    });

    it("has no effect if OPENROUTER_ADMIN_TOOLS is set", async () => {
      await open(["extra"], { OPENROUTER_ADMIN_TOOLS: "or_credits" });
      assert.deepEqual(await namesIn(server), ["or_credits"]);
      assert.equal((await server.call("or_providers")).isError, true);
    });

    it("is checked before the write mode, since enabling writes would not help", async () => {
      await open(["credits"]);
      await window.allow("off");
      const { text } = await server.call("or_key_create", { name: "by agent" });
      assert.match(text, /^or_key_create is not among the selected tools/);
    });

    it("reports unknown names on stderr once", async () => {
      await open(["credit", "keys"]);
      assert.equal((await namesIn(server)).length, 6);
      await server.call("or_keys_list");
      await waitUntil("stderr has the notice", () => server.stderr().includes("can contain"));
      const notices = server
        .stderr()
        .match(/openrouterAdmin\.mcp\.tools in VS Code: credit is unknown.*mean credits\?/g);
      assert.equal(notices?.length, 1, server.stderr());
    });
  });
});
