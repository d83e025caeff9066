import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { chmod, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type SampleAccount, startSampleAccount } from "../../../src/sample/index.ts";
import { startKeyRouter } from "../../support/keyRouter.ts";
import { type McpServer, startServer } from "../../support/mcp.ts";
import { DEFAULT_TOOLS, READ_TOOLS } from "../../support/toolCounts.ts";
import { runCommand, screenshot, toast } from "../host/browser.ts";
import { ask, prepareChat } from "../host/chat.ts";
import { answerModal } from "../host/dialogs.ts";
import { assertRemains, eventually } from "../host/eventually.ts";
import { filesContaining } from "../host/fileSearch.ts";
import { clickInTooltip } from "../host/hover.ts";
import { typeKey, waitForKeySaved } from "../host/keyInput.ts";
import { mcpServersOf, processesOf } from "../host/processes.ts";
import type { Host } from "../host/server.ts";
import { describeSession, WITH_CHAT } from "../host/session.ts";
import { statusItem, statusTooltip } from "../host/status.ts";
import { runTitleAction, titleActions, view, viewDescription } from "../host/tree.ts";
import { scriptedModelVsix } from "../host/vsix.ts";
import { trueRemaining } from "../truth/api.ts";
import { containsFigure } from "../truth/figures.ts";

const INJECT = "openrouterAdmin.mcp.injectKey";
const WRITES = "openrouterAdmin.allowWriteTools";

const profileDir = mkdtempSync(join(tmpdir(), "openrouter-admin-profile-"));
let other: SampleAccount;
let address: Awaited<ReturnType<typeof startKeyRouter>>;

/** Starts two accounts at the same URL, as at OpenRouter. */
async function startAccounts(): Promise<SampleAccount> {
  const account = await startSampleAccount();
  other = await startSampleAccount();
  other.state.totalCredits += 222_222 * 1_000_000;
  address = await startKeyRouter([account, other]);
  return account;
}

const options = {
  account: startAccounts,
  signedIn: false,
  settings: () => ({ ...WITH_CHAT, "openrouterAdmin.baseUrl": address.baseUrl }),
  host: async () => ({ vsix: [await scriptedModelVsix()] }),
  profileDir,
};

