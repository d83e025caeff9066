// What Start and Verify says when a link between agents and OpenRouter fails.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type SampleAccount, startSampleAccount } from "../../../src/sample/index.ts";
import { READ_TOOLS } from "../../support/toolCounts.ts";
import { runCommand, screenshot, toast } from "../host/browser.ts";
import { answerToast, toastButtons } from "../host/dialogs.ts";
import { closeInput, typeKey, waitForKeySaved } from "../host/keyInput.ts";
import { EXTENSION_ID } from "../host/paths.ts";
import { mcpServersOf } from "../host/processes.ts";
import { closedPort } from "../host/server.ts";
import { describeSession, WITH_CHAT } from "../host/session.ts";

const BASE_URL = "openrouterAdmin.baseUrl";
const RESULT = /MCP (server (works|itself|runs)|server's process|servers:|tools because)/;

describeSession("Start and Verify", { settings: WITH_CHAT, signedIn: false, sidebar: false }, (session) => {
  let page: Page;
  before(() => {
    ({ page } = session);
  });

  async function verify(): Promise<{ text: string; buttons: string[] }> {
    await runCommand(page, "OpenRouter Admin: Start and Verify the MCP Server");
    await toast(page, RESULT).waitFor({ timeout: 60_000 });
    return { text: await toast(page, RESULT).innerText(), buttons: await toastButtons(page, RESULT) };
  }

  const clear = () => runCommand(page, "Notifications: Clear All Notifications");

  /** Verifies with other settings, and resets them. */
  async function verifyWith(settings: Record<string, unknown>): Promise<{ text: string; buttons: string[] }> {
    await session.host.updateSettings(settings);
    const said = await verify();
    await clear();
    await session.host.updateSettings(Object.fromEntries(Object.keys(settings).map((id) => [id, undefined])));
    return said;
  }

  it("says that there is no account if the user sets no key", async () => {
    await runCommand(page, "OpenRouter Admin: Start and Verify the MCP Server");
    await page.locator(".quick-input-widget .quick-input-title", { hasText: "Set Provisioning" }).waitFor();
    await closeInput(page);
    assert.deepEqual(await toastButtons(page, /No account is set up/), ["Set Key", "Explore with a Sample Account"]);
    await clear();
    assert.equal(mcpServersOf(session.host).length, 0);
    await typeKey(page, session.account.key);
    await waitForKeySaved(page);
    await clear();
  });

  it("says at once that a setting stops all MCP servers, and opens it", async () => {
    await session.host.updateSettings({ "chat.mcp.access": "none" });
    const { text, buttons } = await verify();
    assert.match(
      text,
      /doesn't start MCP servers: chat\.mcp\.access is none\. Your settings set this\. The views work/,
    );
    assert.deepEqual(buttons, ["Open Settings", "Open Log"]);
    await screenshot(page, "verify-access-none");
    await answerToast(page, RESULT, "Open Settings");
    await page.locator(".settings-editor .setting-item-contents", { hasText: "Access" }).first().waitFor();
    await runCommand(page, "View: Close Editor");
    await session.host.updateSettings({ "chat.mcp.access": undefined });
  });

  it("says at once that agent mode is off", async () => {
    const { text, buttons } = await verifyWith({ "chat.agent.enabled": false });
    assert.match(text, /no MCP tools because agent mode is off: chat\.agent\.enabled is false\./);
    assert.deepEqual(buttons, ["Open Settings", "Open Log"]);
  });

  it("works without AI features, and says that no chat uses the server", async () => {
    const { text } = await verifyWith({ "chat.disableAIFeatures": true });
    assert.match(text, new RegExp(`works: ${READ_TOOLS} tools.*Other clients connect through this window\\. No chat`));
    assert.match(text, /chat\.disableAIFeatures is true/);
  });

  it("starts the server if VS Code doesn't by itself, and says which setting changes that", async () => {
    const { text, buttons } = await verifyWith({ "chat.mcp.autostart": "never" });
    assert.match(text, /works: .*doesn't start MCP servers by itself \(chat\.mcp\.autostart is never\)/);
    assert.match(text, /set it to newAndOutdated/);
    assert.deepEqual(buttons, ["Open Settings", "Open Log"]);
  });

  it("says on which machine the server of a remote window runs", async () => {
    const { text } = await verify();
    assert.match(text, /run on the computer that runs VS Code's server\. Clients there can use this window/);
    await screenshot(page, "verify-works");
    await clear();
  });

  it("says that OpenRouter rejects the key, and that the server runs", async () => {
    const other: SampleAccount = await startSampleAccount();
    await session.host.updateSettings({ [BASE_URL]: other.baseUrl });
    const { text, buttons } = await verify();
    assert.match(text, /The MCP server itself runs \(\d+ tools\), but its tools can't work until then/);
    assert.deepEqual(buttons, ["Set Key", "Open Log"]);
    await clear();
    await other.close();
  });

  it("says that OpenRouter can't be reached", async () => {
    await session.host.updateSettings({ [BASE_URL]: `http://127.0.0.1:${await closedPort()}/api/v1` });
    const { text, buttons } = await verify();
    assert.match(text, /OpenRouter.*The MCP server itself runs \(\d+ tools\), but its tools can't work until then/s);
    assert.doesNotMatch(text, /TLS|strictSSL/i);
    assert.ok(buttons.includes("Open Settings"), buttons.join());
    await clear();
    await session.host.updateSettings({ [BASE_URL]: session.account.baseUrl });
  });

  it("says that the server's process ends, with its last words", async () => {
    const installed = readdirSync(session.host.extensionsDir).find((name) => name.startsWith(EXTENSION_ID));
    const script = join(session.host.extensionsDir, installed ?? "", "dist", "server.js");
    const original = await readFile(script);
    await writeFile(script, `console.error("A module is missing."); process.exit(3);`);
    try {
      for (const { pid } of mcpServersOf(session.host)) process.kill(pid);
      await runCommand(page, "MCP: Reset Cached Tools");
      const { text, buttons } = await verify();
      assert.match(text, /process ends right after its start \(3\): A module is missing\..* Reinstall/);
      assert.match(text, /Agent Host \(Copilot\) and other clients can still connect through this window/);
      assert.deepEqual(buttons, ["Show Output", "Open Log"]);
      await screenshot(page, "verify-process-ends");
      await answerToast(page, RESULT, "Show Output");
      await page.locator(".part.panel .output-view, .output-view-container").first().waitFor();
    } finally {
      await writeFile(script, original);
    }
    await clear();
  });

  it("works again", async () => {
    assert.match((await verify()).text, new RegExp(`works: ${READ_TOOLS} tools`));
  });
});
