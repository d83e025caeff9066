import assert from "node:assert/strict";
import type { Frame, Page } from "playwright-core";
import { periodStarts } from "../../../src/openrouter/spend/periods.ts";
import { apiError, reply } from "../../support/faults.ts";
import { runCommand, screenshot } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { shrinkSidebar } from "../host/keyInput.ts";
import { panelFrame } from "../host/panel.ts";
import { inThemes } from "../host/themes.ts";
import { hideView, runTitleAction, showView, titleActions, view, viewRows } from "../host/tree.ts";
import { axeViolations, lowContrastTexts, overflows, pixels, webviewCount, webviewFrame } from "../host/webview.ts";
import { exactly, usd } from "../truth/account.ts";
import { dayAgo, figuresOf, ledgerDays } from "../truth/spend.ts";
import { describeActivity } from "./activitySession.ts";

describeActivity("Spend view", {}, (session) => {
  let page: Page;
  let network: "works" | "no credits" | 401 | 500 = "works";
  /** Responses wait for it. */
  let held: Promise<void> | undefined;
  session.fault = async ({ path }, response) => {
    await held;
    if (network === "no credits") return path === "/credits" ? reply(response, 400, apiError(400, "No")) : undefined;
    return network === "works" ? undefined : reply(response, network, apiError(network, "No answer"));
  };

  before(async () => {
    ({ page } = session);
    // The view was loaded before the watch began; after a reload it is watched from its start.
    await page.reload();
    await view(page, "Spend").waitFor({ timeout: 90_000 });
    await (await chart()).waitFor();
  });

  const frame = (): Promise<Frame> => webviewFrame(page, "compact");
  const chart = async () => (await frame()).locator("button.compact-chart");
  const problem = async () => (await frame()).locator('[role="alert"]');

  /** The view's amounts by label: the text, and the exact figure in the tooltip. */
  async function amounts(): Promise<Record<string, [text: string, title: string | null]>> {
    const rows = await (await frame()).locator("dl.amounts > div").all();
    const read = rows.map(async (row) => {
      const value = row.locator("dd");
      return [
        await row.locator("dt").innerText(),
        [await value.innerText(), (await value.getAttribute("title"))?.split("\n")[0] ?? null],
      ] as const;
    });
    return Object.fromEntries(await Promise.all(read)) as Record<string, [string, string | null]>;
  }

  /** The ledger's cost since a day. */
  const since = (first: string) => figuresOf(session.account.state.ledger.filter(({ day }) => day >= first)).cost;
  const thirtyDays = () => usd(figuresOf(ledgerDays(session.account, 30)).cost);

  async function assertLedgerShown(): Promise<void> {
    await eventually(async () => {
      const { today: day, monday, first } = periodStarts(new Date());
      const [today, week, month] = [since(day), since(monday), since(first)] as const;
      assert.deepEqual(await amounts(), {
        Today: [usd(today), exactly(today)],
        "This Week": [usd(week), exactly(week)],
        "This Month": [usd(month), exactly(month)],
      });
      const status = await (await frame()).locator(".status").first().innerText();
      assert.ok(status.includes(`30 days: ${thirtyDays()}`) && /read at \d/.test(status), status);
    });
  }

  async function closePanel(): Promise<void> {
    await runCommand(page, "View: Close All Editors");
    await eventually(async () => assert.equal(await webviewCount(page, "panel"), 0));
  }

  it("shows what is spent, the Credits view what is left, both read at one time", async () => {
    await assertLedgerShown();
    const credits = new Map((await viewRows(page, "Credits")).map(({ label, description }) => [label, description]));
    const labels = [...credits.keys()].filter((label) => label !== "Last Until");
    assert.deepEqual(labels, ["Remaining", "Purchased", "Used", "Read at"]);
    const readAt = await (await frame()).locator(".read-at").innerText();
    assert.equal(readAt, `read at ${credits.get("Read at")}`);
    const spoken = await (await chart()).getAttribute("aria-label");
    assert.equal(spoken, `Open Activity. ${thirtyDays()} in the last 30 days.`);
  });

  it("opens the activity panel by click, by Enter and from its title bar", async () => {
    await (await chart()).click();
    await panelFrame(page);
    assert.equal(await webviewCount(page, "panel"), 1);
    await closePanel();
    await (await chart()).focus();
    await page.keyboard.press("Enter");
    await panelFrame(page);
    await closePanel();
    assert.deepEqual(await titleActions(page, "Spend"), ["Open Activity", "Refresh Activity"]);
    await runTitleAction(page, "Spend", "Open Activity");
    await panelFrame(page);
    await closePanel();
  });

  for (const [name, refresh] of [
    ["its own Refresh", () => runTitleAction(page, "Spend", "Refresh Activity")],
    ["Refresh of all", () => runTitleAction(page, "Credits", "Refresh")],
  ] as const)
    it(`shows new spend after ${name}`, async () => {
      const { state } = session.account;
      const like = state.ledger.find(({ day, key }) => day === dayAgo(0) && state.keys.has(key));
      assert.ok(like);
      state.ledger.push({ ...like, usage: 33_210_000, byok: 0 });
      const picture = await pixels((await frame()).locator("canvas"));
      await refresh();
      await assertLedgerShown();
      assert.notEqual(await pixels((await frame()).locator("canvas")), picture);
    });

  it("shows the error in the view, keeps the last figures dimmed, and reads them again with Retry", async () => {
    // Only a 401 fails today's figures: with other errors they fall back to the cached keys' counters.
    network = 401;
    await runTitleAction(page, "Spend", "Refresh Activity");
    await (await problem()).filter({ hasText: "rejected the key" }).waitFor();
    assert.equal((await amounts()).Today![0], usd(since(dayAgo(0))));
    assert.equal(await (await frame()).locator("main.stale").count(), 1);
    assert.deepEqual(await overflows(await frame()), []);
    await screenshot(page, "spend-view-failed");
    network = "works";
    await (await problem()).locator("vscode-button", { hasText: "Retry" }).click();
    await (await problem()).waitFor({ state: "hidden" });
    assert.equal(await (await frame()).locator("main.stale").count(), 0);
    await assertLedgerShown();
  });

  it("keeps its amounts, which it says, if only the credits fail", async () => {
    const before = await amounts();
    network = "no credits";
    await runTitleAction(page, "Spend", "Refresh Activity");
    await (await frame()).locator(".amounts.stale").waitFor();
    assert.deepEqual(await amounts(), before);
    assert.match(await (await frame()).locator(".status").first().innerText(), /Not refreshed/);
    assert.deepEqual(await overflows(await frame()), []);
    await screenshot(page, "spend-view-kept");
    network = "works";
    await runTitleAction(page, "Spend", "Refresh Activity");
    await (await frame()).locator(".amounts:not(.stale)").waitFor();
    await assertLedgerShown();
  });

  it("shows the error when the first read fails", async () => {
    network = 500;
    await page.reload();
    await (await problem()).filter({ hasText: "server error" }).waitFor();
    assert.equal(await (await chart()).isVisible(), false);
    await screenshot(page, "spend-view-failed-at-start");
    network = "works";
    await (await problem()).locator("vscode-button", { hasText: "Retry" }).click();
    await assertLedgerShown();
  });

  it("says that it is loading until it has figures", async () => {
    const loading = async () => (await frame()).locator("main").getByText("Loading…").isVisible();
    const { promise, resolve } = Promise.withResolvers<void>();
    held = promise;
    await page.reload();
    await eventually(async () => {
      assert.equal(await loading(), true);
      assert.equal(await (await chart()).isVisible(), false);
    });
    await screenshot(page, "spend-view-loading");
    resolve();
    await assertLedgerShown();
    assert.equal(await loading(), false);
  });

  it("fits its initial height and the narrowest sidebar", async () => {
    await page.setViewportSize({ width: 1200, height: 1000 });
    await eventually(async () => {
      assert.deepEqual(await overflows(await frame()), []);
      const [whole, shown] = await (await frame()).evaluate<[number, number]>(
        "[document.documentElement.scrollHeight, document.documentElement.clientHeight]",
      );
      assert.ok(whole <= shown, `${whole} px in ${shown} px`);
    });
    await screenshot(page, "spend-view");
    const widen = await shrinkSidebar(page);
    await eventually(async () => assert.deepEqual(await overflows(await frame()), []));
    await inThemes(session.host, page, ["light", "dark"], (theme) => screenshot(page, `spend-view-narrow-${theme}`));
    await widen();
    await page.setViewportSize({ width: 1300, height: 1300 });
  });

  it("has enough contrast in each theme and no axe violations", async () => {
    const pictures = new Set<string>();
    await inThemes(session.host, page, ["light", "dark", "hc", "hc-light"], async (theme) => {
      const shown = await frame();
      const least = theme.startsWith("hc") ? 7 : 4.5;
      await eventually(async () => assert.deepEqual(await lowContrastTexts(shown, least), [], theme));
      assert.deepEqual(await axeViolations(shown), [], theme);
      pictures.add(await pixels(shown.locator("canvas")));
      await screenshot(page, `spend-view-${theme}`);
    });
    assert.equal(pictures.size, 4);
  });

  it("shows its figures again after it was hidden", async () => {
    await hideView(page, "Spend");
    await showView(page, "Spend");
    await assertLedgerShown();
  });
});
