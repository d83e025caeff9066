import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { chmod, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type SampleAccount, startSampleAccount } from "../../../src/sample/index.ts";
import { startByKey } from "../../support/byKey.ts";
import { type McpServer, startServer } from "../../support/mcp.ts";
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
import { holdsFigure } from "../truth/figures.ts";

const INJECT = "openrouterAdmin.mcp.injectKey";
const WRITES = "openrouterAdmin.allowWriteTools";

const profileDir = mkdtempSync(join(tmpdir(), "openrouter-admin-profile-"));
let other: SampleAccount;
let address: Awaited<ReturnType<typeof startByKey>>;

/** Two accounts at one address, as at OpenRouter. */
async function startAccounts(): Promise<SampleAccount> {
  const account = await startSampleAccount();
  other = await startSampleAccount();
  other.state.totalCredits += 222_222 * 1_000_000;
  address = await startByKey([account, other]);
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
    // The progress has a title of its own.
    await toast(page, /through this window/).waitFor({ timeout: 60_000 });
    const text = await toast(page, /through this window/).innerText();
    await runCommand(page, "Notifications: Clear All Notifications");
    return text;
  }

  /** Agent mode is asked, and calls `or_credits`. */
  async function agentSays(expected: RegExp): Promise<string> {
    await runCommand(page, "Chat: New Chat");
    return ask(page, "credits-now", expected);
  }

  async function agentReads(of: SampleAccount): Promise<void> {
    const reply = await agentSays(/remaining/);
    const remaining = await trueRemaining(of);
    assert.ok(holdsFigure(reply, remaining), `${remaining} is not in:\n${reply}`);
  }

  /** The programs among the editor's processes that were started with the key, in their environment or as an argument. */
  const startedWith = (key: string) =>
    processesOf(host).filter(({ command, environment }) => `${command} ${environment}`.includes(key));

  function onlyServerHas(key: string): void {
    const servers = mcpServersOf(host).map(({ pid }) => pid);
    assert.equal(servers.length, 1);
    const pids = startedWith(key).map(({ pid }) => pid);
    assert.deepEqual(pids, servers);
  }

  /** Of the one server that agent mode has. */
  function pidOfServer(): number {
    const servers = mcpServersOf(host);
    assert.equal(servers.length, 1, servers.map(({ command }) => command).join("\n"));
    return servers[0]!.pid;
  }

  describe("with the key in the server's environment", () => {
    it("starts and verifies: agents of this window with the key, others through the window", async () => {
      await setKey(account.key);
      const said = await verify();
      assert.match(said, /works: 16 tools, write tools off/);
      assert.match(
        said,
        /Local agents use the key in the server's environment\. Agent Host \(Copilot\), other clients/,
      );
    });

    it("no other process of the editor has it", () => onlyServerHas(account.key));

    it("answers an agent with the account's figure", async () => {
      await prepareChat(page);
      await agentReads(account);
    });

    it("answers with the other account's after the switch, and the key of the first is gone", async () => {
      await setKey(other.key);
      await eventually(() => assert.deepEqual(startedWith(account.key), []));
      await agentReads(other);
      onlyServerHas(other.key);
      assert.deepEqual(startedWith(account.key), []);
    });
  });

  describe("with the key in no environment", () => {
    it("the server that had it ends at once", async () => {
      await host.updateSettings({ [INJECT]: false });
      await eventually(() => assert.deepEqual(startedWith(other.key), []));
    });

    it("starts and verifies: all through the window", async () => {
      const said = await verify();
      assert.match(said, /works: 16 tools, write tools off/);
      assert.match(said, /Local agents, Agent Host \(Copilot\) and other clients connect through this window/);
    });

    it("answers an agent with the account's figure, with the key in no process", async () => {
      await agentReads(other);
      serverPid = pidOfServer();
      assert.ok(processesOf(host).length > 3, "the editor has more processes");
      assert.deepEqual(startedWith(other.key), []);
    });

    it("a switch of the account needs no other server", async () => {
      await setKey(account.key);
      await agentReads(account);
      assert.equal(pidOfServer(), serverPid);
    });

    it("a client that VS Code does not know reads through the window, too", async () => {
      client = await startServer({ HOME: host.home, OPENROUTER_ADMIN_CHANNEL: "1" });
      const { text, isError } = await client.call("or_credits");
      assert.equal(isError, false, text);
      assert.ok(holdsFigure(text, await trueRemaining(account)), text);
    });
  });

  describe("when others may look into the folder by which windows are found", () => {
    const folder = () => join(host.home, ".openrouter-admin");

    it("says so, and what to do about it", async () => {
      await chmod(folder(), 0o755);
      const said = await verify();
      assert.match(said, /is running, but its tool failed: or_overview.* is open to other users/);
      assert.match(said, /can't connect through this window: Other users can access the folder \S+, .* chmod 700/);
    });

    it("works again after that", async () => {
      await chmod(folder(), 0o700);
      assert.match(await verify(), /works: 16 tools.*through this window/);
    });
  });

  describe("when agents may write", () => {
    let lists = 0;

    it("running servers offer the write tools, without a restart", async () => {
      client!.client.fallbackNotificationHandler = async ({ method }) => {
        if (method === "notifications/tools/list_changed") lists += 1;
      };
      assert.equal((await client!.client.listTools()).tools.length, 16);
      await host.updateSettings({ [WRITES]: "ask" });
      await eventually(() => assert.ok(lists > 0));
      assert.equal((await client!.client.listTools()).tools.length, 26);
      assert.match(await verify(), /works: 26 tools, write tools on/);
      assert.equal(pidOfServer(), serverPid);
    });

    it("the Keys view says so, and what is done without a question", async () => {
      assert.equal(await viewDescription(page, "Keys"), "Agent writes: ask");
      await host.updateSettings({ [WRITES]: "on" });
      await eventually(async () => assert.equal(await viewDescription(page, "Keys"), "Agent writes: on"));
      assert.ok((await titleActions(page, "Keys")).includes("Turn Off Agent Writes"));
      await screenshot(page, "agent-3-writes-on");
    });

    it("one click in the title turns it off", async () => {
      await runTitleAction(page, "Keys", "Turn Off Agent Writes");
      await assertOff();
      await eventually(async () => assert.equal((await client!.client.listTools()).tools.length, 16));
    });

    it("so does one in the tooltip of the status bar", async () => {
      await host.updateSettings({ [WRITES]: "on" });
      await eventually(async () => assert.equal(await viewDescription(page, "Keys"), "Agent writes: on"));
      assert.match(await statusTooltip(page, "today"), /Agent writes: on/);
      await clickInTooltip(statusItem(page, "today").locator(".statusbar-item-label"), "Turn Off Agent Writes");
      await assertOff();
    });

    async function assertOff(): Promise<void> {
      await eventually(async () => assert.equal(await viewDescription(page, "Keys"), ""));
      assert.ok(!(await titleActions(page, "Keys")).includes("Turn Off Agent Writes"));
      const settings = JSON.parse(await readFile(join(host.dataDir, "User", "settings.json"), "utf8"));
      assert.equal(settings[WRITES], "off");
      await runCommand(page, "Notifications: Clear All Notifications");
    }
  });

  describe("signed out", () => {
    it("each tool says what to do", async () => {
      await runCommand(page, "OpenRouter Admin: Remove Key");
      await answerModal(page, "Remove Key");
      await view(page, "Credits").locator(".welcome-view-content", { hasText: "Set Key" }).waitFor();
      await agentSays(/no account is set up/);
      const { text, isError } = await client!.call("or_credits");
      assert.equal(isError, true);
      assert.match(text, /Run “OpenRouter Admin: Set Key”/);
    });

    it("a server starts without a key that nobody gives, and works once one is set", async () => {
      await runCommand(page, "MCP: Reset Cached Tools");
      process.kill(pidOfServer());
      await eventually(() => assert.equal(mcpServersOf(host).length, 0));
      const question = page.locator(".quick-input-widget .quick-input-title", { hasText: "Set Provisioning" });
      await runCommand(page, "Chat: New Chat");
      const asked = ask(page, "credits-now", /no account is set up/);
      await question.waitFor({ timeout: 60_000 });
      await page.keyboard.press("Escape");
      await asked;
      await setKey(account.key);
      await agentReads(account);
    });

    it("a key that was injected is gone with the account", async () => {
      await host.updateSettings({ [INJECT]: true });
      await verify();
      onlyServerHas(account.key);
      await runCommand(page, "OpenRouter Admin: Remove Key");
      await answerModal(page, "Remove Key");
      await eventually(() => assert.deepEqual(startedWith(account.key), []));
      await assertRemains(() => assert.deepEqual(startedWith(account.key), []), 1_000);
    });
  });

  describe("in the end", () => {
    it("left the keys in no log, no setting and no file", async () => {
      await session.workbench.close();
      assert.notDeepEqual(filesContaining(address.baseUrl, [host.dataDir]), [], "the search finds nothing at all");
      const folders = [host.dataDir, host.home, host.extensionsDir, host.folder, profileDir];
      for (const { key } of [account, other]) {
        assert.ok(!host.logs().includes(key), "the key is in a log");
        assert.deepEqual(filesContaining(key, folders), []);
      }
    });
  });
});
