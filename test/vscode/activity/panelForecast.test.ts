// What is expected of the month, in the Activity panel: the line, its details and the days of the chart.
import assert from "node:assert/strict";
import type { Frame, Page } from "playwright-core";
import { dayAfter } from "../../../src/openrouter/spend/span.ts";
import { screenshot } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { choose, chooseRange, clickChart, narrowPanel, openPanel, openRow, press, settled } from "../host/panel.ts";
import { inThemes, type Theme } from "../host/themes.ts";
import { axeViolations, lowContrastTexts, overflows, webviewFrame } from "../host/webview.ts";
import { trueKey } from "../truth/account.ts";
import { dayAgo, figuresOf } from "../truth/spend.ts";
import { describeActivity } from "./activitySession.ts";

const THEMES: Theme[] = ["light", "dark", "hc", "hc-light"];
const plain = (text: string) => text.replaceAll(/[\u00a0\u2009\u202f]/g, " ");
const dollars = (text = "") => Number(text.replaceAll(",", ""));
const MONTH = /^about \$([\d,.]+) by \w{3} \d+ \(\$([\d,.]+)–\$([\d,.]+)\)$/;

describeActivity("forecast in the panel", {}, (session) => {
  let page: Page;
  let frame: Frame;

  before(async () => {
    ({ page } = session);
    frame = await openPanel(page);
  });

  const part = () => frame.locator("details.forecast");
  const line = async () => plain(await part().locator("summary").innerText());
  const days = () =>
    frame.evaluate<{ low: number; middle: number; high: number }[]>(`
      [...document.querySelectorAll("details.forecast tbody tr")].map((row) => {
        const [low, middle, high] = [...row.querySelectorAll("td")].map((cell) => Number(cell.dataset.value));
        return { low, middle, high };
      })`);
  const month = dayAgo(0).slice(0, 8);
  const daysLeft = () => {
    let count = 0;
    for (let day = dayAgo(0); day.startsWith(month); day = dayAfter(day)) count += 1;
    return count;
  };
  const spentThisMonth = (hash?: string) =>
    figuresOf(
      session.account.state.ledger.filter((row) => row.day >= `${month}01` && (hash === undefined || row.key === hash)),
    ).cost;
  /** The middle, if it and its range are possible after what was spent. */
  async function expectMonth(spent: number): Promise<void> {
    await eventually(async () => {
      // While another forecast is read, the last one is hidden.
      assert.ok(await part().isVisible(), "there is no forecast yet");
      const [, middle, low, high] = MONTH.exec(await line()) ?? [];
      assert.ok(middle, await line());
      assert.ok(dollars(low) <= dollars(middle) && dollars(middle) <= dollars(high), await line());
      // Rounded to three digits.
      assert.ok(dollars(low) > spent * 0.99, `${low} after ${spent}`);
    });
  }

  /** Goes back to the whole account. */
  async function leaveScope(): Promise<void> {
    await frame.locator(".crumb button").first().click();
    await settled(frame);
  }

  it("is the one of the Spend view, with its range and how often such ranges held", async () => {
    await expectMonth(spentThisMonth());
    const compact = await webviewFrame(page, "compact");
    await eventually(async () => assert.equal(plain(await compact.locator("p.outlook").innerText()), await line()));
    await part().locator("summary").click();
    const details = await part().locator("li").allInnerTexts();
    assert.match(details.join("\n"), /Checked on \d+ past days: \d\d% of them were in the range\./);
  });

  it("lists each day from today on, and is drawn after the days of the chart", async () => {
    const each = await days();
    assert.equal(each.length, Math.max(8, daysLeft()));
    for (const { low, middle, high } of each) assert.ok(0 <= low && low <= middle && middle <= high);
    const legend = await frame.locator(".legend-line").allInnerTexts();
    assert.deepEqual(legend, ["Expected"]);
    await screenshot(page, "panel-forecast-30-days");
  });

  it("ends with the month in the chart of the month", async () => {
    await chooseRange(frame, "Month");
    await expectMonth(spentThisMonth());
    assert.equal((await days()).length, daysLeft());
    await screenshot(page, "panel-forecast-month");
  });

  it("is kept by a click on a day, and gone within the day, in a comparison and for requests", async () => {
    // A day that is only forecast has nothing to show.
    await chooseRange(frame, "30 days");
    await clickChart(page, frame, { x: 0.99, y: 0.5 });
    assert.equal(await frame.locator(".crumb").count(), 0);
    await clickChart(page, frame, { x: 0.4, y: 0.5 });
    await part().waitFor({ state: "hidden" });
    await leaveScope();
    await part().waitFor();
    await choose(frame, "Metric", "Requests");
    assert.equal(await part().isVisible(), false);
    assert.deepEqual(await frame.locator(".legend-line").allInnerTexts(), []);
    await choose(frame, "Metric", "Cost");
    await frame.locator("vscode-checkbox").click();
    await settled(frame);
    assert.equal(await part().isVisible(), false);
    assert.deepEqual(await frame.locator(".legend-line").allInnerTexts(), ["Previous period"]);
    await frame.locator("vscode-checkbox").click();
    await settled(frame);
    await part().waitFor();
  });

  it("is of the only key that is shown, and of a workspace", async () => {
    // A repeated try starts from where the first one stopped.
    if ((await frame.locator(".crumb").count()) > 0) await leaveScope();
    await choose(frame, "Group by", "Key");
    await openRow(frame, "research-agent");
    const { hash } = trueKey(session.account, "research-agent");
    /** The queries without dimensions, of days and of hours: other ones are for the chart's bars. */
    const asked = () =>
      session.account.requests.filter(({ body }) => {
        const text = JSON.stringify(body ?? "");
        return text.includes(`"value":"${hash}"`) && !text.includes('"dimensions"');
      });
    await eventually(() => assert.equal(asked().length, 2, JSON.stringify(asked(), undefined, 1)));
    await expectMonth(spentThisMonth(hash));
    const [, middle] = MONTH.exec(await line()) ?? [];
    assert.ok(dollars(middle) < spentThisMonth(), "is that of the key alone");
    await openRow(frame, await frame.locator("table.figures button.open").first().innerText());
    await part().waitFor({ state: "hidden" });
    await choose(frame, "Group by", "Workspace");
    const id = session.account.state.defaultWorkspaceId;
    const { name } = session.account.state.workspaces.find((one) => one.id === id)!;
    await openRow(frame, name);
    await expectMonth(
      figuresOf(session.account.state.ledger.filter((row) => row.day >= `${month}01` && row.workspaceId === id)).cost,
    );
    await leaveScope();
  });

  it("is readable in each theme", async () => {
    await choose(frame, "Group by", "Model");
    await expectMonth(spentThisMonth());
    await inThemes(session.host, page, THEMES, async (theme) => {
      const least = theme.startsWith("hc") ? 7 : 4.5;
      await eventually(async () => assert.deepEqual(await lowContrastTexts(frame, least), [], theme));
      assert.deepEqual(await axeViolations(frame), [], theme);
      await screenshot(page, `panel-forecast-${theme}`);
    });
  });

  it("is refused where too few days are known, and says so", async () => {
    const { account } = session;
    const kept = account.state.ledger;
    account.state.ledger = kept.filter(({ day }) => day >= dayAgo(12));
    await press(frame, "Refresh");
    await eventually(async () =>
      assert.equal(await line(), "No forecast yet: it needs 21 days since the first spend, there are 12."),
    );
    assert.deepEqual(await frame.locator(".legend-line").allInnerTexts(), []);
    assert.equal(await part().locator("table:visible").count(), 0);
    account.state.ledger = kept;
    await press(frame, "Refresh");
    await expectMonth(spentThisMonth());
  });

  it("fits without overflow at 320 px", async () => {
    await narrowPanel(page, frame);
    await eventually(async () => assert.deepEqual(await overflows(frame, ".figures-frame *"), []));
    await screenshot(page, "panel-forecast-320");
  });
});
