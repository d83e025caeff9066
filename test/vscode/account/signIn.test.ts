import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { type SampleAccount, startSampleAccount } from "../../../src/sample/index.ts";
import { runCommand, screenshot, toast } from "../host/browser.ts";
import { closeInput, inputMessage, shrinkSidebar, typeKey, waitForKeySaved } from "../host/keyInput.ts";
import { closedPort, type Host } from "../host/server.ts";
import { describeSession, WITH_CHAT } from "../host/session.ts";
import { inThemes } from "../host/themes.ts";
import { view } from "../host/tree.ts";
import { trueRemaining } from "../truth/api.ts";

/** Starts an account that differs by its credits from the sample account that the extension starts. */
async function richerAccount(): Promise<SampleAccount> {
  const account = await startSampleAccount();
  account.state.totalCredits += 123 * 1_000_000;
  return account;
}

// The user interface from signed out to signed in and back.
describeSession("the interface", { account: richerAccount, signedIn: false, settings: WITH_CHAT }, (session) => {
  let account: SampleAccount;
  let host: Host;
  let page: Page;
  let sidebar: Locator;

  before(() => {
    ({ account, host, page } = session);
    sidebar = page.locator(".part.sidebar");
  });

  const credits = () => view(page, "Credits");
  const welcome = (text: string | RegExp) => credits().locator(".welcome-view-content", { hasText: text });
  const button = (name: string) => credits().locator(".welcome-view-content .monaco-button", { hasText: name });
  const creditRow = (name: RegExp) => credits().locator(".monaco-list-row", { hasText: name });

  /** Verifies that the server, started by VS Code, answers with these figures. */
  async function assertServerReads(figures: string): Promise<void> {
    await runCommand(page, "OpenRouter Admin: Start and Verify the MCP Server");
    await toast(page, /The MCP server (works|is running, but)/).waitFor({ timeout: 60_000 });
    assert.ok((await toast(page, /The MCP server/).innerText()).includes(figures));
    await runCommand(page, "Notifications: Clear All Notifications");
  }

  it("offers Set Key and the sample account when signed out", async () => {
    await welcome("Provisioning (Management) key").waitFor();
    await button("Set Key").waitFor();
    await button("Explore with a Sample Account").waitFor();
    await inBothThemes("signed-out");
  });

  it("rejects an inference key", async () => {
    await typeKey(page, account.inferenceKey);
    assert.doesNotMatch(await inputMessage(page, /inference key/), /sk-or-v1-[0-9a-f]/);
    await screenshot(page, "set-key-inference");
    await closeInput(page);
  });

  it("rejects a revoked key", async () => {
    await typeKey(page, account.revokedKey);
    assert.doesNotMatch(await inputMessage(page, /revoked/), /sk-or-v1-[0-9a-f]/);
    await screenshot(page, "set-key-revoked");
    await closeInput(page);
  });

  it("reports a network error", async () => {
    await host.updateSettings({ "openrouterAdmin.baseUrl": `http://127.0.0.1:${await closedPort()}/api/v1` });
    await typeKey(page, account.key);
    await inputMessage(page, /Couldn't verify the key/);
    await screenshot(page, "set-key-no-network");
    await closeInput(page);
    await host.updateSettings({ "openrouterAdmin.baseUrl": account.baseUrl });
  });

  it("saves none of these keys", async () => {
    await button("Explore with a Sample Account").waitFor();
  });

  it("explores the sample account and labels it as such", async () => {
    await button("Explore with a Sample Account").click();
    await sidebar.getByText("Sample account: invented data").waitFor();
    await creditRow(/Remaining/).waitFor();
    assert.match((await creditRow(/Remaining/).allInnerTexts()).join(), /\$\s?[\d,]+\.\d\d/);
    await inBothThemes("sample");
  });

  it("serves the sample account to agents", () => assertServerReads("total_credits 9500,"));

  it("leaves the sample account", async () => {
    await runCommand(page, "OpenRouter Admin: Remove Key");
    await button("Set Key").waitFor();
  });

  it("shows the figures of the key's account", async () => {
    await typeKey(page, account.key);
    await waitForKeySaved(page);
    await creditRow(/Remaining/).waitFor();
    const dollars = (await trueRemaining(account)).toLocaleString("en-US", { style: "currency", currency: "USD" });
    await creditRow(/Remaining/)
      .filter({ hasText: dollars })
      .waitFor();
    assert.equal(await sidebar.getByText("Sample account").count(), 0);
    await inBothThemes("own-account");
  });

  it("restarts the server for the new key's account", () => assertServerReads("total_credits 9623,"));

  it("keeps the key after a reload", async () => {
    await page.reload();
    await creditRow(/Remaining/).waitFor({ timeout: 60_000 });
  });

  it("shows that the API can't be reached", async () => {
    await host.updateSettings({ "openrouterAdmin.baseUrl": `http://127.0.0.1:${await closedPort()}/api/v1` });
    await welcome("Couldn't reach OpenRouter").waitFor({ timeout: 60_000 });
    await button("Retry").waitFor();
    await inBothThemes("offline");
    await host.updateSettings({ "openrouterAdmin.baseUrl": account.baseUrl });
    await creditRow(/Remaining/).waitFor();
  });

  it("shows that the API rejects the key", async () => {
    const other = await startSampleAccount();
    try {
      await host.updateSettings({ "openrouterAdmin.baseUrl": other.baseUrl });
      await welcome("can't manage the account").waitFor({ timeout: 60_000 });
      await button("Set Key").waitFor();
      await inBothThemes("wrong-key");
      await host.updateSettings({ "openrouterAdmin.baseUrl": account.baseUrl });
      await creditRow(/Remaining/).waitFor();
    } finally {
      await other.close();
    }
  });

  it("removes the key after a confirmation and signs out", async () => {
    await runCommand(page, "OpenRouter Admin: Remove Key");
    await page.locator(".monaco-dialog-box").getByRole("button", { name: "Remove Key" }).click();
    await toast(page, "The key was removed").waitFor();
    await button("Set Key").waitFor();
    await button("Explore with a Sample Account").waitFor();
  });

  it("writes no key to the logs", () => {
    for (const key of [account.key, account.inferenceKey, account.revokedKey]) assert.ok(!host.logs().includes(key));
  });

  async function inBothThemes(name: string): Promise<void> {
    await inThemes(host, page, ["light", "dark"], (theme) => screenshot(page, `${name}-${theme}`));
    const widen = await shrinkSidebar(page);
    await screenshot(page, `${name}-dark-narrow`);
    await widen();
  }
});
