// The packaged extension in the oldest VS Code that npm has (1.103.2). `npm run test:oldest` builds and runs it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { SampleAccount } from "../../src/sample/index.ts";
import { READ_TOOLS } from "../support/toolCounts.ts";
import { openContainer, runCommand, screenshot, toast } from "../vscode/host/browser.ts";
import { answerToast, toastButtons } from "../vscode/host/dialogs.ts";
import { eventually } from "../vscode/host/eventually.ts";
import { ensureOldestHost } from "../vscode/host/installOldest.ts";
import { typeKey, waitForKeySaved } from "../vscode/host/keyInput.ts";
import { openPanel, readTable } from "../vscode/host/panel.ts";
import { EXTENSION_ID } from "../vscode/host/paths.ts";
import { enter, pick } from "../vscode/host/quickInput.ts";
import type { Host } from "../vscode/host/server.ts";
import { describeSession, NAME } from "../vscode/host/session.ts";
import { chooseInContextMenu, findRow, showView, view, viewRows } from "../vscode/host/tree.ts";
import { trueKey, usd } from "../vscode/truth/account.ts";
import { trueRemaining } from "../vscode/truth/api.ts";

const RESULT = /MCP (server (works|itself|runs)|server's process|servers:)/;

const options = {
  signedIn: false,
  host: async () => ({ program: await ensureOldestHost() }),
};

describeSession("VS Code 1.103.2", options, (session) => {
  let account: SampleAccount;
  let host: Host;
  let page: Page;

  before(() => {
    ({ account, host, page } = session);
  });

  async function verify(): Promise<string> {
    await runCommand(page, "OpenRouter Admin: Start and Verify the MCP Server");
    await toast(page, RESULT).waitFor({ timeout: 60_000 });
    return toast(page, RESULT).innerText();
  }
  const clear = () => runCommand(page, "Notifications: Clear All Notifications");

  it("is the version that it claims to be", async () => {
    const { codeServer } = await ensureOldestHost();
    const manifest = join(codeServer, "..", "..", "..", "lib", "vscode", "package.json");
    assert.equal(JSON.parse(await readFile(manifest, "utf8")).version, "1.103.2");
  });

  it("activates the extension, although it doesn't know all contribution points", async () => {
    await view(page, "Credits").locator(".welcome-view-content", { hasText: "Set Key" }).waitFor({ timeout: 60_000 });
  });

  it("explores the sample account", async () => {
    await runCommand(page, "OpenRouter Admin: Explore with a Sample Account");
    await findRow(page, "Credits", /Remaining/);
    assert.match(await page.locator(".part.sidebar").innerText(), /sample/i);
    await runCommand(page, "OpenRouter Admin: Remove Key");
    await view(page, "Credits").locator(".welcome-view-content", { hasText: "Set Key" }).waitFor();
    await clear();
  });

  it("shows the account's credits, keys, guardrails and members", async () => {
    await typeKey(page, account.key);
    await waitForKeySaved(page);
    const remaining = usd(await trueRemaining(account));
    const row = view(page, "Credits")
      .locator(".monaco-list-row", { hasText: /Remaining/ })
      .first();
    await row.filter({ hasText: remaining }).waitFor();
    for (const name of ["Keys", "Guardrails", "Members"]) {
      await showView(page, name, { alone: true });
      assert.notEqual((await viewRows(page, name)).length, 0, name);
      await screenshot(page, `oldest-${name.toLowerCase()}`);
    }
    await clear();
  });

  it("starts the server, whose tool reads the account, and says that this version doesn't do so by itself", async () => {
    const text = await verify();
    assert.match(text, new RegExp(`works: ${READ_TOOLS} tools, write tools off`));
    assert.ok(text.includes((await trueRemaining(account)).toFixed(2)), text);
    assert.match(text, /This version of VS Code doesn't start MCP servers by itself\..* chat\.mcp\.autostart/);
    assert.doesNotMatch(text, /AI features/, "a setting that this version doesn't know");
    await screenshot(page, "oldest-verify");
    await clear();
  });

  it("says at once that MCP is off", async () => {
    await host.updateSettings({ "chat.mcp.enabled": false });
    assert.match(await verify(), /doesn't start MCP servers: chat\.mcp\.enabled is false/);
    assert.deepEqual(await toastButtons(page, RESULT), ["Open Settings", "Open Log"]);
    await clear();
    await host.updateSettings({ "chat.mcp.enabled": undefined });
    assert.match(await verify(), /works/);
    await clear();
  });

  it("renames a key in its row's menu", async () => {
    await openContainer(page, NAME);
    await showView(page, "Keys", { alone: true });
    const { hash } = trueKey(account, "support-assistant");
    await chooseInContextMenu(await findRow(page, "Keys", "support-assistant"), "Rename Key");
    await enter(page, "support-renamed");
    await pick(page, "Change Key");
    await findRow(page, "Keys", "support-renamed");
    assert.equal(trueKey(account, "support-renamed").hash, hash);
  });

  it("disables a key, and enables it again in the notification", async () => {
    await chooseInContextMenu(await findRow(page, "Keys", "mobile-app"), "Disable Key");
    await eventually(() => assert.equal(trueKey(account, "mobile-app").disabled, true));
    await answerToast(page, "mobile-app is disabled", "Re-enable");
    await eventually(() => assert.equal(trueKey(account, "mobile-app").disabled, false));
    await clear();
  });

  it("shows spend in the activity panel", async () => {
    const frame = await openPanel(page);
    const { rows } = await readTable(frame);
    assert.ok(rows.length > 3, "the table is empty");
    await screenshot(page, "oldest-panel");
  });

  it("logs no error of the extension", () => {
    const errors = host
      .logs()
      .split("\n")
      .filter((line) => /\[error\]/i.test(line) && (line.includes(EXTENSION_ID) || line.includes("openrouter")));
    assert.deepEqual(errors, []);
    assert.ok(!host.logs().includes(account.key), "the key is in a log");
  });
});
