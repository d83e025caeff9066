import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { AccountAlerts } from "../../../src/openrouter/foresight/alerts/records.ts";
import type { KeyRecord, SampleAccount } from "../../../src/sample/index.ts";
import { openContainer, openWindow, runCommand } from "../host/browser.ts";
import { dismissAll } from "../host/dismissAll.ts";
import { eventually } from "../host/eventually.ts";
import { waitForActiveChoice } from "../host/keyboard.ts";
import { panelFrame } from "../host/panel.ts";
import { choices, pick } from "../host/quickInput.ts";
import { describeSession, NAME } from "../host/session.ts";
import { statusItem } from "../host/status.ts";
import { showView } from "../host/tree.ts";
import { trueKey, usd } from "../truth/account.ts";
import { trueRemaining } from "../truth/api.ts";

const KEY = "ci-tests";

// Two windows of one user.
describeSession("alerts in two windows", { sidebar: false }, (session) => {
  let account: SampleAccount;
  let first: Page;
  let second: Page;
  const windows = () => [first, second];

  before(async () => {
    ({ account, page: first } = session);
    // Before any window reads the keys: they may be judged for some minutes.
    leaveOneLimit(account);
    second = await first.context().newPage();
    await openWindow(second, session.host, {});
    for (const page of windows())
      await statusItem(page, usd(await trueRemaining(account))).waitFor({ timeout: 60_000 });
    for (const page of windows()) await page.evaluate(RECORD_TOASTS);
  });
  after(() => second?.close());

  /** Keeps the texts of all toasts in `window.shownToasts`. */
  const RECORD_TOASTS = `
    window.shownToasts = [];
    const known = new WeakSet();
    new MutationObserver(() => {
      for (const toast of document.querySelectorAll(".notification-toast")) {
        const text = toast.querySelector(".notification-list-item-message")?.textContent;
        if (!text || known.has(toast)) continue;
        known.add(toast);
        window.shownToasts.push(text);
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
    0`;

  const folder = () => join(session.host.dataDir, "User/globalStorage/openrouter-admin.openrouter-admin/alerts");
  /** The only account's records. */
  function records(): { file: string; alerts: AccountAlerts } {
    const [file, ...others] = globSync("*.json", { cwd: folder() });
    assert.ok(file && others.length === 0, `${file} ${others}`);
    return { file: join(folder(), file), alerts: JSON.parse(readFileSync(join(folder(), file), "utf8")) };
  }

  async function setAlerts(alerts: Record<string, number>): Promise<void> {
    const settings = Object.entries(alerts).map(([name, value]) => [`openrouterAdmin.alerts.${name}`, value]);
    await session.host.updateSettings(Object.fromEntries(settings));
  }

  /** Reads the figures in both windows; each judges them. */
  async function refresh(): Promise<void> {
    for (const page of windows()) {
      const before = account.requests.filter(({ path }) => path === "/credits").length;
      await runCommand(page, "OpenRouter Admin: Refresh");
      await eventually(() => assert.ok(account.requests.filter(({ path }) => path === "/credits").length > before));
    }
  }

  /** Returns the index of the window of each notification with the text that was shown since the last call of `forget`. */
  async function shown(text: string): Promise<number[]> {
    const all = await Promise.all(windows().map((page) => page.evaluate<string[]>("window.shownToasts")));
    return all.flatMap((texts, i) => texts.filter((one) => one.includes(text)).map(() => i));
  }

  /** Waits until one window shows the alert, and asserts that the other doesn't. @returns that window */
  async function shownOnce(text: string): Promise<Page> {
    await eventually(async () => assert.ok((await shown(text)).length > 0, text), 60_000);
    const [index = 0, ...others] = await shown(text);
    assert.deepEqual(others, [], text);
    return windows()[index]!;
  }

  let cents = 0;
  /** Asserts that nothing is shown, although another alert is that is judged with it. */
  async function notShown(...texts: string[]): Promise<void> {
    cents += 1;
    await setAlerts({ monthAbove: cents / 100 });
    await shownOnce(`(UTC), more than $0.0${cents}.`);
    for (const text of texts) assert.deepEqual(await shown(text), [], text);
  }

  /** Clicks a button of a notification, whose toast may be hidden by now. */
  async function answer(page: Page, text: string, button: string): Promise<void> {
    await runCommand(page, "Notifications: Show Notifications");
    // The newest comes first.
    const item = page.locator(".notifications-center .notification-list-item", { hasText: text }).first();
    await item.locator(".notification-list-item-buttons-container .monaco-button", { hasText: button }).click();
  }

  async function forget(): Promise<void> {
    for (const page of windows()) {
      // While the list of notifications is open, there are no toasts.
      const hide = page.locator(".notifications-center .codicon-notifications-hide");
      if (await hide.isVisible()) await hide.click();
      await page.evaluate("window.shownToasts.length = 0");
    }
  }

  const low = "of OpenRouter credits are left";

  it("say nothing by default", async () => {
    account.state.totalCredits -= Math.round(((await trueRemaining(account)) - 12.5) * 1e6);
    await refresh();
    assert.deepEqual([await shown(low), existsSync(folder())], [[], false]);
  });

  /** The lists of keys since a request, of which one window needs each once. */
  function keyLists(since: number): number {
    const lists = account.requests.slice(since).filter(({ method, path }) => `${method} ${path}` === "GET /keys");
    const queries = new Set(lists.map(({ query }) => JSON.stringify(query)));
    assert.equal(lists.length, queries.size, "one of both windows lists the keys");
    return lists.length;
  }

  it("tell of credits below an amount in one of both windows", async () => {
    const start = account.requests.length;
    await setAlerts({ creditsBelow: 20 });
    await shownOnce(`$12.50 ${low}, less than $20.`);
    await refresh();
    await notShown();
    await shownOnce(low);
    assert.deepEqual(Object.keys(records().alerts.alerts), ["credits", "month"]);
    // A forecast leaves out what disabled keys spent.
    await eventually(() => assert.ok(keyLists(start) > 0));
  });

  it("tell it again on the next day if it was snoozed, and else after the next purchase", async () => {
    const page = await shownOnce(low);
    await answer(page, low, "Snooze…");
    await eventually(async () => assert.ok((await choices(page)).length === 2));
    await pick(page, "Until Tomorrow");
    await eventually(() => assert.ok(records().alerts.alerts.credits?.again));
    await forget();
    await refresh();
    await notShown(low);
    // Tomorrow.
    const { file, alerts } = records();
    const again = new Date().toISOString();
    writeFileSync(
      file,
      JSON.stringify({ ...alerts, alerts: { ...alerts.alerts, credits: { ...alerts.alerts.credits, again } } }),
    );
    await refresh();
    await shownOnce(low);
    await forget();
    account.state.totalCredits += 1e6;
    await refresh();
    await shownOnce(`$13.50 ${low}`);
  });

  it("are not shown again if the user says so, until they are turned on again", async () => {
    const page = await shownOnce(low);
    await answer(page, low, "Don't Show Again");
    await eventually(() => assert.equal(records().alerts.alerts.credits?.muted, true));
    account.state.totalCredits += 1e6;
    await forget();
    await refresh();
    await notShown(low);
    await runCommand(page, "OpenRouter Admin: Set Up Alerts…");
    await eventually(async () => {
      const rows = (await choices(page)).map(({ label, description }) => [label, description]);
      assert.deepEqual(rows[0], ["Credits below an amount", "$20"]);
      assert.deepEqual(rows.at(-1), ["Credits below an amount", "turned off"]);
    });
    await page.keyboard.type("turned off");
    await waitForActiveChoice(page, "Credits below an amount");
    await page.keyboard.press("Enter");
    await eventually(() => assert.deepEqual(Object.keys(records().alerts.alerts), ["month"]));
    await refresh();
    await shownOnce(`$14.50 ${low}`);
    await forget();
  });

  it("tell of the only limit that is almost spent, and open its key's activity", async () => {
    const before = account.requests.length;
    await setAlerts({ creditsBelow: 0, budgetPercent: 80 });
    const text = `Limit of key “${KEY}”: ${usd(trueKey(account, KEY).usage_monthly)} of `;
    const page = await shownOnce(text);
    keyLists(before);
    await answer(page, text, "Open Activity");
    const frame = await panelFrame(page);
    await eventually(async () => assert.deepEqual(await frame.locator(".chip span").allInnerTexts(), [`Key: ${KEY}`]));
  });

  // Before the next test: a forecast expects nothing of keys that have spent their limits.
  it("tell of credits that may end soon, and of a month that is expected to cost more", async () => {
    await forget();
    await setAlerts({ budgetPercent: 0, creditsDays: 60 });
    await shownOnce("The OpenRouter credits ");
    await setAlerts({ creditsDays: 0, monthAbove: Math.ceil(trueMonth(account) * 100) / 100 + 0.01 });
    await shownOnce("is expected to be spent in ");
  });

  it("tell of several limits at once", async () => {
    await openContainer(first, NAME);
    await showView(first, "Keys", { alone: true });
    for (const page of windows()) await dismissAll(page);
    await forget();
    const keys = [...account.state.keys.values()].filter(({ name }) => name !== KEY);
    for (const key of keys) limitMonthly(account, key, 1);
    await setAlerts({ monthAbove: 0, budgetPercent: 75 });
    await runCommand(first, "OpenRouter Admin: Refresh");
    await shownOnce("limits and budgets are at least 75% spent: Limit of key ");
  });

  it("tell of a day above the usual one of its weekday", async () => {
    const { state } = account;
    const row = state.ledger.at(-1)!;
    state.ledger.push({ ...row, at: Date.now(), day: new Date().toISOString().slice(0, 10), usage: 5_000e6, byok: 0 });
    await refresh();
    await setAlerts({ budgetPercent: 0, dayAboveUsual: 500 });
    await shownOnce(" above the usual ");
  });

  it("never tell of the sample account", async () => {
    await dismissAll(first);
    await forget();
    await runCommand(first, "OpenRouter Admin: Explore with a Sample Account");
    await statusItem(first, "Sample: ").waitFor({ timeout: 60_000 });
    await setAlerts({ creditsBelow: 1e6, budgetPercent: 1 });
    await runCommand(first, "OpenRouter Admin: Refresh");
    await runCommand(first, "OpenRouter Admin: Set Up Alerts…");
    await first.locator(".quick-input-widget input[placeholder*='never about the sample account']").waitFor();
    await first.keyboard.press("Escape");
    for (const text of [low, "limits and budgets"]) assert.ok(!(await shown(text)).includes(0), text);
    // There are none of another account.
    records();
  });
});

