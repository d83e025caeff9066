import assert from "node:assert/strict";
import type { Frame, Page } from "playwright-core";
import { runCommand } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { choose, chooseRange, headline, openPanel, panelFrame, press, readTable, showAllRows } from "../host/panel.ts";
import { clickStatus } from "../host/status.ts";
import { webviewCount } from "../host/webview.ts";
import { usd } from "../truth/account.ts";
import { trueRemaining } from "../truth/api.ts";
import {
  type Dimension,
  dayAgo,
  dayName,
  figuresOf,
  ledgerDays,
  near,
  sameFigures,
  sameSpend,
  spentBy,
} from "../truth/spend.ts";
import { describeActivity, KEY, MODEL, PROVIDER } from "./activitySession.ts";

describeActivity("activity panel", {}, (session) => {
  let page: Page;
  let frame: Frame;

  before(async () => {
    ({ page } = session);
  });

  const names = { model: "Model", provider: "Provider", key: "Key", workspace: "Workspace" };

  it("opens from the command palette", async () => {
    frame = await openPanel(page);
    await page.locator(".tab.active", { hasText: "OpenRouter Activity" }).waitFor();
  });

  it("opens from the status bar, reusing an open panel", async () => {
    const bar = usd(await trueRemaining(session.account));
    await clickStatus(page, bar);
    frame = await panelFrame(page);
    assert.equal(await webviewCount(page, "panel"), 1);
    await runCommand(page, "View: Close Editor");
    await page.locator(".tab", { hasText: "OpenRouter Activity" }).waitFor({ state: "detached" });
    await clickStatus(page, bar);
    frame = await panelFrame(page);
  });

  for (const by of ["model", "provider", "key", "workspace"] as const)
    it(`shows the ledger's 30 days by ${by}`, async () => {
      await choose(frame, "Group by", names[by]);
      await shows(30, by);
      const legend = await frame.locator(".legend-name").allInnerTexts();
      assert.equal(new Set(legend).size, legend.length, `namesakes in the legend: ${legend.join(", ")}`);
      const shown = (await readTable(frame)).rows.map(({ name }) => name);
      const hostile = { model: MODEL, provider: PROVIDER, key: KEY, workspace: "Production" }[by];
      assert.ok(shown.includes(hostile), `${hostile} is missing in ${shown.join(", ")}`);
    });

  it("shows each of 30 days", async () => {
    await choose(frame, "Group by", "Model");
    await press(frame, "Day (UTC)");
    await showsDays(30);
    await press(frame, "Model");
  });

  it("shows requests, and the sum of prompt and completion tokens", async () => {
    const spent = figuresOf(ledgerDays(session.account, 30));
    await choose(frame, "Metric", "Requests");
    assert.equal(await headline(frame), spent.requests);
    await shows(30, "model", spent.requests);
    await choose(frame, "Metric", "Tokens");
    await shows(30, "model", spent.prompt_tokens + spent.completion_tokens);
    await choose(frame, "Metric", "Cost");
  });

  for (const [range, days] of [
    ["7 days", 7],
    ["90 days", 90],
    ["365 days", 365],
  ] as const)
    it(`shows ${range} by model, key and day`, async () => {
      await chooseRange(frame, range);
      await choose(frame, "Group by", "Model");
      await press(frame, "Model");
      await shows(days, "model");
      await choose(frame, "Group by", "Key");
      await shows(days, "key");
      await press(frame, "Day (UTC)");
      await showsDays(days);
      await press(frame, "Key");
    });

  for (const by of ["provider", "workspace"] as const)
    it(`shows 365 days by ${by}`, async () => {
      await choose(frame, "Group by", names[by]);
      await shows(365, by);
    });

  it("shows today by model, key and hour, up to the current hour", async () => {
    await chooseRange(frame, "Today");
    for (const by of ["model", "key", "workspace"] as const) {
      await choose(frame, "Group by", names[by]);
      await shows(1, by);
    }
    await press(frame, "Hour (UTC)");
    const { header, rows } = await readTable(frame);
    assert.equal(header, "Hour (UTC)");
    const hours = Map.groupBy(ledgerDays(session.account, 1), ({ at }) => new Date(at).getUTCHours());
    for (const [i, row] of rows.toReversed().entries())
      sameFigures(row.figures, figuresOf(hours.get(i) ?? []), row.name);
    assert.match(rows[0]!.name, /^\w{3}, \w{3} \d+, \d{4}, \d\d:00, so far$/);
    assert.ok(rows.length >= new Date().getUTCHours() && rows.length <= new Date().getUTCHours() + 1);
  });

  it("shows the sources of its figures", async () => {
    await chooseRange(frame, "30 days");
    const sources = (await frame.locator(".sources li").allInnerTexts()).join("\n");
    assert.match(sources, /UTC\): OpenRouter's activity, read at/);
    assert.match(sources, /UTC\): OpenRouter's analytics, read at/);
  });

  it("blocks and reports requests to other origins", async () => {
    const { problems } = session.watch;
    const signs = [/^securitypolicyviolation: img-src/, /Content Security Policy/, /^asked http:\/\/127\.0\.0\.1:9/];
    const seen = (sign: RegExp) => problems.some((one) => sign.test(one));
    try {
      await frame.evaluate(`new Image().src = "http://127.0.0.1:9/x"`);
      await eventually(() => assert.deepEqual(signs.map(seen), [true, true, true]), 10_000);
    } finally {
      problems.length = 0;
    }
  });

  /** Asserts that the table and the headline match the ledger's last days. */
  async function shows(days: number, by: Dimension, top = figuresOf(ledgerDays(session.account, days)).cost) {
    const rows = ledgerDays(session.account, days);
    const { header, rows: shown, total } = await readTable(frame);
    assert.equal(header, names[by]);
    sameSpend(shown, spentBy(session.account, rows, by, { long: days > 30 }));
    sameFigures(total.figures, figuresOf(rows), "total");
    near(await headline(frame), top, "headline");
  }

  /** Asserts that the table has each day, newest first, including days without spend. */
  async function showsDays(days: number) {
    await showAllRows(frame);
    const { header, rows } = await readTable(frame);
    assert.equal(header, "Day (UTC)");
    assert.equal(rows.length, days);
    const byDay = Map.groupBy(ledgerDays(session.account, days), ({ day }) => day);
    for (const [ago, { name, figures }] of rows.entries()) {
      assert.equal(name, dayName(ago) + (ago === 0 ? ", so far" : ""));
      sameFigures(figures, figuresOf(byDay.get(dayAgo(ago)) ?? []), name);
    }
  }
});
