import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type SampleAccount, startSampleAccount } from "../../../src/sample/index.ts";
import { startKeyRouter } from "../../support/keyRouter.ts";
import { runCommand, screenshot, toast } from "../host/browser.ts";
import { answerModal, modal } from "../host/dialogs.ts";
import { eventually } from "../host/eventually.ts";
import { clickInTooltip } from "../host/hover.ts";
import { typeCommand, waitForActiveChoice } from "../host/keyboard.ts";
import { shrinkSidebar, typeKey, waitForKeySaved } from "../host/keyInput.ts";
import { atStep, choices, enter, pick, quickInputClosed, validation } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import { statusItem, statusTooltip } from "../host/status.ts";
import { storedSecrets } from "../host/storedSecrets.ts";
import { inThemes } from "../host/themes.ts";
import { findRow, runTitleAction, view, viewDescription, viewRows } from "../host/tree.ts";
import { usd } from "../truth/account.ts";
import { trueRemaining } from "../truth/api.ts";

/** Another key of the first account. */
const NEW_KEY = `sk-or-v1-${"a".repeat(64)}`;

let second: SampleAccount;
let router: Awaited<ReturnType<typeof startKeyRouter>>;

async function startAccounts(): Promise<SampleAccount> {
  const first = await startSampleAccount({ keys: 8 });
  second = await startSampleAccount({ keys: 8 });
  second.state.totalCredits += 777 * 1_000_000;
  router = await startKeyRouter([first, second], { [NEW_KEY]: first.key });
  return first;
}

const options = {
  account: startAccounts,
  settings: () => ({ "openrouterAdmin.baseUrl": router.baseUrl }),
  signedIn: false,
};

