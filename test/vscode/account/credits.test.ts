import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type SampleAccount, type SampleOptions, startSampleAccount } from "../../../src/sample/index.ts";
import { runCommand, screenshot } from "../host/browser.ts";
import { answerModal, modal } from "../host/dialogs.ts";
import { eventually } from "../host/eventually.ts";
import { typeKey, waitForKeySaved } from "../host/keyInput.ts";
import { panelFrame } from "../host/panel.ts";
import { closedPort } from "../host/server.ts";
import { describeSession } from "../host/session.ts";
import { clickStatus, statusItem, statusTooltip } from "../host/status.ts";
import { runTitleAction, showView, view, viewRows } from "../host/tree.ts";
import { exactly, trueKeys, usd } from "../truth/account.ts";
import { trueRemaining } from "../truth/api.ts";

describeSession("the account in the sidebar", { signedIn: false, independent: true }, (session) => {
  let account: SampleAccount;
  let page: Page;
  const accounts: SampleAccount[] = [];

  /** Starts another account. */
  async function start(options: SampleOptions): Promise<SampleAccount> {
    const started = await startSampleAccount(options);
    accounts.push(started);
    return started;
  }

  before(() => {
    ({ account, page } = session);
  });
  after(async () => {
    for (const one of accounts) await one.close();
  });

  /** Switches the extension to another account. */
  async function use(other: SampleAccount): Promise<void> {
    account = other;
    await session.host.updateSettings({ "openrouterAdmin.baseUrl": other.baseUrl });
    await typeKey(page, other.key);
    await waitForKeySaved(page);
  }

  const figures = async () =>
    new Map((await viewRows(page, "Credits")).map(({ label, description }) => [label, description]));

  /** Returns the ledger's spend since a moment: all of it, and the part in the counters of existing keys. */
  function spent(since: number): { analytics: number; counters: number } {
    const rows = account.state.ledger.filter(({ at }) => at >= since);
    const sum = (values: number[]) => values.reduce((a, b) => a + b, 0) / 1e6;
    const left = rows.filter(({ key }) => account.state.keys.has(key));
    return {
      analytics: sum(rows.map(({ usage, byok }) => usage + byok)),
      counters: sum(left.map(({ usage, byok }) => usage + byok)),
    };
  }

  function periods() {
    const now = new Date();
    const day = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
    const monday = day - ((now.getUTCDay() + 6) % 7) * 86_400_000;
    return { Today: day, "This Week": monday, "This Month": Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1) };
  }

  /** Asserts what is left in the Credits view, and what is spent in the tooltip of the status bar. */
  async function assertSpendShown(source: "analytics" | "counters", name: string): Promise<void> {
    await eventually(async () => {
      const remaining = usd(await trueRemaining(account));
      const shown = await figures();
      assert.equal(shown.get("Remaining"), remaining);
      assert.equal(shown.get("Purchased"), usd(account.state.totalCredits / 1e6));
      const lines = await tooltipLines(remaining);
      for (const [label, since] of Object.entries(periods()))
        assert.ok(lines.includes(`${label}\t${exactly(spent(since)[source])}`), `${label} in ${lines.join("\n")}`);
      assert.ok(lines.includes(`Source\t${name}`), lines.join("\n"));
    });
  }

  async function tooltipLines(remaining: string): Promise<string[]> {
    const text = (await statusTooltip(page, remaining)).replaceAll("\u00a0", " ");
    return text.split("\n").map((line) => line.trim());
  }

  const welcome = (name: string, text: string) => view(page, name).locator(".welcome-view-content", { hasText: text });
  const buttons = (name: string) => view(page, name).locator(".welcome-view-content .monaco-button").allInnerTexts();

  it("shows only the Credits view when signed out", async () => {
    await welcome("Credits", "See your remaining OpenRouter credits").waitFor();
    for (const name of ["Keys", "Guardrails", "Members"]) assert.equal(await view(page, name).count(), 0, name);
    assert.equal(await page.locator(".statusbar-item", { hasText: " today" }).count(), 0);
  });

  it("shows today's, this week's and this month's spend from the analytics", async () => {
    await use(account);
    await assertSpendShown("analytics", "analytics");
  });

  it("shows remaining credits and today's spend in the status bar, and exact figures in its tooltip", async () => {
    const remaining = await trueRemaining(account);
    const today = spent(periods().Today).analytics;
    const item = statusItem(page, usd(remaining));
    assert.equal((await item.innerText()).trim(), `${usd(remaining)} · ${usd(today)} today`);
    assert.ok((await tooltipLines(usd(remaining))).includes(`Remaining\t${exactly(remaining)}`));
  });

  it("opens the activity panel from the status bar, and OpenRouter's credits page from Add Credits", async () => {
    await clickStatus(page, usd(await trueRemaining(account)));
    await panelFrame(page);
    await runCommand(page, "View: Close All Editors");
    await runTitleAction(page, "Credits", "Add Credits");
    assert.ok(
      (await modal(page, /open the external website/, { namesAccount: false })).detail.includes(
        "openrouter.ai/settings/credits",
      ),
    );
    await answerModal(page, "Cancel");
  });

  it("hides and shows the status bar item with the setting", async () => {
    const item = page.locator(".statusbar-item", { hasText: " today" });
    await item.waitFor();
    await session.host.updateSettings({ "openrouterAdmin.statusBar": false });
    await item.waitFor({ state: "detached" });
    await session.host.updateSettings({ "openrouterAdmin.statusBar": true });
    await item.waitFor();
  });

  it("shows an organization's members with email, role and assigned guardrail", async () => {
    await showView(page, "Members", { alone: true });
    const { members, memberAssignments, guardrails } = account.state;
    const wanted = members.map(({ id, email, first_name, last_name }) => {
      const name = [first_name, last_name].filter(Boolean).join(" ");
      const bound = memberAssignments.find(({ target }) => target === id)?.guardrail_id;
      const guardrail = bound && guardrails.get(bound)?.name;
      const parts = [guardrail, name && email].filter(Boolean);
      return `${name || email}: ${parts.join(" · ")}`;
    });
    await eventually(async () => {
      const all = await viewRows(page, "Members", { all: true });
      assert.deepEqual(
        all.filter(({ level }) => level === 1).map(({ label }) => label),
        ["Admins", "Members"],
      );
      const rows = all.filter(({ level }) => level === 2);
      assert.deepEqual(rows.map(({ label, description }) => `${label}: ${description}`).sort(), wanted.sort());
    });
    await screenshot(page, "members");
    await showView(page, "Credits", { alone: true });
  });

  it("sums the keys' counters if there are no analytics, and names the source", async () => {
    await use(await start({ analytics: false }));
    await assertSpendShown("counters", "key counters");
    const sum = trueKeys(account).reduce((total, key) => total + key.usage_monthly + key.byok_usage_monthly, 0);
    assert.ok(Math.abs(sum - spent(periods()["This Month"]).counters) < 1e-6);
  });

  it("hides the Members view for a personal account", async () => {
    await use(await start({ personal: true }));
    await assertSpendShown("analytics", "analytics");
    await view(page, "Keys").waitFor();
    await view(page, "Members").waitFor({ state: "detached" });
    assert.ok(account.requests.some(({ path, status }) => path === "/organization/members" && status === 404));
  });

  it("shows welcome views for an account without keys and guardrails", async () => {
    const empty = await start({ keys: 0 });
    empty.state.guardrails.clear();
    empty.state.keyAssignments = [];
    empty.state.memberAssignments = [];
    await use(empty);
    await showView(page, "Keys", { alone: true });
    await welcome("Keys", "The account has no keys yet").waitFor();
    assert.deepEqual(await buttons("Keys"), ["Create Key"]);
    await screenshot(page, "no-keys");
    await showView(page, "Guardrails", { alone: true });
    await view(page, "Guardrails").getByText("No guardrails yet").waitFor();
    await eventually(async () => {
      const [first] = await viewRows(page, "Guardrails");
      assert.equal(first?.label, empty.state.workspaces[0]!.name); // its default guardrail exists all the same
    });
    await screenshot(page, "no-guardrails");
  });

  it("says if the API can't be reached, and Retry reloads once it can", async () => {
    const { baseUrl } = account;
    await showView(page, "Keys", { alone: true });
    const port = await closedPort();
    await session.host.updateSettings({ "openrouterAdmin.baseUrl": `http://127.0.0.1:${port}/api/v1` });
    await welcome("Keys", "Couldn't reach OpenRouter").waitFor();
    assert.deepEqual(await buttons("Keys"), ["Retry", "Open Log"]);
    await screenshot(page, "keys-offline");
    const back = await start({ port });
    assert.notEqual(back.baseUrl, baseUrl);
    // The account at this port has another key and rejects the current one.
    await view(page, "Keys").locator(".welcome-view-content .monaco-button", { hasText: "Retry" }).click();
    await welcome("Keys", "can't manage the account").waitFor();
    assert.deepEqual(await buttons("Keys"), ["Set Key"]);
    account = back;
    await typeKey(page, back.key);
    await waitForKeySaved(page);
    await eventually(async () => {
      const shown = (await viewRows(page, "Keys", { all: true })).map(({ label }) => label);
      const now = new Date().toISOString();
      for (const { name, disabled, expires_at } of trueKeys(account))
        assert.equal(shown.includes(name), !disabled && !(expires_at && expires_at < now), name);
    });
  });
});