describeSession("the key and the channel", options, (session) => {
  let account: SampleAccount;
  let host: Host;
  let page: Page;
  let client: McpServer | undefined;
  let serverPid = 0;

  before(() => {
    ({ account, host, page } = session);
  });
  after(async () => {
    await client?.close();
    address.close();
    await other.close();
    await rm(profileDir, { recursive: true, force: true, maxRetries: 5 });
  });

  async function setKey(key: string): Promise<void> {
    await typeKey(page, key);
    await waitForKeySaved(page);
    await runCommand(page, "Notifications: Clear All Notifications");
  }

  async function verify(): Promise<string> {
    await runCommand(page, "OpenRouter Admin: Start and Verify the MCP Server");
    await toast(page, /The MCP server/).waitFor({ timeout: 60_000 });
    // The progress notification has another title.
    await toast(page, /(through|use) this window/).waitFor({ timeout: 60_000 });
    const text = await toast(page, /(through|use) this window/).innerText();
    await runCommand(page, "Notifications: Clear All Notifications");
    return text;
  }

  /** Asks agent mode a question for which it calls `or_credits`. */
  async function askAgent(expected: RegExp): Promise<string> {
    await runCommand(page, "Chat: New Chat");
    return ask(page, "credits-now", expected);
  }

  async function assertAgentReads(of: SampleAccount): Promise<void> {
    const reply = await askAgent(/remaining:\s*-?\d+\.\d{2}/);
    const remaining = await trueRemaining(of);
    assert.ok(containsFigure(reply, remaining), `${remaining} is not in:\n${reply}`);
  }

  /** Returns the editor's processes that were started with the key in their environment or arguments. */
  const startedWith = (key: string) =>
    processesOf(host).filter(({ command, environment }) => `${command} ${environment}`.includes(key));

  function onlyServerHas(key: string): void {
    const servers = mcpServersOf(host).map(({ pid }) => pid);
    assert.equal(servers.length, 1);
    const pids = startedWith(key).map(({ pid }) => pid);
    assert.deepEqual(pids, servers);
  }

  /** Returns the process id of agent mode's only server. */
  function serverPidNow(): number {
    const servers = mcpServersOf(host);
    assert.equal(servers.length, 1, servers.map(({ command }) => command).join("\n"));
    return servers[0]!.pid;
  }

  describe("with the key in the server's environment", () => {
    it("verifies that local agents use the key and others connect through the window", async () => {
      await setKey(account.key);
      const said = await verify();
      assert.match(said, new RegExp(`works: ${READ_TOOLS} tools, write tools off`));
      assert.match(
        said,
        /Local agents use the key in the server's environment\. Agent Host \(Copilot\), other clients/,
      );
    });

    it("gives the key to no other process of the editor", () => onlyServerHas(account.key));

    it("answers an agent with the account's figure", async () => {
      await prepareChat(page);
      await assertAgentReads(account);
    });

    it("answers with the other account's figure after a switch, and removes the first key", async () => {
      await setKey(other.key);
      await eventually(() => assert.deepEqual(startedWith(account.key), []));
      await assertAgentReads(other);
      onlyServerHas(other.key);
      assert.deepEqual(startedWith(account.key), []);
    });
  });

  describe("with the key in no environment", () => {
    it("stops the server that had the key immediately", async () => {
      await host.updateSettings({ [INJECT]: false });
      await eventually(() => assert.deepEqual(startedWith(other.key), []));
    });

    it("verifies that all agents connect through the window", async () => {
      const said = await verify();
      assert.match(said, new RegExp(`works: ${READ_TOOLS} tools, write tools off`));
      assert.match(said, /Local agents, Agent Host \(Copilot\) and other clients connect through this window/);
    });

    it("answers an agent with the account's figure without the key in any process", async () => {
      await assertAgentReads(other);
      serverPid = serverPidNow();
      assert.ok(processesOf(host).length > 3, "the editor has more processes");
      assert.deepEqual(startedWith(other.key), []);
    });

    it("keeps the server when the account is switched", async () => {
      await setKey(account.key);
      await assertAgentReads(account);
      assert.equal(serverPidNow(), serverPid);
    });

    it("lets a client outside of VS Code read through the window, too", async () => {
      client = await startServer({ HOME: host.home, OPENROUTER_ADMIN_CHANNEL: "1" });
      const { text, isError } = await client.call("or_credits");
      assert.equal(isError, false, text);
      assert.ok(containsFigure(text, await trueRemaining(account)), text);
    });
  });

  describe("with an entry folder that other users can access", () => {
    const folder = () => join(host.home, ".openrouter-admin");

    it("explains the problem and how to fix it", async () => {
      await chmod(folder(), 0o755);
      const said = await verify();
      assert.match(said, /The MCP server itself runs \(\d+ tools\), but its tools can't work until then/);
      assert.match(
        said,
        /can't connect through this window, and writes fail: Other users can access the folder \S+, .* chmod 700/,
      );
    });

    it("works again once it is fixed", async () => {
      await chmod(folder(), 0o700);
      assert.match(await verify(), new RegExp(`works: ${READ_TOOLS} tools.*through this window`));
    });
  });

  describe("with agent writes on", () => {
    let lists = 0;

    it("offers the write tools in running servers without a restart", async () => {
      client!.client.fallbackNotificationHandler = async ({ method }) => {
        if (method === "notifications/tools/list_changed") lists += 1;
      };
      assert.equal((await client!.client.listTools()).tools.length, READ_TOOLS);
      await host.updateSettings({ [WRITES]: "ask" });
      await eventually(() => assert.ok(lists > 0));
      assert.equal((await client!.client.listTools()).tools.length, DEFAULT_TOOLS);
      assert.match(await verify(), new RegExp(`works: ${DEFAULT_TOOLS} tools, write tools on`));
      assert.equal(serverPidNow(), serverPid);
    });

    it("shows the write mode in the Keys view", async () => {
      assert.match(await viewDescription(page, "Keys"), /Agent writes: ask$/);
      await host.updateSettings({ [WRITES]: "on" });
      await eventually(async () => assert.match(await viewDescription(page, "Keys"), /Agent writes: on$/));
      assert.ok((await titleActions(page, "Keys")).includes("Turn Off Agent Writes"));
      await screenshot(page, "agent-3-writes-on");
    });

    it("turns writes off with one click in the view title", async () => {
      await runTitleAction(page, "Keys", "Turn Off Agent Writes");
      await assertOff();
      await eventually(async () => assert.equal((await client!.client.listTools()).tools.length, READ_TOOLS));
    });

    it("turns writes off with one click in the status bar tooltip", async () => {
      await host.updateSettings({ [WRITES]: "on" });
      await eventually(async () => assert.match(await viewDescription(page, "Keys"), /Agent writes: on$/));
      assert.match(await statusTooltip(page, "today"), /Agent writes: on/);
      await clickInTooltip(statusItem(page, "today").locator(".statusbar-item-label"), "Turn Off Agent Writes");
      await assertOff();
    });

    async function assertOff(): Promise<void> {
      await eventually(async () => assert.doesNotMatch(await viewDescription(page, "Keys"), /Agent writes/));
      assert.ok(!(await titleActions(page, "Keys")).includes("Turn Off Agent Writes"));
      const settings = JSON.parse(await readFile(join(host.dataDir, "User", "settings.json"), "utf8"));
      assert.equal(settings[WRITES], "off");
      await runCommand(page, "Notifications: Clear All Notifications");
    }
  });

  describe("signed out", () => {
    it("says in each tool what to do next", async () => {
      await runCommand(page, "OpenRouter Admin: Remove Key");
      await answerModal(page, "Remove Account");
      await toast(page, /The account .* was removed/).waitFor();
      await runCommand(page, "OpenRouter Admin: Remove Key");
      await answerModal(page, "Remove Key");
      await view(page, "Credits").locator(".welcome-view-content", { hasText: "Set Key" }).waitFor();
      await askAgent(/no account is set up/);
      const { text, isError } = await client!.call("or_credits");
      assert.equal(isError, true);
      assert.match(text, /Run “OpenRouter Admin: Set Key”/);
    });

    it("starts the server if the user dismisses the key prompt, and works once a key is set", async () => {
      await runCommand(page, "MCP: Reset Cached Tools");
      process.kill(serverPidNow());
      await eventually(() => assert.equal(mcpServersOf(host).length, 0));
      const question = page.locator(".quick-input-widget .quick-input-title", { hasText: "Set Provisioning" });
      await runCommand(page, "Chat: New Chat");
      const asked = ask(page, "credits-now", /no account is set up/);
      await question.waitFor({ timeout: 60_000 });
      await page.keyboard.press("Escape");
      await asked;
      await setKey(account.key);
      await assertAgentReads(account);
    });

    it("removes an injected key together with the account", async () => {
      await host.updateSettings({ [INJECT]: true });
      await verify();
      onlyServerHas(account.key);
      await runCommand(page, "OpenRouter Admin: Remove Key");
      await answerModal(page, "Remove Key");
      await eventually(() => assert.deepEqual(startedWith(account.key), []));
      await assertRemains(() => assert.deepEqual(startedWith(account.key), []), 1_000);
    });
  });

  describe("afterwards", () => {
    it("has written the keys to no log, setting or file", async () => {
      await session.workbench.close();
      assert.notDeepEqual(filesContaining(address.baseUrl, [host.dataDir]), [], "the search finds nothing");
      const folders = [host.dataDir, host.home, host.extensionsDir, host.folder, profileDir];
      for (const { key } of [account, other]) {
        assert.ok(!host.logs().includes(key), "the key is in a log");
        assert.deepEqual(filesContaining(key, folders), []);
      }
    });
  });
});
