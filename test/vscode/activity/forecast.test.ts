// What is coming, in the Spend view, the Credits view and the status bar.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { dayAfter } from "../../../src/openrouter/spend/span.ts";
import { eventually } from "../host/eventually.ts";
import { statusTooltip } from "../host/status.ts";
import { runTitleAction, viewRows } from "../host/tree.ts";
import { webviewFrame } from "../host/webview.ts";
import { dayAgo, figuresOf } from "../truth/spend.ts";
import { describeActivity } from "./activitySession.ts";

const plain = (text: string) => text.replaceAll(/[\u00a0\u2009\u202f]/g, " ");
const dollars = (text: string) => Number(text.replaceAll(",", ""));
const MONTH = /^about \$([\d,.]+) by (\w{3} \d+) \(\$([\d,.]+)–\$([\d,.]+)\)$/;
const END = /^about \w{3} \d+(, \d{4})?$/;

describeActivity("forecast", {}, (session) => {
  let page: Page;

  before(() => {
    ({ page } = session);
  });

  const line = async () => plain(await (await webviewFrame(page, "compact")).locator("p.outlook").innerText());
  async function creditsEnd(): Promise<string | undefined> {
    const row = (await viewRows(page, "Credits")).find(({ label }) => label === "Last Until");
    return row && plain(row.description);
  }
  /** The last day of the month, as "Nov 30". */
  function monthEnd(): string {
    const next = dayAfter(`${dayAgo(0).slice(0, 8)}28`, 4).slice(0, 8);
    const parts = { month: "short", day: "numeric", timeZone: "UTC" } as const;
    return new Intl.DateTimeFormat("en", parts).format(new Date(dayAfter(`${next}01`, -1)));
  }

  it("of the month is in the Spend view, with its range and how often such ranges held", async () => {
    await eventually(async () => {
      const [, middle, day, low, high] = MONTH.exec(await line()) ?? [];
      assert.ok(middle && low && high, await line());
      assert.equal(day, monthEnd());
      const spent = figuresOf(
        session.account.state.ledger.filter((row) => row.day >= `${dayAgo(0).slice(0, 8)}01`),
      ).cost;
      assert.ok(dollars(low) <= dollars(middle) && dollars(middle) <= dollars(high), await line());
      // Rounded to three digits.
      assert.ok(dollars(low) > spent * 0.99, `${low} after ${spent}`);
    });
    const title = await (await webviewFrame(page, "compact")).locator("p.outlook").getAttribute("title");
    assert.match(title ?? "", /Forecast from 36\d days of spend\. 8 of 10 outcomes are expected in the range\./);
    assert.match(title ?? "", /Checked on \d+ past days: \d\d% of them were in the range\./);
  });

  it("of the credits is in the Credits view and in the tooltip of the status bar", async () => {
    await eventually(async () => assert.match((await creditsEnd()) ?? "", END));
    const tooltip = plain(await statusTooltip(page, / today/));
    assert.match(tooltip, /Last Until\s+about \w{3} \d+(, \d{4})? \(.+\)/);
  });

  it("follows the credits", async () => {
    const before = await creditsEnd();
    session.account.state.totalCredits += 500_000_000;
    await runTitleAction(page, "Credits", "Refresh");
    await eventually(async () => {
      const now = await creditsEnd();
      assert.ok(now !== undefined && now !== before, now);
    });
  });

  it("is refused where too few days are known, and says so", async () => {
    const { account } = session;
    const kept = account.state.ledger;
    account.state.ledger = kept.filter(({ day }) => day >= dayAgo(12));
    await runTitleAction(page, "Spend", "Refresh Activity");
    await eventually(async () =>
      assert.equal(await line(), "No forecast yet: it needs 21 days since the first spend, there are 12."),
    );
    await eventually(async () => assert.equal(await creditsEnd(), "no forecast"));
    account.state.ledger = kept;
    await runTitleAction(page, "Spend", "Refresh Activity");
    await eventually(async () => assert.match(await line(), MONTH));
  });
});
