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

type Network = "works" | "500" | "429" | "paused";

describeActivity("activity panel when the API fails", {}, (session) => {
  let page: Page;
  let frame: Frame;
  let network: Network = "works";
  /** The paused queries for keys by name. */
  const paused: { keys: number; resume(): void }[] = [];
  session.fault = async ({ path, body }, response) => {
    if (network === "500") return reply(response, 500, apiError(500, "Internal <b>Server</b> Error"));
    if (network === "429") return reply(response, 429, apiError(429, "Slow down"), { "retry-after": "3600" });
    if (network === "paused" && path === "/analytics/query" && body.includes('"in"')) {
      const keys = JSON.parse(body).filters[0].value.length;
      await new Promise<void>((resume) => paused.push({ keys, resume }));
    }
    return undefined;
  };

  before(async () => {
    ({ page } = session);
    frame = await openPanel(page);
  });
  after(() => {
    for (const { resume } of paused) resume();
  });

  const problem = () => frame.locator(".problem");
  const month = () => ledgerDays(session.account, 30);
  const isStale = () => frame.locator(".body.stale").count();

  it("shows how many keys have been read, with the previous figures dimmed", async () => {
    network = "paused";
    const select = frame.locator('vscode-single-select[label="Group by"]');
    await select.click();
    await select.locator("li", { hasText: "Key" }).click();
    await frame.locator(".progress", { hasText: "Loading spend…" }).waitFor();
    // Keys of the same name are read separately.
    await eventually(() => assert.equal(paused.length, 2));
    assert.equal(await isStale(), 1);
    near(await headline(frame), figuresOf(month()).cost, "dimmed headline");
    await frame.locator("vscode-progress-bar").waitFor();
    const keys = session.account.state.keys.size;
    const [most] = paused.toSorted((a, b) => b.keys - a.keys);
    most!.resume();
    await frame.locator(".progress", { hasText: `Loading spend by key: ${most!.keys} of ${keys}` }).waitFor();
    await screenshot(page, "activity-progress");
    network = "works";
    for (const { resume } of paused.splice(0)) resume();
    await settled(frame);
    assert.equal((await frame.locator(".progress").innerText()).trim(), "");
    assert.equal(await isStale(), 0);
    sameSpend((await readTable(frame)).rows, spentBy(session.account, month(), "key"));
  });

  it("doesn't wait for figures that are no longer needed", async () => {
    network = "paused";
    await press(frame, "7 days");
    // Keys of the same name are read separately.
    await eventually(() => assert.equal(paused.length, 2));
    await chooseRange(frame, "30 days");
    near(await headline(frame), figuresOf(month()).cost, "headline");
    network = "works";
    for (const { resume } of paused.splice(0)) resume();
    await choose(frame, "Group by", "Model");
    await chooseRange(frame, "7 days");
    sameSpend((await readTable(frame)).rows, spentBy(session.account, ledgerDays(session.account, 7), "model"));
    await chooseRange(frame, "30 days");
  });

  it("shows the error in the panel, keeps the last figures dimmed, and reads them again with Retry", async () => {
    network = "500";
    await press(frame, "Refresh");
    await problem().filter({ hasText: "server error" }).waitFor();
    assert.equal(await problem().getAttribute("role"), "alert");
    assert.deepEqual(await problem().locator("vscode-button").allInnerTexts(), ["Retry", "Open Log"]);
    assert.equal(await problem().locator("b").count(), 0, "the API's text was rendered as HTML");
    assert.equal(await isStale(), 1);
    near(await headline(frame), figuresOf(month()).cost, "headline");
    await screenshot(page, "activity-error");
    network = "works";
    await press(frame, "Retry");
    await settled(frame);
    assert.equal(await problem().isVisible(), false);
    assert.equal(await isStale(), 0);
  });

  it("shows no figures of another choice after a failure", async () => {
    network = "429";
    await press(frame, "Refresh");
    await problem().waitFor();
    await press(frame, "90 days");
    await eventually(async () => assert.equal(await frame.locator(".body").isVisible(), false));
    await problem().waitFor();
    await screenshot(page, "activity-error-without-figures");
    await press(frame, "30 days");
    await settled(frame);
    assert.equal(await problem().isVisible(), false, "the error of another choice is still shown");
    near(await headline(frame), figuresOf(month()).cost, "headline");
    network = "works";
  });

  it("reports the rate limit and sends no more requests", async () => {
    network = "429";
    await press(frame, "Refresh");
    await problem()
      .filter({ hasText: /rate limit|too many|429/i })
      .waitFor();
    const sent = session.faults.received.length;
    await screenshot(page, "activity-rate-limit");
    await assertRemains(() => assert.equal(session.faults.received.length, sent), 2_000);
    network = "works";
    await press(frame, "Retry");
    await settled(frame);
    assert.equal(await problem().isVisible(), false);
  });

  it("opens the log from the error", async () => {
    network = "500";
    await press(frame, "Refresh");
    await press(frame, "Open Log");
    await page.locator(".part.panel .output-view-container, .part.panel .output-view").first().waitFor();
    network = "works";
    await runCommand(page, "View: Hide Panel");
    await press(frame, "Retry");
    await settled(frame);
  });

  it("shows the error when the first read fails", async () => {
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
