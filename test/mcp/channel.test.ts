import assert from "node:assert/strict";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { openWindow, type TestWindow, temporaryHome } from "../support/channelWindow.ts";
import { type McpServer, serverEnv, startServer } from "../support/mcp.ts";

describe("the channel to VS Code", () => {
  let account: SampleAccount;
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  let server: McpServer;
  const windows: TestWindow[] = [];

  const open = async (options: Parameters<typeof openWindow>[1]) => {
    const window = await openWindow(home.folder, options);
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

  it("lists its tools without a key and a window, and each says what to do", async () => {
    server = await startServer(withoutKey());
    const { tools } = await server.client.listTools();
    assert.equal(tools.length, 16);
    const { text, isError } = await server.call("or_credits");
    assert.equal(isError, true);
    assert.match(text, /Open VS Code with OpenRouter Admin, or set OPENROUTER_PROVISIONING_KEY/);
  });

  it("answers as with a key of its own", async () => {
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

  it("uses a window that opens later, and its write tools", async () => {
    server = await startServer(withoutKey());
    let changed = 0;
    server.client.fallbackNotificationHandler = async ({ method }) => {
      if (method === "notifications/tools/list_changed") changed += 1;
    };
    assert.equal((await server.client.listTools()).tools.length, 16);
    const window = await open({ account, writes: "on" });
    while (changed === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal((await server.client.listTools()).tools.length, 26);
    const { text, isError } = await server.call("or_key_create", { name: "by agent" });
    assert.equal(isError, false, text);
    assert.match(text, /sk-or-v1-[0-9a-f]{64}/);
    assert.deepEqual(
      window.decided.map(({ write }) => write.action),
      ["createKey"],
    );
    assert.doesNotMatch(JSON.stringify(window.decided), /sk-or-v1-[0-9a-f]{64}/);
  });
});
