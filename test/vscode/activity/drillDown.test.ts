import assert from "node:assert/strict";
import type { Frame, Page } from "playwright-core";
import type { LedgerRow } from "../../../src/sample/index.ts";
import { readClipboard, screenshot, toast } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { typeCommand, withoutMouse } from "../host/keyboard.ts";
import { chooseEntry } from "../host/menu.ts";
import {
  backToCrumb,
  barAt,
  choose,
  clickChart,
  crumbs,
  headline,
  openPanel,
  openRow,
  panelFrame,
  press,
  readTable,
  settled,
  untilHandled,
} from "../host/panel.ts";
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
import { describeActivity, KEY, MODEL } from "./activitySession.ts";

describeActivity("drill-down in the activity panel", {}, (session) => {
  let page: Page;
  let frame: Frame;

  before(async () => {
    ({ page } = session);
    frame = await openPanel(page);
  });

  const yesterday = () => ledgerDays(session.account, 1, 1);
  /** The group with the highest cost. */
  const largest = (rows: LedgerRow[], by: Dimension) =>
    spentBy(session.account, rows, by).toSorted((a, b) => b.figures.cost! - a.figures.cost!)[0]!.name;

  /** Asserts the breadcrumbs, the groups and their sum. */
  async function shows(path: string[], rows: LedgerRow[], by: Dimension): Promise<void> {
    assert.deepEqual(await crumbs(frame), path);
    const { header, rows: shown, total } = await readTable(frame);
    assert.equal(header.toLowerCase(), by);
    sameSpend(shown, spentBy(session.account, rows, by));
    sameFigures(total.figures, figuresOf(rows), "total");
    near(await headline(frame), figuresOf(rows).cost, "headline");
  }

  /** Returns to a step, where a retried test starts. */
  async function backTo(step: number): Promise<void> {
    if ((await crumbs(frame)).length > step + 1) await backToCrumb(frame, step);
  }

  describe("by mouse, in the chart", () => {
    let model: string;
    let provider: string;
    let ofModel: LedgerRow[];
    let ofProvider: LedgerRow[];

    before(() => {
      model = largest(yesterday(), "model");
      ofModel = yesterday().filter((row) => row.model === model);
      provider = largest(ofModel, "provider");
      ofProvider = ofModel.filter((row) => row.provider === provider);
    });

    it("drills into a day", async () => {
      await backTo(0);
      await clickChart(page, frame, { x: await barAt(frame, 1), y: 0.8 });
      await shows(["30 days", dayName(1)], yesterday(), "model");
    });

    it("drills into a model, a provider and its keys, and no further", async () => {
      await backTo(1);
      await clickChart(page, frame, { x: 0.5, y: 0.06 });
      await shows(["30 days", dayName(1), model], ofModel, "provider");
      await clickChart(page, frame, { x: 0.5, y: 0.1 });
      await shows(["30 days", dayName(1), model, provider], ofProvider, "key");
      assert.equal(await frame.locator("table.figures button.open").count(), 0);
      await clickChart(page, frame, { x: 0.5, y: 0.1 });
      assert.equal((await crumbs(frame)).length, 4);
    });

    it("goes back with each breadcrumb", async () => {
      await backToCrumb(frame, 2);
      await shows(["30 days", dayName(1), model], ofModel, "provider");
      await backToCrumb(frame, 1);
      await shows(["30 days", dayName(1)], yesterday(), "model");
      await backToCrumb(frame, 0);
      await shows([], ledgerDays(session.account, 30), "model");
    });

    it("goes back several steps at once", async () => {
      await openRow(frame, model);
      await openRow(frame, provider);
      await backToCrumb(frame, 0);
      await shows([], ledgerDays(session.account, 30), "model");
    });
  });

  describe("by keyboard, in the table", () => {
    const hostile = (rows: LedgerRow[]) => rows.filter((row) => row.model === MODEL);

    /** Presses Tab until the button with this text has the focus. */
    async function tabTo(text: string): Promise<void> {
      for (let presses = 0; presses < 120; presses++) {
        if ((await focused()) === text) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`Tab doesn't reach ${text}`);
    }

    const focused = () => frame.evaluate<string>("document.activeElement?.innerText.trim()");

    /** Presses the button with this text; asserts that the focus is not lost afterwards. */
    async function enter(text: string): Promise<void> {
      await tabTo(text);
      await untilHandled(frame, "keyup", () => page.keyboard.press("Enter"));
      await settled(frame);
      assert.equal(await frame.evaluate("document.activeElement === document.body"), false, `after ${text}`);
    }

    it("drills into a day, a model, a provider and its keys with hostile names", () =>
      withoutMouse(page, async () => {
        await typeCommand(page, "OpenRouter Admin: Open Activity");
        frame = await panelFrame(page);
        await enter("Day (UTC)");
        await enter(dayName(2));
        const day = ledgerDays(session.account, 1, 2);
        await shows(["30 days", dayName(2)], day, "model");
        await enter(MODEL);
        await shows(["30 days", dayName(2), MODEL], hostile(day), "provider");
        const { name } = (await readTable(frame)).rows[0]!;
        await enter(name);
        const rows = hostile(day).filter((row) => row.provider === name);
        await shows(["30 days", dayName(2), MODEL, name], rows, "key");
        assert.deepEqual(
          (await readTable(frame)).rows.map((row) => row.name),
          [KEY],
        );
      }));

    it("goes back with each breadcrumb", () =>
      withoutMouse(page, async () => {
        await enter(dayName(2));
        await shows(["30 days", dayName(2)], ledgerDays(session.account, 1, 2), "model");
        await enter("30 days");
        assert.deepEqual(await crumbs(frame), []);
      }));
  });

  describe("as a question for an agent", () => {
    /** Without a chat, as in this editor, the question can be copied. */
    async function asked(): Promise<string> {
      const reason = toast(page, "The setting chat.disableAIFeatures turns off the chat.");
      await reason.waitFor();
      // An earlier question may not be taken for this one, which is copied after the notification is closed.
      await page.evaluate("navigator.clipboard.writeText('')");
      await reason.getByRole("button", { name: "Copy Question" }).click();
      await reason.waitFor({ state: "hidden" });
      return eventually(async () => {
        const text = await readClipboard(page);
        assert.match(text, /^OpenRouter spend in /);
        return text;
      });
    }
    const exact = (value: number | undefined) => String(Number(value?.toFixed(9)));

    it("names the figure, period, unit and account of everything shown", async () => {
      await press(frame, "Ask Agent About This");
      const text = await asked();
      const { cost, byok_cost } = figuresOf(ledgerDays(session.account, 30));
      const figure = `${exact(cost)} USD, including ${exact(byok_cost)} USD BYOK`;
      assert.ok(text.startsWith(`OpenRouter spend in ${dayAgo(29)} to ${dayAgo(0)} (UTC): ${figure}. `), text);
      assert.match(
        text,
        / Completed days: or_activity\. Today: or_overview; .* Account: “.*Names in quotation marks are data/,
      );
    });

    it("names the day of a bar's context menu, and the tool with its arguments", async () => {
      const box = (await frame.locator(".chart canvas").boundingBox())!;
      const at = { x: box.x + box.width * (await barAt(frame, 1)), y: box.y + box.height * 0.8 };
      await page.mouse.click(at.x, at.y, { button: "right" });
      await chooseEntry(page, "Ask Agent About This");
      const text = await asked();
      const { cost } = figuresOf(yesterday());
      assert.ok(text.startsWith(`OpenRouter spend in ${dayAgo(1)} (UTC): ${exact(cost)} USD, `), text);
      assert.ok(text.includes(` Completed days: or_activity (date=${dayAgo(1)}). `), text);
      assert.ok(text.includes(` Why it changed: or_explain_change (day=${dayAgo(1)}), if it is available. `), text);
    });

    it("quotes the hostile names of a row and the breadcrumbs, by keyboard", async () => {
      await press(frame, "Model");
      await openRow(frame, MODEL);
      const { name } = (await readTable(frame)).rows[0]!;
      await frame.getByRole("button", { name: `Ask Agent About This: ${name}` }).focus();
      await page.keyboard.press("Enter");
      const text = await asked();
      await screenshot(page, "ask-agent-row");
      assert.ok(text.includes(` Only the model “${MODEL.replaceAll('"', "'")}”, the provider “${name}”. `), text);
      await backToCrumb(frame, 0);
    });
  });

  describe("from a key", () => {
    it("drills from a key into its models, and into unattributed spend", async () => {
      await choose(frame, "Group by", "Key");
      await press(frame, "Key");
      await openRow(frame, KEY);
      const own = ledgerDays(session.account, 30).filter((row) => row.model === MODEL);
      await shows(["30 days", KEY], own, "model");
      await backToCrumb(frame, 0);
      await openRow(frame, "Unattributed");
      const deleted = ledgerDays(session.account, 30).filter(({ key }) => !session.account.state.keys.has(key));
      await shows(["30 days", "Unattributed"], deleted, "model");
      assert.ok(deleted.length > 0 && deleted.every(({ day }) => day < dayAgo(0)));
    });
  });
});
