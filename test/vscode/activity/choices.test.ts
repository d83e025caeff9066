import assert from "node:assert/strict";
import type { Frame, Page } from "playwright-core";
import { runCommand } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { reloadWindow } from "../host/extensionHost.ts";
import { choose, chooseRange, crumbs, headline, openPanel, openRow, panelFrame, readTable } from "../host/panel.ts";
import { pixels, waitForStoredState, webviewCount } from "../host/webview.ts";
import { exactly, usd } from "../truth/account.ts";
import { figuresOf, ledgerDays, MEASURES, near, spentBy } from "../truth/spend.ts";
import { describeActivity } from "./activitySession.ts";

describeActivity("choices in the activity panel", {}, (session) => {
  let page: Page;
  let frame: Frame;

  before(async () => {
    ({ page } = session);
    frame = await openPanel(page);
  });

  const canvas = () => frame.locator(".chart canvas");
  const header = (column: string) => frame.locator(`thead th:has([data-id="sort-${column}"])`);

  describe("sorting the table", () => {
    for (const column of ["name", ...MEASURES, "share"])
      it(`sorts by ${column} in both directions`, async () => {
        const before = await header(column).getAttribute("aria-sort");
        const first = before === "descending" ? "ascending" : column === "name" ? "ascending" : "descending";
        await header(column).getByRole("button").click();
        await isSorted(column, first);
        await header(column).getByRole("button").click();
        await isSorted(column, first === "descending" ? "ascending" : "descending");
      });

    async function isSorted(column: string, order: string): Promise<void> {
      assert.equal(await header(column).getAttribute("aria-sort"), order);
      assert.equal(await frame.locator("th[aria-sort]:not([aria-sort=none])").count(), 1);
      const { rows } = await readTable(frame);
      const compare = new Intl.Collator("en", { numeric: true }).compare;
      const measure = (column === "share" ? "cost" : column) as (typeof MEASURES)[number];
      for (const [i, row] of rows.entries()) {
        const next = rows[i + 1];
        if (!next) break;
        const by = column === "name" ? compare(row.name, next.name) : row.figures[measure]! - next.figures[measure]!;
        assert.ok(order === "ascending" ? by <= 0 : by >= 0, `${row.name} before ${next.name}`);
      }
    }
  });

  const splitAt = (costs: readonly number[], count: number) =>
    [costs.slice(0, count), costs.slice(count)].map((part) => part.reduce((sum, cost) => sum + cost, 0)) as [
      number,
      number,
    ];

  it("toggles showing one series alone with its legend button", async () => {
    const items = frame.locator(".legend-item");
    const pressed = () => items.evaluateAll((all) => all.map((one) => one.getAttribute("aria-pressed")));
    const none = (await pressed()).map(() => "false");
    const all = await pixels(canvas());
    await items.nth(1).click();
    assert.deepEqual(await pressed(), none.with(1, "true"));
    const alone = await pixels(canvas());
    assert.notEqual(alone, all);
    await items.nth(2).focus();
    await page.keyboard.press("Enter");
    assert.deepEqual(await pressed(), none.with(2, "true"));
    assert.notEqual(await pixels(canvas()), alone);
    await page.keyboard.press("Space");
    assert.deepEqual(await pressed(), none);
    // The mouse is elsewhere: a tooltip would be in the picture.
    assert.equal(await pixels(canvas()), all);
  });

  it("gives the chosen number of groups their own color, or as many as leave the others the smaller part", async () => {
    const items = frame.locator(".legend-item");
    const others = async () => (await items.allInnerTexts()).at(-1)!;
    const costs = spentBy(session.account, ledgerDays(session.account, 30), "model").map(
      ({ figures }) => figures.cost!,
    );
    const [named, rest] = splitAt(
      costs.sort((a, b) => b - a),
      (await items.count()) - 1,
    );
    assert.ok(rest < named && named + rest > 0, `${rest} of ${named + rest} are in the others`);
    assert.ok((await others()).includes(usd(rest)), await others());
    for (const top of [5, 12]) {
      await choose(frame, "Show", `Top ${top}`);
      assert.equal(await items.count(), top + 1);
      assert.match(await others(), /^\d+ others/);
    }
    await choose(frame, "Show", "Auto");
  });

  for (const [range, days] of [
    ["7 days", 7],
    ["30 days", 30],
    ["90 days", 90],
  ] as const)
    it(`compares the completed days of ${range} with the previous period`, async () => {
      await compare(false);
      await chooseRange(frame, range);
      const without = await pixels(canvas());
      await compare(true);
      const [now, before] = [1, 1 + days].map((until) => figuresOf(ledgerDays(session.account, days - 1, until)).cost);
      const change = now! / before! - 1;
      const percent = Math.abs(change).toLocaleString("en", {
        ...{ style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 },
      });
      const text = `${change >= 0 ? "▲" : "▼"} ${percent} vs. ${usd(before!)} in the previous period (${days - 1} completed days each)`;
      assert.equal((await frame.locator(".comparison").innerText()).trim(), text);
      assert.equal(await frame.locator(".comparison").getAttribute("title"), exactly(now!));
      assert.notEqual(await pixels(canvas()), without);
      assert.deepEqual(await frame.locator(".legend-line").allInnerTexts(), ["Previous period"]);
      // The headline stays that of the whole period, including today.
      near(await headline(frame), figuresOf(ledgerDays(session.account, days)).cost, "headline");
    });

  it("compares the completed hours of today with the same hours of yesterday", async () => {
    await chooseRange(frame, "Today");
    const hour = new Date().getUTCHours();
    const completed = (until: number) =>
      figuresOf(ledgerDays(session.account, 1, until).filter(({ at }) => new Date(at).getUTCHours() < hour)).cost;
    const text = await frame.locator(".headline .aside").last().innerText();
    if (hour === 0) assert.equal(text, "The previous period is incomplete.");
    else assert.ok(text.includes(`vs. ${usd(completed(1))} yesterday (${hour} completed hour`), text);
    await compare(false);
  });

  it("doesn't compare a year, because analytics don't go back two years", async () => {
    await chooseRange(frame, "365 days");
    const box = frame.locator('vscode-checkbox[label="Compare"]');
    assert.notEqual(await box.getAttribute("disabled"), null);
    assert.match((await box.getAttribute("title")) ?? "", /don't go back far enough/);
  });

  describe("restoring the state", () => {
    before(async () => {
      await chooseRange(frame, "30 days");
      await choose(frame, "Group by", "Provider");
      await choose(frame, "Metric", "Requests");
      await openRow(frame, "Anthropic");
      await header("reasoning_tokens").getByRole("button").click();
    });

    async function assertRestored(): Promise<void> {
      assert.deepEqual(await crumbs(frame), ["30 days", "Anthropic"]);
      assert.equal(await header("reasoning_tokens").getAttribute("aria-sort"), "descending");
      const rows = ledgerDays(session.account, 30).filter(({ provider }) => provider === "Anthropic");
      assert.equal(await headline(frame), figuresOf(rows).requests);
      assert.equal((await readTable(frame)).rows.length, spentBy(session.account, rows, "model").length);
    }

    it("keeps it while the tab is behind another editor", async () => {
      await assertRestored();
      await runCommand(page, "File: New Untitled Text File");
      await page.locator(".tab.active", { hasText: "Untitled-1" }).waitFor();
      await panelIsGone();
      const sent = session.account.requests.length;
      await page.locator(".tab", { hasText: "OpenRouter Activity" }).click();
      frame = await panelFrame(page);
      await assertRestored();
      assert.equal(session.account.requests.length, sent, "cached figures were read again");
    });

    it("restores it after a window reload", async () => {
      await waitForStoredState(page, "reasoning_tokens");
      await reloadWindow(session.host, page);
      // The saved layout may have the other editor in front.
      await page.locator(".tab", { hasText: "OpenRouter Activity" }).click();
      frame = await panelFrame(page);
      // The panel appears before its figures.
      await eventually(assertRestored);
    });

    it("starts with the defaults after the panel was closed", async () => {
      await page.locator(".tab", { hasText: "OpenRouter Activity" }).click();
      await runCommand(page, "View: Close Editor");
      await panelIsGone();
      frame = await openPanel(page);
      assert.deepEqual(await crumbs(frame), []);
      near(await headline(frame), figuresOf(ledgerDays(session.account, 30)).cost, "headline");
    });

    const panelIsGone = () => eventually(async () => assert.equal(await webviewCount(page, "panel"), 0));
  });

  async function compare(on: boolean): Promise<void> {
    const box = frame.locator('vscode-checkbox[label="Compare"]');
    if (((await box.getAttribute("checked")) !== null) !== on) await box.click();
    await panelFrame(page);
  }
});
