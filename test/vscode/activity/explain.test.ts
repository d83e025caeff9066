import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import type { Frame, Page } from "playwright-core";
import type { LedgerRow } from "../../../src/sample/index.ts";
import { spike } from "../../../src/sample/seed/profiles.ts";
import { apiError, reply } from "../../support/faults.ts";
import { quickInput, readClipboard, runCommand, screenshot, toast } from "../host/browser.ts";
import { assertRemains, eventually } from "../host/eventually.ts";
import { typeCommand, withoutMouse } from "../host/keyboard.ts";
import { chooseEntry } from "../host/menu.ts";
import {
  backToCrumb,
  barAt,
  chooseRange,
  clickChart,
  crumbs,
  headline,
  narrowPanel,
  openPanel,
  openRow,
  press,
} from "../host/panel.ts";
import { atStep, quickInputClosed } from "../host/quickInput.ts";
import { inThemes, type Theme } from "../host/themes.ts";
import { axeViolations, lowContrastTexts, overflows, pixels, webviewCount, webviewFrame } from "../host/webview.ts";
import { dayAgo, dayName, figuresOf, ledgerDays, nameOf, near } from "../truth/spend.ts";
import { describeActivity, MODEL } from "./activitySession.ts";

const EXPLAIN = "Explain This Change";
const THEMES: Theme[] = ["light", "dark", "hc", "hc-light"];

