// All places that show the current day show one reading of it, which a refresh of any of them renews.
import assert from "node:assert/strict";
import type { Frame, Page } from "playwright-core";
import { eventually } from "../host/eventually.ts";
import { choose, headline, openPanel, press, readTable, showAllRows } from "../host/panel.ts";
import { describeSession } from "../host/session.ts";
import { runTitleAction, viewRows } from "../host/tree.ts";
import { webviewFrame } from "../host/webview.ts";
import { exactly, requestsSince, usd } from "../truth/account.ts";
import { dayAgo, dayName, figuresOf, ledgerDays, near } from "../truth/spend.ts";

/** The most queries of a forecast: by day, by hour, and of keys that can spend no more. */
const FORECAST = 3;
const viewport = { width: 1300, height: 1300 };

describeSession("one reading of the current day", { account: { keys: 350 }, viewport }, (session) => {
  let page: Page;
  let panel: Frame;

  before(async () => {
    ({ page } = session);
    panel = await openPanel(page);
    await press(panel, "Day (UTC)");
  });

  /** Today's spend, in USD. */
  const today = () => figuresOf(ledgerDays(session.account, 1)).cost;

  /** Asserts that each place shows today's spend, and one time. */
  async function assertOneReading(): Promise<void> {
    await eventually(async () => {
      const spend = await webviewFrame(page, "compact");
      const amount = spend.locator("dl.amounts dd").first();
      assert.equal((await amount.getAttribute("title"))?.split("\n")[0], exactly(today()));
      const status = await page.locator(".statusbar-item", { hasText: " today" }).innerText();
      assert.ok(status.includes(`${usd(today())} today`), status);
      const { rows } = await readTable(panel);
      const row = rows.find(({ name }) => name.startsWith(dayName(0)));
      near(row?.figures.cost ?? null, today(), "the panel's row");
      const readAt = (await viewRows(page, "Credits")).find(({ label }) => label === "Read at")?.description;
      assert.equal(await spend.locator(".read-at").innerText(), `read at ${readAt}`);
      const sources = await panel.locator(".sources li").allInnerTexts();
      assert.ok(
        sources.some((text) => text.endsWith(`OpenRouter's analytics, read at ${readAt}`)),
        sources.join("\n"),
      );
    });
  }

  it("is shown everywhere at the start", assertOneReading);

  for (const [name, refresh] of [
    ["the panel's Refresh", () => press(panel, "Refresh")],
    ["Refresh in the Spend view", () => runTitleAction(page, "Spend", "Refresh Activity")],
    ["Refresh in the Credits view", () => runTitleAction(page, "Credits", "Refresh")],
  ] as const)
    it(`is renewed everywhere by ${name}, in one request each, besides those of the forecast`, async () => {
      const { account } = session;
      const like = account.state.ledger.findLast(({ day, key }) => day === dayAgo(0) && account.state.keys.has(key));
      assert.ok(like);
      account.state.ledger.push({ ...like, usage: 12_340_000, byok: 0 });
      const { length } = account.requests;
      await refresh();
      await assertOneReading();
      const sent = requestsSince(account, length);
      const queries = sent.filter((one) => one === "POST /analytics/query").length;
      assert.ok(queries >= 1 && queries <= 1 + FORECAST, `${queries} queries in ${sent.join(", ")}`);
      for (const request of ["GET /credits", "GET /activity"])
        assert.equal(sent.filter((one) => one === request).length, 1, `${request} in ${sent.join(", ")}`);
    });

  it("is split by key in at most 12 requests, and adds up to the account's spend", async () => {
    const { account } = session;
    const { length } = account.requests;
    await choose(panel, "Group by", "Key");
    await press(panel, "Key");
    const sent = requestsSince(account, length);
    assert.ok(sent.length <= 12, sent.join("\n"));
    const rows = ledgerDays(account, 30);
    near(await headline(panel), figuresOf(rows).cost, "the headline");
    const deleted = rows.filter(({ key }) => !account.state.keys.has(key));
    await showAllRows(panel);
    const { rows: shown } = await readTable(panel);
    const rest = shown.find(({ name }) => name === "Unattributed")?.figures.cost ?? 0;
    near(rest, figuresOf(deleted).cost, "Unattributed");
  });

  it("shows a key's new name once the Keys view has read it", async () => {
    const { account } = session;
    const names = async () => (await readTable(panel)).rows.map(({ name }) => name);
    const shown = await names();
    const keys = [...account.state.keys.values()];
    const key = keys.find(({ name }) => shown.includes(name) && keys.filter((one) => one.name === name).length === 1);
    assert.ok(key);
    key.name = "renamed by a colleague";
    await runTitleAction(page, "Keys", "Refresh Keys");
    await eventually(async () => assert.ok((await names()).includes("renamed by a colleague")));
  });
});