/** What was spent this month, USD. */
function trueMonth({ state }: SampleAccount): number {
  const month = new Date().toISOString().slice(0, 7);
  return state.ledger.reduce((sum, { day, usage, byok }) => sum + (day.startsWith(month) ? usage + byok : 0), 0) / 1e6;
}

/** Removes all limits and budgets, but for one of a key, of which 80% are spent. */
function leaveOneLimit(account: SampleAccount): void {
  const { keys, guardrails, workspaces } = account.state;
  for (const one of keys.values()) one.limit = null;
  for (const one of guardrails.values()) one.limit_usd = one.reset_interval = null;
  for (const one of workspaces) one.budgets = [];
  limitMonthly(account, [...keys.values()].find(({ name }) => name === KEY)!, 1.25);
}

/** Sets a monthly limit that is spent by a factor of its limit. */
function limitMonthly({ state }: SampleAccount, key: KeyRecord, limitPerSpent: number): void {
  const month = new Date().toISOString().slice(0, 7);
  const rows = state.ledger.filter((row) => row.key === key.hash && row.day.startsWith(month));
  const spent = rows.reduce((sum, { usage }) => sum + usage, 0) / 1e6;
  // Rounded down, so that at least this share is spent.
  key.limit = spent > 0 ? Math.floor(spent * limitPerSpent * 100) / 100 : null;
  key.limit_reset = spent > 0 ? "monthly" : null;
  key.include_byok_in_limit = false;
}