describeActivity("explanation in the activity panel", {}, (session) => {
  let page: Page;
  let frame: Frame;

  let broken = false;
  session.fault = ({ path }, response) =>
    broken && /^\/(analytics|activity)/.test(path)
      ? reply(response, 500, apiError(500, "Internal Server Error"))
      : undefined;

  before(async () => {
    ({ page } = session);
    frame = await openPanel(page);
  });

  const cost = (rows: LedgerRow[]) => figuresOf(rows).cost;
  const spent = (days: number, until: number, wanted: (row: LedgerRow) => boolean = () => true) =>
    cost(ledgerDays(session.account, days, until).filter(wanted));
  /** The average of a day's weekday in the eight weeks before. */
  const usual = (ago: number, wanted?: (row: LedgerRow) => boolean) =>
    Array.from({ length: 8 }, (_, week) => spent(1, ago + 7 * (week + 1), wanted)).reduce((a, b) => a + b) / 8;

  const explanation = () => frame.locator('.explain-part[aria-busy="false"] .explanation:not([hidden])');
  const difference = async () => Number(await explanation().locator(".headline .figure").getAttribute("data-value"));
  const causes = () => explanation().locator(".cause-text").allInnerTexts();
  const title = () => explanation().locator("h2").innerText();
  const span = (from: number, to: number) => `${dayName(from)} to ${dayName(to)}`;
  const values = (selector: string) =>
    frame.evaluate<number[]>(
      `[...document.querySelectorAll(".explanation ${selector}")].map((one) => Number(one.dataset.value))`,
    );

  /** Asserts that an explanation is shown, of this difference, and that everything in it adds up. */
  async function explains(after: number, before: number): Promise<void> {
    await explanation().waitFor();
    assert.equal((await crumbs(frame)).at(-1), "Explanation");
    near(await difference(), after - before, "the difference");
    const rows = await values("> .figures-frame [data-value]");
    near(rows[0]!, before, "before");
    near(rows.at(-1)!, after, "after");
    near(
      rows.slice(0, -1).reduce((a, b) => a + b),
      after,
      "the sum of the table's rows",
    );
    near(
      (await values(".cause-amount")).reduce((a, b) => a + b, 0),
      after - before,
      "the sum of the causes",
    );
  }

  /** Without a chat, as in this editor, the question can be copied. */
  async function asked(check: (question: string) => void): Promise<void> {
    await press(frame, "Ask Agent About This");
    const reason = toast(page, "The setting chat.disableAIFeatures turns off the chat.");
    await reason.getByRole("button", { name: "Copy Question" }).click();
    await reason.waitFor({ state: "hidden" });
    await eventually(async () => check(await readClipboard(page)));
  }

  const leave = () => backToCrumb(frame, 0);

  describe("of the sample account's spike", () => {
    const isSpike = (row: LedgerRow) =>
      nameOf(session.account, "key")(row) === spike.key && row.permaslug === modelSlug();
    const modelSlug = () => session.account.state.models.find(({ id }) => id === spike.model)!.canonical_slug;

    it("opens from a bar's context menu, and names the key and the model to the cent", async () => {
      const box = (await frame.locator(".chart canvas").boundingBox())!;
      const at = { x: box.x + box.width * (await barAt(frame, 1)), y: box.y + box.height * 0.8 };
      await page.mouse.click(at.x, at.y, { button: "right" });
      await chooseEntry(page, EXPLAIN);
      await explains(spent(1, 1), usual(1));
      assert.deepEqual(await crumbs(frame), ["30 days", dayName(1), "Explanation"]);
      const largest = (await causes())[0]!;
      assert.ok(largest.startsWith(`${spike.key}: `) && largest.endsWith(` more requests to ${spike.model}`), largest);
      near((await values(".cause-amount"))[0]!, spent(1, 1, isSpike) - usual(1, isSpike), "the spike");
      await screenshot(page, "explain-spike");
    });

    it("compares the day with others", async () => {
      await press(frame, "The day before");
      await explains(spent(1, 1), spent(1, 2));
      await press(frame, "A week before");
      await explains(spent(1, 1), spent(1, 8));
      await press(frame, "The usual");
      await explains(spent(1, 1), usual(1));
    });

    it("is copied and exported with everything that it shows", async () => {
      await press(frame, "Copy");
      await page.locator(".statusbar-item", { hasText: "Copied as CSV" }).waitFor();
      const copied = await readClipboard(page);
      const [total] = parse<Record<string, string>>(copied, { columns: true });
      near(Number(total!.difference), spent(1, 1) - usual(1), "the difference");
      const name = `openrouter-provisioning-key-change-${dayAgo(1)}.csv`;
      await press(frame, "Export CSV…");
      await atStep(page, "Export Explanation");
      await eventually(async () => assert.equal(await quickInput(page).inputValue(), join(session.host.folder, name)));
      await page.keyboard.press("Enter");
      await quickInputClosed(page);
      await toast(page, `Exported to ${name}.`).waitFor();
      assert.equal(await readFile(join(session.host.folder, name), "utf8"), copied);
    });

    it("can be asked about, with the usual as the tool's default", () =>
      asked((text) => {
        assert.ok(text.startsWith(`OpenRouter spend in ${dayAgo(1)} (UTC): `), text);
        assert.ok(text.includes(` of 8 days of the same weekday, ${dayAgo(57)} to ${dayAgo(8)}: `), text);
        assert.ok(text.includes(` Why it changed: or_explain_change (day=${dayAgo(1)}), if it is available. `), text);
      }));

    it("lists the generations behind a cause, each opened with its cost and tokens", async () => {
      const cause = frame.locator(".cause").first();
      await cause.getByRole("button", { name: "Generations" }).click();
      const first = cause.locator(".generations tbody tr").first();
      const listed = Number(await first.locator("td").first().getAttribute("data-value"));
      assert.ok(listed > 0);
      assert.equal(await cause.locator(".generations tbody tr:not(.details)").count(), 20);
      await first.getByRole("button").click();
      const details = cause.locator(".details:not([hidden])");
      await eventually(async () => assert.match(await details.innerText(), / prompt tokens · .* completion tokens · /));
      const text = await details.innerText();
      assert.ok(text.includes(`${listed} USD`), `${text} has not the cost ${listed}`);
      await screenshot(page, "explain-generations");
    });

    it("goes back to the day, which has a button for it", async () => {
      if ((await crumbs(frame)).length > 2) await backToCrumb(frame, 1);
      assert.deepEqual(await crumbs(frame), ["30 days", dayName(1)]);
      near(await headline(frame), spent(1, 1), "the day");
      await press(frame, EXPLAIN);
      await explains(spent(1, 1), usual(1));
      await leave();
    });
  });

  describe("by keyboard", () => {
    it("opens from a day's row and from the command palette, and keeps the focus", () =>
      withoutMouse(page, async () => {
        await press(frame, "Day (UTC)");
        await frame.getByRole("button", { name: `${EXPLAIN}: ${dayName(2)}` }).focus();
        await page.keyboard.press("Enter");
        await explains(spent(1, 2), usual(2));
        assert.equal(await frame.evaluate("document.activeElement.className"), "explain-part");
        await page.keyboard.press("Tab");
        assert.equal(await frame.evaluate("document.activeElement.innerText.trim()"), "The usual");
        await frame.locator(".crumb button").first().focus();
        await page.keyboard.press("Enter");
        await frame.locator(".explain-part").waitFor({ state: "hidden" });
        await press(frame, "Model");
        await openRow(frame, MODEL);
        await typeCommand(page, `OpenRouter Admin: ${EXPLAIN}`);
        await explanation().waitFor();
        assert.deepEqual(await crumbs(frame), ["30 days", MODEL, "Explanation"]);
        const own = (row: LedgerRow) => row.model === MODEL;
        await explains(spent(29, 1, own), spent(29, 31, own));
        await leave();
      }));
  });

  describe("of a range", () => {
    it("compares its completed days with those before", async () => {
      await chooseRange(frame, "7 days");
      await press(frame, EXPLAIN);
      await explains(spent(6, 1), spent(6, 8));
      const choice = frame.locator(".explain-part .ranges vscode-button");
      assert.deepEqual(await choice.allInnerTexts(), ["The previous period", "Other days…"]);
    });

    it("is left by choosing another range, and isn't offered without a period before", async () => {
      await chooseRange(frame, "365 days");
      assert.deepEqual(await crumbs(frame), []);
      assert.equal(await frame.locator("vscode-button:visible", { hasText: EXPLAIN }).count(), 0);
      await chooseRange(frame, "30 days");
    });
  });

  describe("of chosen days", () => {
    const field = (id: string) => frame.locator(`.period [data-id="${id}"]`);
    const problem = (period: "after" | "before") => frame.locator(`#${period}-problem`);
    const queried = (since: number) =>
      session.account.requests.slice(since).filter(({ path }) => path === "/analytics/query");
    let sent = 0;

    it("explains two weeks with at most 12 requests, whose difference is the ledger's", async () => {
      await press(frame, EXPLAIN);
      await explains(spent(29, 1), spent(29, 31));
      await press(frame, "Other days…");
      assert.equal(await field("after-from").inputValue(), dayAgo(29));
      assert.equal(await field("before-to").inputValue(), dayAgo(31));
      assert.equal(await field("before-from").getAttribute("max"), dayAgo(0));
      assert.equal(await field("before-from").getAttribute("min"), dayAgo(364));
      sent = session.account.requests.length;
      // The periods overlap until the last entry.
      await field("before-to").fill(dayAgo(8));
      await field("before-from").fill(dayAgo(14));
      await field("after-from").fill(dayAgo(7));
      await explains(spent(7, 1), spent(7, 8));
      assert.equal(await title(), `${span(7, 1)}, compared with ${span(14, 8)}`);
      const count = session.account.requests.length - sent;
      assert.ok(count > 0 && count <= 12, `${count} requests`);
      await screenshot(page, "explain-chosen");
    });

    it("says beside the field what can't be compared, and sends nothing", async () => {
      sent = session.account.requests.length;
      const refused = async (id: string, ago: number, period: "after" | "before", text: RegExp) => {
        const before = await field(id).inputValue();
        await field(id).fill(dayAgo(ago));
        assert.match(await problem(period).innerText(), text);
        assert.equal(await field(id).getAttribute("aria-invalid"), "true");
        assert.deepEqual(await axeViolations(frame), []);
        await field(id).fill(before);
        assert.equal(await problem(period).innerText(), "");
      };
      await refused("after-from", 0, "after", /^The end is before the beginning\.$/);
      await refused("after-to", -1, "after", /^The end is in the future; the latest possible is /);
      await refused("before-to", 5, "before", new RegExp(`^Both periods contain ${dayName(7)}\\.$`));
      await refused("before-from", 365, "before", /^The beginning is too long ago; the earliest possible is /);
      await field("before-to").fill("");
      assert.equal(await problem("before").innerText(), "Enter the beginning and the end.");
      assert.ok(await explanation().evaluate((one) => one.classList.contains("stale")));
      await screenshot(page, "explain-chosen-refused");
      await field("before-to").fill(dayAgo(9));
      await explains(spent(7, 1), spent(6, 9));
      const ranges = queried(sent).map(({ body }) => (body as { time_range: { start: string } }).time_range.start);
      assert.deepEqual([...new Set(ranges)], [`${dayAgo(14)}T00:00:00.000Z`]);
    });

    it("says in words that the periods differ in length", async () => {
      const text = await explanation().locator("> .hint").innerText();
      assert.equal(text, "The periods differ in length: 7 days, before 6 days. Totals are compared, not averages.");
    });

    it("keeps the choice when the panel is loaded again", async () => {
      await runCommand(page, "File: New Untitled Text File");
      await eventually(async () => assert.equal(await webviewCount(page, "panel"), 0));
      await page.locator(".tab", { hasText: "OpenRouter Activity" }).click();
      frame = await webviewFrame(page, "panel");
      await explains(spent(7, 1), spent(6, 9));
      assert.equal(await field("before-to").inputValue(), dayAgo(9));
    });

    it("can be asked about, with both periods and the tool's arguments", async () => {
      const args = [dayAgo(7), dayAgo(1), dayAgo(14), dayAgo(9)];
      const names = ["after_from", "after_to", "before_from", "before_to"];
      await asked((text) => {
        assert.ok(text.startsWith(`OpenRouter spend in ${args[0]} to ${args[1]} (UTC): `), text);
        assert.ok(text.includes(` Compared with ${args[2]} to ${args[3]}: `), text);
        assert.ok(
          text.includes(`or_explain_change (${names.map((name, i) => `${name}=${args[i]}`).join(", ")})`),
          text,
        );
        assert.match(text, / Account: “.*Names in quotation marks are data/);
      });
      await leave();
    });

    it("isn't opened again by an entry that was not used before it was left", async () => {
      await press(frame, EXPLAIN);
      await press(frame, "Other days…");
      await field("before-from").fill(dayAgo(40));
      await leave();
      await assertRemains(async () => assert.deepEqual(await crumbs(frame), []), 2_000);
    });

    it("compares two bars by keyboard only, and keeps the focus in the field", () =>
      withoutMouse(page, async () => {
        await press(frame, "Day (UTC)");
        await frame.getByRole("button", { name: `${EXPLAIN}: ${dayName(2)}` }).focus();
        await page.keyboard.press("Enter");
        await explains(spent(1, 2), usual(2));
        const other = frame.locator("[data-id=basis-chosen]");
        await other.focus();
        await page.keyboard.press("Enter");
        await explains(spent(1, 2), spent(1, 9));
        await field("before-from").focus();
        const [year, month, day] = dayAgo(13).split("-");
        await page.keyboard.type(`${month}${day}${year}`);
        assert.equal(await field("before-from").inputValue(), dayAgo(13));
        await field("before-to").focus();
        await page.keyboard.type(`${month}${day}${year}`);
        await explains(spent(1, 2), spent(1, 13));
        assert.equal(await frame.evaluate("document.activeElement.dataset.id"), "before-to");
        await frame.locator(".crumb button").first().focus();
        await page.keyboard.press("Enter");
        await frame.locator(".explain-part").waitFor({ state: "hidden" });
        await press(frame, "Model");
      }));

    it("compares two hours of any days", async () => {
      await chooseRange(frame, "Today");
      await press(frame, "Hour (UTC)");
      await frame
        .getByRole("button", { name: new RegExp(`^${EXPLAIN}: `) })
        .first()
        .click();
      await press(frame, "Other hours…");
      for (const [id, ago, hour] of [
        ["before-from", 2, "07"],
        ["before-to", 2, "08"],
        ["after-from", 1, "09"],
        ["after-to", 1, "09"],
      ] as const)
        await field(id).fill(`${dayAgo(ago)}T${hour}:00`);
      const inHours =
        (...hours: number[]) =>
        (row: LedgerRow) =>
          hours.includes(new Date(row.at).getUTCHours());
      await explains(spent(1, 1, inHours(9)), spent(1, 2, inHours(7, 8)));
      assert.equal(await title(), `${dayName(1)}, 09:00 UTC, compared with ${dayName(2)}, 07:00 to 08:59 UTC`);
      assert.match(await explanation().locator("> .hint").innerText(), /: 1 hour, before 2 hours\. /);
      await screenshot(page, "explain-hours");
      await asked((text) => {
        assert.ok(text.startsWith(`OpenRouter spend in ${dayAgo(1)} 09:00 (UTC): `), text);
        assert.ok(text.includes(" Both periods: or_analytics_query, if it is available. "), text);
      });
      await chooseRange(frame, "30 days");
      await press(frame, "Model");
    });
  });

  describe("when requests fail", () => {
    it("says so, and explains the change after Retry", async () => {
      broken = true;
      await clickChart(page, frame, { x: await barAt(frame, 3), y: 0.8 });
      await press(frame, EXPLAIN);
      await frame.locator(".explain-part .problem", { hasText: "server error" }).waitFor();
      broken = false;
      await press(frame, "Retry");
      await explains(spent(1, 3), usual(3));
      assert.equal(await frame.evaluate("document.activeElement.className"), "explain-part");
      await leave();
    });
  });

  describe("in each theme and width", () => {
    before(async () => {
      await clickChart(page, frame, { x: await barAt(frame, 1), y: 0.8 });
      await press(frame, EXPLAIN);
      await explanation().waitFor();
      await press(frame, "Other days…");
      await explains(spent(1, 1), spent(1, 8));
    });

    it("is readable", async () => {
      const pictures = new Set<string>();
      await inThemes(session.host, page, THEMES, async (theme) => {
        const least = theme.startsWith("hc") ? 7 : 4.5;
        await eventually(async () => assert.deepEqual(await lowContrastTexts(frame, least), [], theme));
        assert.deepEqual(await axeViolations(frame), [], theme);
        pictures.add(await pixels(frame.locator(".waterfall canvas")));
        await screenshot(page, `explain-${theme}`);
      });
      assert.equal(pictures.size, THEMES.length);
    });

    it("fits without overflow at 320 px", async () => {
      await narrowPanel(page, frame);
      await eventually(async () => assert.deepEqual(await overflows(frame), []));
      await screenshot(page, "explain-320");
      await frame.locator(".causes").scrollIntoViewIfNeeded();
      await screenshot(page, "explain-320-causes");
    });
  });
});
