import assert from "node:assert/strict";
import type { Frame, Page } from "playwright-core";
import { apiError, reply } from "../../support/faults.ts";
import { runCommand, screenshot } from "../host/browser.ts";
import { assertRemains, eventually } from "../host/eventually.ts";
import { reloadWindow } from "../host/extensionHost.ts";
import { choose, chooseRange, headline, openPanel, press, readTable, settled } from "../host/panel.ts";
import { webviewFrame } from "../host/webview.ts";
import { figuresOf, ledgerDays, near, sameSpend, spentBy } from "../truth/spend.ts";
import { describeActivity } from "./activitySession.ts";

type Network = "works" | "500" | "429" | "held";

describeActivity("the activity panel where the account does not answer", {}, (session) => {
  let page: Page;
  let frame: Frame;
  let network: Network = "works";
  /** Requests that wait for their answer. */
  const held: (() => void)[] = [];
  session.fault = async ({ path }, response) => {
    if (network === "500") return reply(response, 500, apiError(500, "Internal <b>Server</b> Error"));
    if (network === "429") return reply(response, 429, apiError(429, "Slow down"), { "retry-after": "3600" });
    // What each key spent is asked for by its hash.
    if (network === "held" && path.includes("api_key_hash=")) await new Promise<void>((go) => held.push(go));
    return undefined;
  };

  before(async () => {
    ({ page } = session);
    frame = await openPanel(page);
  });
  after(() => {
    for (const go of held) go();
  });

  const problem = () => frame.locator(".problem");
  const month = () => ledgerDays(session.account, 30);
  const isStale = () => frame.locator(".body.stale").count();

  it("shows how many of the keys have been asked, and the figures before, dimmed", async () => {
    network = "held";
    const select = frame.locator('vscode-single-select[label="Group by"]');
    await select.click();
    await select.locator("li", { hasText: "Key" }).click();
    await frame.locator(".progress", { hasText: "Reading the account's spend…" }).waitFor();
    await eventually(() => assert.ok(held.length >= 2));
    assert.equal(await isStale(), 1);
    near(await headline(frame), figuresOf(month()).cost, "what is dimmed");
    await frame.locator("vscode-progress-bar").waitFor();
    const keys = session.account.state.keys.size;
    for (const go of held.splice(0, 2)) go();
    await frame.locator(".progress", { hasText: `Reading what each key spent: 2 of ${keys}` }).waitFor();
    await screenshot(page, "activity-progress");
    network = "works";
    for (const go of held.splice(0)) go();
    await settled(frame);
    assert.equal((await frame.locator(".progress").innerText()).trim(), "");
    assert.equal(await isStale(), 0);
    sameSpend((await readTable(frame)).rows, spentBy(session.account, month(), "key"));
  });

  it("does not wait for what is no longer wanted", async () => {
    network = "held";
    await press(frame, "7 days");
    await eventually(() => assert.ok(held.length >= 2));
    await chooseRange(frame, "30 days");
    near(await headline(frame), figuresOf(month()).cost, "headline");
    network = "works";
    for (const go of held.splice(0)) go();
    await choose(frame, "Group by", "Model");
    await chooseRange(frame, "7 days");
    sameSpend((await readTable(frame)).rows, spentBy(session.account, ledgerDays(session.account, 7), "model"));
    await chooseRange(frame, "30 days");
  });

  it("says in place what failed, keeps the last figures dimmed, and Retry reads them", async () => {
    network = "500";
    await press(frame, "Refresh");
    await problem().filter({ hasText: "500" }).waitFor();
    assert.equal(await problem().getAttribute("role"), "alert");
    assert.deepEqual(await problem().locator("vscode-button").allInnerTexts(), ["Retry", "Open Log"]);
    assert.equal(await problem().locator("b").count(), 0, "the API's words were taken for HTML");
    assert.equal(await isStale(), 1);
    near(await headline(frame), figuresOf(month()).cost, "headline");
    await screenshot(page, "activity-error");
    network = "works";
    await press(frame, "Retry");
    await settled(frame);
    assert.equal(await problem().isVisible(), false);
    assert.equal(await isStale(), 0);
  });

  it("shows no figures of another choice in place of those that failed", async () => {
    network = "500";
    await press(frame, "90 days");
    await problem().filter({ hasText: "500" }).waitFor();
    assert.equal(await frame.locator(".body").isVisible(), false);
    await screenshot(page, "activity-error-without-figures");
    await press(frame, "30 days");
    await settled(frame);
    assert.equal(await problem().isVisible(), false, "the failure of another choice is still there");
    near(await headline(frame), figuresOf(month()).cost, "headline");
    network = "works";
  });

  it("says that OpenRouter wants to be left alone, and leaves it alone", async () => {
    network = "429";
    await press(frame, "Refresh");
    await problem()
      .filter({ hasText: /rate limit|too many|429/i })
      .waitFor();
    const asked = session.faults.received.length;
    await screenshot(page, "activity-rate-limit");
    await assertRemains(() => assert.equal(session.faults.received.length, asked), 2_000);
    network = "works";
    await press(frame, "Retry");
    await settled(frame);
    assert.equal(await problem().isVisible(), false);
  });

  it("opens the log from the failure", async () => {
    network = "500";
    await press(frame, "Refresh");
    await press(frame, "Open Log");
    await page.locator(".part.panel .output-view-container, .part.panel .output-view").first().waitFor();
    network = "works";
    await runCommand(page, "View: Hide Panel");
    await press(frame, "Retry");
    await settled(frame);
  });

  it("begins with the failure where nothing was read yet", async () => {
    network = "500";
    await reloadWindow(session.host, page);
    frame = await eventually(async () => {
      const found = await webviewFrame(page, "panel");
      assert.ok(await found.locator(".problem").isVisible());
      return found;
    });
    assert.equal(await frame.locator(".body").isVisible(), false);
    network = "works";
    await press(frame, "Retry");
    await settled(frame);
    near(await headline(frame), figuresOf(month()).cost, "headline");
  });
});
