import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { startSampleAccount } from "../../../src/sample/index.ts";
import { startCorsProxy } from "../../support/corsProxy.ts";
import { readClipboard, runCommand, screenshot, toast } from "../host/browser.ts";
import { answerModal, modal } from "../host/dialogs.ts";
import { eventually } from "../host/eventually.ts";
import { typeKey, waitForKeySaved } from "../host/keyInput.ts";
import { openPanel, readTable } from "../host/panel.ts";
import { atStep, enter, pick } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import { contextMenu, findRow, runInlineAction, showView, view, viewMessage } from "../host/tree.ts";
import { lastRequest, trueKey } from "../truth/account.ts";
import { trueRemaining } from "../truth/api.ts";

const ID = "openrouter-admin.openrouter-admin";
const STORED = "stored in the browser";

let proxy: Awaited<ReturnType<typeof startCorsProxy>>;

/** Starts an account that web pages may use. */
async function webAccount() {
  const account = await startSampleAccount();
  proxy = await startCorsProxy(account.baseUrl);
  return account;
}

/** Runs the extension in the browser's web worker, as vscode.dev does. */
const settings = () => ({ "openrouterAdmin.baseUrl": proxy.baseUrl, "remote.extensionKind": { [ID]: ["web"] } });

describeSession("in a browser", { account: webAccount, signedIn: false, settings }, (session) => {
  let page: Page;
  let credits: Locator;

  before(() => {
    ({ page } = session);
    credits = view(page, "Credits");
  });
  after(() => proxy.close());

  const remaining = () => credits.locator(".monaco-list-row", { hasText: "Remaining" });

  /** Runs a command and returns the notification that it shows. */
  async function saidBy(command: string, text: string | RegExp): Promise<void> {
    await runCommand(page, `OpenRouter Admin: ${command}`);
    await toast(page, text).waitFor();
    await runCommand(page, "Notifications: Clear All Notifications");
  }

  it("says what needs a computer", async () => {
    const welcome = credits.locator(".welcome-view-content");
    await welcome.getByText("need VS Code on a computer").waitFor();
    assert.deepEqual(await welcome.locator(".monaco-button").allInnerTexts(), ["Set Key"]);
    await screenshot(page, "web-signed-out");
    await saidBy("Explore with a Sample Account", "The sample account needs VS Code on a computer");
    await saidBy("Start and Verify the MCP Server", "MCP servers need VS Code on a computer");
    await saidBy("Show Agent Changes", "MCP servers need VS Code on a computer");
  });

  it("shows the account's figures", async () => {
    await typeKey(page, session.account.key);
    await waitForKeySaved(page);
    const dollars = (await trueRemaining(session.account)).toLocaleString("en-US", {
      style: "currency",
      currency: "USD",
    });
    await remaining().filter({ hasText: dollars }).waitFor();
    assert.doesNotMatch(await toast(page, "The key is stored").innerText(), /MCP/);
    await runCommand(page, "Notifications: Clear All Notifications");
    await screenshot(page, "web-signed-in");
  });

  it("sends only headers that OpenRouter allows web pages", () => {
    assert.ok(proxy.preflights.length > 0, "the requests don't come from a browser");
    assert.deepEqual([...new Set(proxy.preflights)].sort(), ["authorization", "authorization,content-type"]);
  });

  it("disables a key", async () => {
    await showView(page, "Keys", { alone: true });
    const row = await findRow(page, "Keys", "support-assistant");
    const { hash } = trueKey(session.account, "support-assistant");
    await runInlineAction(row, "Disable Key");
    await eventually(() => assert.equal(trueKey(session.account, "support-assistant").disabled, true));
    assert.deepEqual(lastRequest(session.account, "PATCH", `/keys/${hash}`).body, { disabled: true });
  });

  it("offers no rotation in menus, and says why in the command palette", async () => {
    const labels = await contextMenu(await findRow(page, "Keys", "translation"));
    assert.ok(!JSON.stringify(labels).includes("Rotate"), JSON.stringify(labels));
    await saidBy("Rotate Key", "Rotating a key needs VS Code on a computer");
  });

  it("creates a key and copies its secret", async () => {
    await create("from the browser");
    await pick(page, "Copy");
    await modal(page, "is on the clipboard");
    const secret = await readClipboard(page);
    await answerModal(page, "I Have Saved It");
    const answer = await fetch(`${session.account.baseUrl}/key`, { headers: { authorization: `Bearer ${secret}` } });
    assert.equal(answer.status, 200);
  });

  it("draws the panel", async () => {
    const { rows } = await readTable(await openPanel(page));
    assert.ok(rows.length > 3);
    await screenshot(page, "web-panel");
    await runCommand(page, "View: Close Editor");
  });

  it("keeps the key and a stored secret after a reload", async () => {
    await create(STORED);
    await pick(page, "Store in VS Code");
    const stored = await findRow(page, "Keys", STORED);
    await stored.filter({ hasNotText: "secret pending" }).waitFor();
    await page.reload();
    await showView(page, "Keys");
    const labels = await contextMenu(await findRow(page, "Keys", STORED, { timeoutMs: 60_000 }));
    assert.match(JSON.stringify(labels), /Copy Stored Secret/);
  });

  it("says that the browser may have blocked a request", async () => {
    proxy.allows = false;
    await showView(page, "Credits");
    await runCommand(page, "OpenRouter Admin: Refresh");
    const blocked = /The browser couldn't reach OpenRouter, or blocked the request/;
    await eventually(async () => assert.match(await viewMessage(page, "Credits"), blocked));
    await page.reload();
    await credits.locator(".welcome-view-content", { hasText: blocked }).waitFor({ timeout: 60_000 });
    await screenshot(page, "web-blocked");
  });

  async function create(name: string): Promise<void> {
    await runCommand(page, "OpenRouter Admin: Create Key");
    await atStep(page, "Create Key", 1, 5);
    await enter(page, name);
    await atStep(page, "Create Key", 2, 5);
    await pick(page, "Sandbox");
    await atStep(page, "Create Key", 3, 5);
    await enter(page, "");
    await atStep(page, "Create Key", 4, 5);
    await pick(page, "Never");
    await atStep(page, "Create Key", 5, 5);
    await pick(page, "Create Key");
  }
});
