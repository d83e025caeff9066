import assert from "node:assert/strict";
import type { Frame, Page } from "playwright-core";
import { type SampleAccount, type SampleOptions, startSampleAccount } from "../../../src/sample/index.ts";
import { runCommand, screenshot } from "../host/browser.ts";
import { answerModal, modal } from "../host/dialogs.ts";
import { eventually } from "../host/eventually.ts";
import { closeInput, typeKey, waitForKeySaved } from "../host/keyInput.ts";
import { choose, chooseRange, crumbs, headline, openRow, press, readTable } from "../host/panel.ts";
import { webviewFrame } from "../host/webview.ts";
import { trueKeys } from "../truth/account.ts";
import { figuresOf, ledgerDays, near, sameSpend, spentBy } from "../truth/spend.ts";
import { describeActivity } from "./activitySession.ts";

describeActivity("activity panel with different accounts", { signedIn: false }, (session) => {
  let account: SampleAccount;
  let page: Page;
  let frame: Frame;
  const accounts: SampleAccount[] = [];

  before(() => {
    ({ account, page } = session);
  });
  after(async () => {
    for (const one of accounts) await one.close();
  });

  /** Switches the extension to a new account and sets its key; the panel stays open. */
  async function use(options: SampleOptions): Promise<void> {
    account = await startSampleAccount(options);
    accounts.push(account);
    await session.host.updateSettings({ "openrouterAdmin.baseUrl": account.baseUrl });
    await typeKey(page, account.key);
    await waitForKeySaved(page);
  }

  const problem = () => frame.locator(".problem");

  /** Waits until the panel shows the account's figures. */
  async function showsAccount(days = 30): Promise<void> {
    const rows = ledgerDays(account, days);
    await eventually(async () => {
      assert.equal(await problem().isVisible(), false);
      near(await headline(frame), figuresOf(rows).cost, "headline");
      sameSpend((await readTable(frame)).rows, spentBy(account, rows, "model", { long: days > 30 }));
    });
  }

  it("asks for a key when signed out, and opens Set Key", async () => {
    await runCommand(page, "OpenRouter Admin: Open Activity");
    frame = await webviewFrame(page, "panel");
    await problem().filter({ hasText: "There is no account yet. Set a key first." }).waitFor();
    assert.equal(await frame.locator(".body").isVisible(), false);
    await screenshot(page, "activity-signed-out");
    await press(frame, "Set Key");
    await page.locator(".quick-input-title", { hasText: "Set Provisioning" }).waitFor();
    await closeInput(page);
  });

  it("shows the account's figures once a key is set", async () => {
    await typeKey(page, account.key);
    await waitForKeySaved(page);
    await showsAccount();
    assert.equal(await frame.locator(".banner").isVisible(), false);
  });

  it("clears the figures when the key is removed", async () => {
    await runCommand(page, "OpenRouter Admin: Remove Key");
    await modal(page);
    await answerModal(page, "Remove Key");
    await problem().filter({ hasText: "There is no account yet" }).waitFor();
    assert.equal(await frame.locator(".body").isVisible(), false);
  });

  it("shows another account's figures instead", async () => {
    await use({ keys: 7 });
    await showsAccount();
  });

  it("drops the groups of the account before", async () => {
    await openRow(frame, (await readTable(frame)).rows[0]!.name);
    assert.equal((await crumbs(frame)).length, 2);
    await use({ keys: 5 });
    await showsAccount();
    assert.deepEqual(await crumbs(frame), []);
  });

  it("shows zero spend, not unknown spend, for an empty account", async () => {
    await use({ keys: 0 });
    await frame.locator(".hint", { hasText: "No spend to show." }).waitFor();
    await eventually(async () => assert.equal(await headline(frame), 0));
    const { rows, total } = await readTable(frame);
    assert.deepEqual([rows.length, total.figures.cost, total.figures.requests], [0, 0, 0]);
    assert.match((await frame.locator(".chart canvas").getAttribute("aria-label")) ?? "", /no spend/);
    await screenshot(page, "activity-empty");
    for (const range of ["Today", "365 days"]) {
      await chooseRange(frame, range);
      assert.equal(await headline(frame), 0);
    }
    await chooseRange(frame, "30 days");
  });

  describe("without analytics", () => {
    before(() => use({ analytics: false }));

    const notes = async () => (await frame.locator(".sources .note").allInnerTexts()).join("\n");

    it("shows today's cost by key from the counters, without requests, models and tokens", async () => {
      await eventually(async () => assert.match(await notes(), /Today's figures come from the keys' counters/));
      await chooseRange(frame, "Today");
      await choose(frame, "Group by", "Key");
      const spent = trueKeys(account).map((key) => key.usage_daily + key.byok_usage_daily);
      near(
        await headline(frame),
        spent.reduce((sum, one) => sum + one, 0),
        "headline",
      );
      const { rows, total } = await readTable(frame);
      const shown = rows.map(({ figures }) => figures.cost!).sort((a, b) => a - b);
      for (const [i, cost] of spent.toSorted((a, b) => a - b).entries()) near(shown[i]!, cost, `key ${i}`);
      for (const { figures, texts } of [...rows, total]) {
        for (const measure of ["requests", "prompt_tokens", "completion_tokens", "reasoning_tokens"] as const)
          assert.equal(figures[measure], null);
        assert.deepEqual(texts.slice(3, 7), ["unknown", "unknown", "unknown", "unknown"]);
      }
      await screenshot(page, "activity-today-counters");
    });

    it("shows today's requests as unknown, not 0", async () => {
      await choose(frame, "Metric", "Requests");
      assert.equal(await headline(frame), null);
      assert.equal((await frame.locator(".headline .figure").innerText()).trim(), "unknown");
      await choose(frame, "Metric", "Cost");
    });

    it("shows requests of a group as unknown if only the counters know it", async () => {
      await choose(frame, "Group by", "Model");
      await chooseRange(frame, "30 days");
      const { rows } = await readTable(frame);
      const { figures, texts } = rows.find(({ name }) => name === "Unattributed")!;
      assert.ok(figures.cost! > 0);
      assert.deepEqual(texts.slice(3, 7), ["unknown", "unknown", "unknown", "unknown"]);
      for (const row of rows) assert.ok(row.name === "Unattributed" || row.figures.requests! > 0, row.name);
    });

    it("leaves a gap for days that only analytics have, and adds a note", async () => {
      await chooseRange(frame, "90 days");
      await choose(frame, "Group by", "Model");
      assert.match(await notes(), /Analytics are unavailable .*, so some figures are missing/);
      await press(frame, "Day (UTC)");
      const { rows } = await readTable(frame);
      assert.equal(rows.length, 90);
      const known = ledgerDays(account, 30, 1);
      for (const [ago, { figures, texts, name }] of rows.entries()) {
        if (ago > 30) assert.deepEqual([figures.cost, texts[1]], [null, "unknown"], name);
        else assert.notEqual(figures.cost, null, name);
      }
      const completed = rows.slice(1, 31).reduce((sum, { figures }) => sum + figures.cost!, 0);
      near(completed, figuresOf(known).cost, "the 30 known days");
      await screenshot(page, "activity-gap");
    });
  });
});