describeSession("several accounts", options, (session) => {
  let first: SampleAccount;
  let page: Page;

  before(() => {
    ({ account: first, page } = session);
  });
  after(async () => {
    router?.close();
    await second?.close();
  });

  /** Waits until all views and the status bar name the account and show its figures. */
  async function assertShown(account: SampleAccount, name: string): Promise<void> {
    const remaining = usd(await trueRemaining(account));
    await statusItem(page, remaining).waitFor({ timeout: 60_000 });
    await eventually(async () => {
      const rows = await viewRows(page, "Credits");
      assert.ok(rows.some(({ label, description }) => label === "Remaining" && description.includes(remaining)));
      for (const title of ["Credits", "Spend", "Keys", "Guardrails"])
        assert.equal(await viewDescription(page, title), name, title);
    });
    if (name) await statusItem(page, name).waitFor();
  }

  const keysIn = async () =>
    Object.entries(await storedSecrets(session.host, page))
      .filter(([id]) => id.startsWith("openrouterAdmin.accountKey."))
      .map(([, key]) => key)
      .sort();
  const openSwitch = async () => {
    await runTitleAction(page, "Credits", "Switch Account…");
    await atStep(page, "Switch Account");
  };

  it("does not ask for the name of the first account, nor name a lone one", async () => {
    await typeKey(page, first.key);
    await waitForKeySaved(page);
    await toast(page, "The key is stored").waitFor();
    await assertShown(first, "");
    await runCommand(page, "Notifications: Clear All Notifications");
  });

  it("adds a second account under a name that only it has", async () => {
    await openSwitch();
    await pick(page, "Add Account…");
    await page.locator(".quick-input-widget input[type=password]").fill(second.key);
    await page.keyboard.press("Enter");
    await atStep(page, "Name the New Account");
    await enter(page, " openrouter");
    await validation(page, /Another account has this name/);
    await enter(page, "Sample");
    await validation(page, /reserved/);
    await enter(page, "Work");
    await toast(page, /The account “Work” was added/).waitFor();
    await assertShown(second, "Work");
    await eventually(async () => assert.deepEqual(await keysIn(), [first.key, second.key].sort()));
    await runCommand(page, "Notifications: Clear All Notifications");
  });

  it("switches with the icon in the view's title", async () => {
    await openSwitch();
    assert.deepEqual(
      (await choices(page)).map(({ label, description, buttons }) => [label, description, buttons.length]),
      [
        ["OpenRouter", "", 2],
        ["Work", "in use", 2],
        ["Sample", "sample account, invented data", 0],
        ["Add Account…", "", 0],
      ],
    );
    await screenshot(page, "accounts-switch");
    await pick(page, "OpenRouter");
    await assertShown(first, "OpenRouter");
  });

  it("switches with the link in the status bar's tooltip", async () => {
    await clickInTooltip(statusItem(page, "today").locator(".statusbar-item-label"), "Switch Account");
    await atStep(page, "Switch Account");
    await pick(page, "Work");
    await assertShown(second, "Work");
    assert.match(await statusTooltip(page, "today"), /Account\s+Work/);
  });

  it("switches with the keyboard", async () => {
    await typeCommand(page, "OpenRouter Admin: Switch Account");
    await atStep(page, "Switch Account");
    await waitForActiveChoice(page, "Work");
    await page.keyboard.type("openr");
    await waitForActiveChoice(page, "OpenRouter");
    await page.keyboard.press("Enter");
    await assertShown(first, "OpenRouter");
  });

  it("renames the account in use, and keeps its session", async () => {
    const reads = () => first.requests.filter(({ path }) => path.startsWith("/organization")).length;
    const before = reads();
    await openSwitch();
    const row = page.locator(".quick-input-list .monaco-list-row", { hasText: "OpenRouter" }).first();
    await row.hover();
    await row.getByRole("button", { name: "Rename Account" }).click();
    await atStep(page, "Rename Account");
    await enter(page, "Home");
    await atStep(page, "Color of Home");
    await pick(page, "Purple");
    await assertShown(first, "Home");
    assert.equal(reads(), before, "the session was restarted");
  });

  it("replaces the key of an account by another key of the same account", async () => {
    await typeKey(page, NEW_KEY);
    await atStep(page, "Set Provisioning (Management) Key");
    await pick(page, "Replace the Key of “Home”");
    await toast(page, /The key of “Home” was replaced/).waitFor();
    await assertShown(first, "Home");
    await eventually(async () => assert.deepEqual(await keysIn(), [NEW_KEY, second.key].sort()));
    await runCommand(page, "Notifications: Clear All Notifications");
  });

  it("explores the sample account without removing a key, and returns to the former account", async () => {
    await runCommand(page, "OpenRouter Admin: Explore with a Sample Account");
    await eventually(async () => assert.equal(await viewDescription(page, "Keys"), "Sample"));
    const item = statusItem(page, "Sample");
    await item.waitFor();
    assert.match((await item.getAttribute("class")) ?? "", /warning-kind/);
    assert.match((await item.locator("a").getAttribute("aria-label")) ?? "", /Sample/);
    await runCommand(page, "OpenRouter Admin: Remove Key");
    await assertShown(first, "Home");
    assert.deepEqual(await keysIn(), [NEW_KEY, second.key].sort());
  });

  it("keeps the account in use after a reload", async () => {
    await page.reload();
    await assertShown(first, "Home");
  });

  it("offers another account while OpenRouter rejects the key", async () => {
    const stranger = await startSampleAccount({ keys: 8 });
    try {
      await session.host.updateSettings({ "openrouterAdmin.baseUrl": stranger.baseUrl });
      const offer = view(page, "Credits").getByText("use another account", { exact: true });
      await offer.waitFor({ timeout: 60_000 });
      await screenshot(page, "rejected-account");
      await offer.click();
      await atStep(page, "Switch Account");
      await page.keyboard.press("Escape");
      await quickInputClosed(page);
    } finally {
      await session.host.updateSettings({ "openrouterAdmin.baseUrl": router.baseUrl });
      await stranger.close();
    }
    await view(page, "Credits").getByText("Remaining").waitFor({ timeout: 60_000 });
  });

  it("shows the account in all themes and a narrow sidebar", async () => {
    await findRow(page, "Credits", "Home");
    await inThemes(session.host, page, ["light", "hc", "dark"], (theme) => screenshot(page, `accounts-${theme}`));
    const widen = await shrinkSidebar(page);
    await screenshot(page, "accounts-narrow");
    await widen();
  });

  it("removes an account only if asked to, and then uses the other one", async () => {
    await runCommand(page, "OpenRouter Admin: Remove Key");
    const { message, detail } = await modal(page, "Remove the account");
    assert.match(message, /“Home”/);
    assert.match(detail, /stays valid.*Pending rotations.*Other accounts/s);
    await page.keyboard.press("Enter");
    await page.locator(".monaco-dialog-box").waitFor({ state: "hidden" });
    assert.deepEqual(await keysIn(), [NEW_KEY, second.key].sort());
    await runCommand(page, "OpenRouter Admin: Remove Account");
    await atStep(page, "Remove Account");
    await pick(page, "Home");
    await modal(page, "Remove the account");
    await answerModal(page, "Remove Account");
    await quickInputClosed(page);
    await toast(page, /The account “Home” was removed. The account in use is “Work”/).waitFor();
    await assertShown(second, "");
    await eventually(async () => assert.deepEqual(await keysIn(), [second.key]));
    await view(page, "Credits").waitFor();
  });
});
