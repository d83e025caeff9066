import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { type SampleAccount, startSampleAccount } from "../../../src/sample/index.ts";
import { type CorsProxy, startCorsProxy } from "../../support/corsProxy.ts";
import { launchBrowser, openContainer, readClipboard, runCommand, screenshot, toast } from "../host/browser.ts";
import { createKey } from "../host/createKeyWizard.ts";
import { answerModal, answerToast, modal } from "../host/dialogs.ts";
import { eventually } from "../host/eventually.ts";
import { typeKey, waitForKeySaved } from "../host/keyInput.ts";
import { openPanel, readTable } from "../host/panel.ts";
import { pick, quickInputClosed } from "../host/quickInput.ts";
import { WITHOUT_CHAT } from "../host/session.ts";
import { skipAfterFailure } from "../host/skipAfterFailure.ts";
import { contextMenu, findRow, runInlineAction, showView, view, viewMessage } from "../host/tree.ts";
import { startWebHost } from "../host/webHost.ts";
import { lastRequest, trueKey } from "../truth/account.ts";
import { trueRemaining } from "../truth/api.ts";

/** What a browser may not tell apart. */
const BLOCKED = /The browser couldn't reach OpenRouter, or blocked the request/;

describe("VS Code for the Web", function () {
  this.timeout(5 * 60_000);
  skipAfterFailure(this);
  let account: SampleAccount;
  let proxy: CorsProxy;
  let page: Page;
  let credits: Locator;
  const cleanup: (() => Promise<unknown>)[] = [];

  before(async () => {
    account = await startSampleAccount();
    cleanup.push(() => account.close());
    proxy = await startCorsProxy(account.baseUrl);
    cleanup.push(() => proxy.close());
    const host = await startWebHost({
      ...WITHOUT_CHAT,
      "openrouterAdmin.baseUrl": proxy.baseUrl,
      "openrouterAdmin.refreshInterval": 0,
    });
    cleanup.push(() => host.stop());
    const profile = await mkdtemp(join(tmpdir(), "openrouter-admin-profile-"));
    cleanup.push(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
    const browser = await launchBrowser(profile);
    cleanup.push(() => browser.close());
    page = browser.pages()[0] ?? (await browser.newPage());
    await page.setViewportSize({ width: 1200, height: 1300 });
    await page.goto(host.url);
    await openContainer(page, "OpenRouter Admin");
    credits = view(page, "Credits");
  });
  after(async () => {
    for (const close of cleanup.reverse()) await close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await screenshot(page, `failed-web-${this.currentTest.title}`);
  });

  const welcome = (text: string | RegExp) => credits.locator(".welcome-view-content", { hasText: text });

  /** Runs a command and waits for the notification that it shows. */
  async function assertSays(command: string, text: string): Promise<void> {
    await runCommand(page, `OpenRouter Admin: ${command}`);
    await toast(page, text).waitFor();
    await clearToasts();
  }

  const clearToasts = () => runCommand(page, "Notifications: Clear All Notifications");

  /** Copies the offered secret and confirms it. @returns the status of a request with it */
  async function copySecret(): Promise<number> {
    await pick(page, "Copy");
    await modal(page, "is on the clipboard");
    const secret = await readClipboard(page);
    await answerModal(page, "I Have Saved It");
    return (await fetch(`${account.baseUrl}/key`, { headers: { authorization: `Bearer ${secret}` } })).status;
  }

  it("says what needs a computer", async () => {
    await welcome("need VS Code on a computer").waitFor();
    assert.deepEqual(await welcome("").locator(".monaco-button").allInnerTexts(), ["Set Key"]);
    await screenshot(page, "web-signed-out");
    await assertSays("Explore with a Sample Account", "The sample account needs VS Code on a computer");
    await assertSays("Start and Verify the MCP Server", "MCP servers need VS Code on a computer");
    await assertSays("Show Agent Changes", "MCP servers need VS Code on a computer");
    await assertSays("Search for Leaked Keys…", "Searching for leaked keys needs VS Code on a computer");
  });

  it("shows the account's figures", async () => {
    await typeKey(page, account.key);
    await waitForKeySaved(page);
    const dollars = (await trueRemaining(account)).toLocaleString("en-US", { style: "currency", currency: "USD" });
    await credits.locator(".monaco-list-row", { hasText: "Remaining" }).filter({ hasText: dollars }).waitFor();
    assert.doesNotMatch(await toast(page, "The key is stored").innerText(), /MCP/);
    await clearToasts();
    await screenshot(page, "web-signed-in");
  });

  it("sends only headers that OpenRouter allows web pages", () => {
    assert.deepEqual([...new Set(proxy.preflights)].sort(), ["authorization", "authorization,content-type"]);
  });

  it("disables a key", async () => {
    await showView(page, "Keys", { alone: true });
    const row = await findRow(page, "Keys", "support-assistant");
    const { hash } = trueKey(account, "support-assistant");
    await runInlineAction(row, "Disable Key");
    await eventually(() => assert.equal(trueKey(account, "support-assistant").disabled, true));
    assert.deepEqual(lastRequest(account, "PATCH", `/keys/${hash}`).body, { disabled: true });
  });

  it("lists findings about keys, and says which need VS Code on a computer", async () => {
    await showView(page, "Key Safety", { alone: true });
    await findRow(page, "Key Safety", "Limit reached", { timeoutMs: 30_000 });
    await findRow(page, "Key Safety", "Not judged: Rotation not finished");
    await showView(page, "Keys", { alone: true });
  });

  it("offers no rotation in menus, and says why in the command palette", async () => {
    const entries = JSON.stringify(await contextMenu(await findRow(page, "Keys", "translation")));
    assert.match(entries, /Delete Key/);
    assert.doesNotMatch(entries, /Rotate/);
    await assertSays("Rotate Key", "Rotating a key needs VS Code on a computer");
  });

  it("creates a key and hands over its secret", async () => {
    await createKey(page, "from the browser");
    assert.equal(await copySecret(), 200);
    await clearToasts();
  });

  it("draws the panel", async () => {
    const { rows } = await readTable(await openPanel(page));
    assert.ok(rows.length > 3);
    await screenshot(page, "web-panel");
    await runCommand(page, "View: Close Editor");
  });

  it("keeps the key, a stored secret and one that was not saved after a reload", async () => {
    await createKey(page, "stored");
    await pick(page, "Store in VS Code");
    await quickInputClosed(page);
    await (await findRow(page, "Keys", "stored")).filter({ hasNotText: "secret pending" }).waitFor();
    await createKey(page, "left");
    await page.locator(".quick-input-list").getByText("Store in VS Code").waitFor();
    await page.reload();
    await answerToast(page, "hasn't been saved yet", "Save Now");
    assert.equal(await copySecret(), 200);
    await showView(page, "Keys");
    const entries = await contextMenu(await findRow(page, "Keys", "stored"));
    assert.match(JSON.stringify(entries), /Copy Stored Secret/);
  });

  it("follows no redirect, though a browser hides where it leads", async () => {
    proxy.redirects = true;
    const mark = account.requests.length;
    await showView(page, "Credits");
    await runCommand(page, "OpenRouter Admin: Refresh");
    await eventually(async () => assert.match(await viewMessage(page, "Credits"), /redirects aren't followed/));
    assert.equal(account.requests.length, mark);
    proxy.redirects = false;
  });

  it("says that the browser may have blocked a request", async () => {
    proxy.allows = false;
    await showView(page, "Credits");
    await runCommand(page, "OpenRouter Admin: Refresh");
    await eventually(async () => assert.match(await viewMessage(page, "Credits"), BLOCKED));
    await page.reload();
    await welcome(BLOCKED).waitFor({ timeout: 60_000 });
    await screenshot(page, "web-blocked");
  });
});
