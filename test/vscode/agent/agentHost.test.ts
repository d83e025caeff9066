import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { clients, entryOf } from "../../../src/editor/clients/clientList.ts";
import { installLauncher } from "../../../src/editor/clients/launcher.ts";
import { type SampleAccount, startSampleAccount } from "../../../src/sample/index.ts";
import { DEFAULT_TOOLS, READ_TOOLS } from "../../support/toolCounts.ts";
import { screenshot } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { reloadWindow } from "../host/extensionHost.ts";
import { filesContaining } from "../host/fileSearch.ts";
import { typeKey, waitForKeySaved } from "../host/keyInput.ts";
import { headline, readTable } from "../host/panel.ts";
import { processesWithEnvironment } from "../host/processes.ts";
import { storedSecrets } from "../host/storedSecrets.ts";
import { trueRemaining } from "../truth/api.ts";
import { containsFigure } from "../truth/figures.ts";
import { figuresOf, ledgerDays, near, sameSpend, spentBy } from "../truth/spend.ts";
import { askText, askTool, describeAgentHost, drawnChart, newChat, offeredTools } from "./agentHost.ts";
import { assertInOrder, skillCases } from "./skillCases.ts";

/** Values of openrouterAdmin.allowWriteTools. */
const WRITE_TOOLS = { off: "off", on: "on" };

/** The server's name in mcp-config.json. */
const BY_HAND = "openrouter-by-hand";

describeAgentHost("the Agent Host", { account: richerAccount }, (agent) => {
  let account: SampleAccount;
  let page: Page;

  before(async () => {
    ({ account, page } = agent);
    await typeKey(page, account.key);
    await waitForKeySaved(page);
  });

  /** Asks for the credits and compares the answer with the account. */
  async function assertCredits(tool = "or_credits"): Promise<void> {
    const remaining = await trueRemaining(account);
    const answer = await askTool(agent, tool);
    assert.ok(containsFigure(answer, remaining), `${remaining} is not in:\n${answer}`);
  }

  it("answers with the account's credits", () => assertCredits());

  it("offers the read tools to the model, and the write tools only while they are allowed", async () => {
    const read = await offeredTools(agent, READ_TOOLS);
    assert.ok(read.includes("or_keys_list"));
    assert.ok(!read.includes("or_key_create"));
    await agent.host.updateSettings({ "openrouterAdmin.allowWriteTools": WRITE_TOOLS.on });
    const all = await offeredTools(agent, DEFAULT_TOOLS);
    assert.ok(all.includes("or_key_create"));
    await agent.host.updateSettings({ "openrouterAdmin.allowWriteTools": WRITE_TOOLS.off });
    assert.deepEqual(await offeredTools(agent, READ_TOOLS), read);
  });

  it("follows each skill that a slash command starts: its text, its tools in its order, the account's figures", async () => {
    for (const { question, end, marks } of await skillCases(account))
      assertInOrder(await askText(page, question, end), marks);
  });

  it("draws a chart of the account's spend", async () => {
    await askTool(agent, "or_activity", { args: { aggregate: "by_day" }, brief: true });
    const completed = ledgerDays(account, 30, 1);
    // Until this answer's chart is drawn, the last one is that of an earlier answer.
    const frame = await eventually(async () => {
      const drawn = await drawnChart(page);
      near(await headline(drawn), figuresOf(completed).cost, "the headline");
      return drawn;
    });
    await screenshot(page, "agent-host-chart");
    await frame.locator("summary").click();
    sameSpend((await readTable(frame)).rows, spentBy(account, completed, "model"));
  });

  it("creates a key without showing its secret to the model", async () => {
    await agent.host.updateSettings({ "openrouterAdmin.allowWriteTools": WRITE_TOOLS.on });
    const answer = await askTool(agent, "or_key_create", { args: { name: "by the agent host" } });
    await agent.host.updateSettings({ "openrouterAdmin.allowWriteTools": WRITE_TOOLS.off });
    assert.match(answer, /The secret is kept in VS Code/);
    const created = [...account.state.keys.values()].find(({ name }) => name === "by the agent host");
    assert.ok(created);
    const secret = (await storedSecrets(agent.host, page))[`openrouterAdmin.held.${created.hash}`] ?? "";
    assert.match(secret, /^sk-or-v1-[0-9a-f]{64}$/);
    const { host, home, api } = agent;
    assert.ok(!api.requests.some((request) => request.includes(secret)));
    assert.deepEqual(filesContaining(secret, [host.dataDir, host.extensionsDir, host.folder, home]), []);
    assert.deepEqual(processesWithEnvironment(secret, host), []);
    assert.ok(!host.logs().includes(secret));
    assert.ok(!(await page.locator("body").innerText()).includes(secret));
  });

  it("answers in another chat, which starts another session", async () => {
    await newChat(page);
    await assertCredits();
  });

  it("answers through a server from the user's configuration that has no key", async () => {
    await configureByHand();
    await newChat(page);
    await assertCredits(`${BY_HAND}-or_credits`);
  });

  /** Configures the entry that "Set Up in Another Client" writes, under a name of its own. */
  async function configureByHand(): Promise<void> {
    const folders = await readdir(agent.host.extensionsDir);
    const folder = folders.find((name) => name.startsWith("openrouter-admin.openrouter-admin"));
    const { platform, env, execPath: runtime } = process;
    const launcher = await installLauncher({
      ...{ privateFolder: join(agent.home, ".openrouter-admin"), version: "0.0.0", runtime, platform },
      extensionFolder: join(agent.host.extensionsDir, folder!),
    });
    const server = entryOf(clients.find(({ id }) => id === "copilot")!, launcher, { platform, env });
    await mkdir(join(agent.home, ".copilot"), { recursive: true });
    const file = join(agent.home, ".copilot", "mcp-config.json");
    await writeFile(file, JSON.stringify({ mcpServers: { [BY_HAND]: server } }));
  }

  it("answers after a window reload", async () => {
    await reloadWindow(agent.host, page);
    await assertCredits();
  });

  it("keeps the key only in SecretStorage, not in files, environments, logs or model requests", async () => {
    const { host, home, api } = agent;
    assert.ok(Object.values(await storedSecrets(host, page)).includes(account.key));
    const dirs = [host.dataDir, host.extensionsDir, host.folder, home];
    assert.notDeepEqual(filesContaining(account.baseUrl, dirs), [], "the search finds nothing at all");
    assert.deepEqual(filesContaining(account.key, dirs), []);
    assert.notDeepEqual(processesWithEnvironment(home, host), [], "the search finds no process at all");
    assert.deepEqual(processesWithEnvironment(account.key, host), []);
    assert.ok(!host.logs().includes(account.key));
    assert.ok(!api.requests.some((request) => request.includes(account.key)));
  });
});

/** Starts a sample account that differs from others by its credits. */
async function richerAccount(): Promise<SampleAccount> {
  const account = await startSampleAccount();
  account.state.totalCredits += 123 * 1_000_000;
  return account;
}
