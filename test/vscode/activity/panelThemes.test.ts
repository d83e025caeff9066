import assert from "node:assert/strict";
import type { Frame, Page } from "playwright-core";
import { apiError, reply } from "../../support/faults.ts";
import { runCommand, screenshot } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import {
  assertOneLine,
  backToCrumb,
  choose,
  chooseRange,
  clickChart,
  isDrawnAsInLegend,
  legendContrasts,
  openPanel,
  openRow,
  panelFrame,
  press,
  resizePanel,
} from "../host/panel.ts";
import { inThemes, type Theme } from "../host/themes.ts";
import { chooseInContextMenu, findRow } from "../host/tree.ts";
import { axeViolations, lowContrastTexts, overflows, pixels, webviewFrame } from "../host/webview.ts";
import { describeActivity, KEY, MODEL } from "./activitySession.ts";

const THEMES: Theme[] = ["light", "dark", "hc", "hc-light"];

describeActivity(
  "activity panel in each theme and width",
  { settings: { "workbench.colorTheme": "Default Dark Modern" } },
  (session) => {
    let page: Page;
    let frame: Frame;
    let network: "works" | "500" | "no analytics" = "works";
    session.fault = ({ path }, response) => {
      if (network === "500") return reply(response, 500, apiError(500, "Internal Server Error"));
      if (network !== "no analytics" || !path.startsWith("/analytics")) return undefined;
      return reply(response, 403, apiError(403, "Analytics is not available for this account"));
    };

    before(async () => {
      ({ page } = session);
      frame = await openPanel(page);
    });

    const canvas = () => frame.locator(".chart canvas");

    /** Asserts enough contrast, no axe violations, and different chart colors in each theme. */
    async function assertThemes(name: string, { chart = true, sidebar = false } = {}): Promise<void> {
      const pictures = new Set<string>();
      // A hovered row has another background.
      await page.mouse.move(10, 5);
      await inThemes(session.host, page, THEMES, async (theme) => {
        const least = theme.startsWith("hc") ? 7 : 4.5;
        const compact = await webviewFrame(page, "compact");
        for (const one of sidebar ? [frame, compact] : [frame]) {
          await eventually(async () => assert.deepEqual(await lowContrastTexts(one, least), [], theme));
          assert.deepEqual(await axeViolations(one), [], theme);
        }
        if (chart) {
          pictures.add(await pixels(canvas()));
          assert.ok(await isDrawnAsInLegend(frame), `the bars don't match the legend's colors in ${theme}`);
        }
        await screenshot(page, `activity-${name}-${theme}`);
      });
      if (chart) assert.equal(pictures.size, THEMES.length);
    }

    /** Makes all requests fail, in a new session: that of before has cached figures. */
    async function failAt(range: string): Promise<void> {
      await chooseRange(frame, range);
      network = "500";
      await session.host.updateSettings({ "openrouterAdmin.baseUrl": otherName(session.faults.baseUrl) });
      await frame.locator(".problem", { hasText: "server error" }).waitFor();
      await frame.locator(".body").waitFor({ state: "hidden" });
    }
    async function endFailure(): Promise<void> {
      network = "works";
      await session.host.updateSettings({ "openrouterAdmin.baseUrl": session.faults.baseUrl });
    }
    const otherName = (url: string) => url.replace("127.0.0.1", "localhost");

    it("is readable with 30 days, in the Spend view, too", () => assertThemes("30-days", { sidebar: true }));

    it("is readable under the mouse and in an open drop-down, in each theme", async () => {
      await inThemes(session.host, page, THEMES, async (theme) => {
        const least = theme.startsWith("hc") ? 7 : 4.5;
        const readable = () =>
          eventually(async () => assert.deepEqual(await lowContrastTexts(frame, least), [], theme));
        await frame.locator("vscode-button", { hasText: "Refresh" }).hover();
        await readable();
        const select = frame.locator('vscode-single-select[label="Show"]');
        await select.click();
        await select.locator("li", { hasText: "Top 8" }).hover();
        await readable();
        await page.keyboard.press("Escape");
      });
    });

    it("draws the others fainter than any series, in each theme", async () => {
      await inThemes(session.host, page, THEMES, async (theme) => {
        await eventually(async () => {
          const contrasts = await legendContrasts(frame);
          const others = contrasts.find(({ name }) => /^\d+ others$/.test(name));
          assert.ok(others && others.contrast >= 1.5, `${theme}: ${JSON.stringify(contrasts)}`);
          for (const one of contrasts)
            if (one !== others) assert.ok(one.contrast > others.contrast, `${theme}: ${JSON.stringify(contrasts)}`);
        });
      });
    });

    it("is readable inside a day, filtered by a key", async () => {
      await chooseInContextMenu(await findRow(page, "Keys", KEY), "Open Activity");
      await frame.locator(".chip").waitFor();
      frame = await panelFrame(page);
      await press(frame, "Day (UTC)");
      await frame.locator("table.figures button.open").nth(1).click();
      frame = await panelFrame(page);
      await openRow(frame, MODEL);
      await assertThemes("drilled");
      await frame.locator(".chip button").click();
      frame = await panelFrame(page);
      await press(frame, "Model");
    });

    it("is readable in a comparison with one series alone", async () => {
      await frame.locator('vscode-checkbox[label="Compare"]').click();
      frame = await panelFrame(page);
      await frame.locator(".legend-item").first().click();
      await assertThemes("compare");
      await frame.locator(".legend-item").first().click();
      await frame.locator('vscode-checkbox[label="Compare"]').click();
    });

    it("is readable with gaps and notes about the sources", async () => {
      network = "no analytics";
      await chooseRange(frame, "Today");
      // The reading of today that all views share is still from analytics.
      await chooseRange(frame, "Refresh");
      await eventually(async () =>
        assert.deepEqual(await frame.locator(".legend-name").allInnerTexts(), ["Unattributed"]),
      );
      await assertThemes("today-counters");
      await chooseRange(frame, "90 days");
      await frame.locator(".sources .note").first().waitFor();
      await assertThemes("gap");
      network = "works";
      await chooseRange(frame, "30 days");
    });

    it("is readable when everything fails", async () => {
      await failAt("7 days");
      await assertThemes("failed", { chart: false });
      await endFailure();
      await chooseRange(frame, "30 days");
    });

    it("is readable with hours and with a year", async () => {
      await inThemes(session.host, page, ["dark"], async () => {
        for (const range of ["Today", "365 days"]) {
          await chooseRange(frame, range);
          // Tables read without analytics are cached for a while.
          await chooseRange(frame, "Refresh");
          await screenshot(page, `activity-${range.replace(" ", "-").toLowerCase()}`);
        }
        await choose(frame, "Show", "Top 12");
        await screenshot(page, "activity-365-days-12");
        await choose(frame, "Show", "Auto");
        await chooseRange(frame, "30 days");
      });
    });

    it("shows a tooltip for a bar", async () => {
      const before = await pixels(canvas());
      const box = await canvas().boundingBox();
      assert.ok(box);
      await page.mouse.move(box.x + box.width * 0.95, box.y + box.height * 0.7);
      await eventually(async () => assert.notEqual(await pixels(canvas()), before));
      await screenshot(page, "activity-tooltip");
      await page.mouse.move(box.x, 5);
    });

    describe("without the sidebar", () => {
      before(() => runCommand(page, "View: Close Primary Side Bar"));
      after(() => page.setViewportSize({ width: 1300, height: 1300 }));

      const resize = (width: number) => resizePanel(page, frame, { width, height: 900 });

      for (const width of [900, 1200])
        it(`has its controls in one line at ${width} px`, async () => {
          await resize(width);
          await assertOneLine(frame);
          assert.deepEqual(await overflows(frame), []);
          await screenshot(page, `activity-${width}`);
        });

      it("fits without overflow at 320 px", async () => {
        await resize(320);
        await eventually(async () => assert.deepEqual(await overflows(frame), []));
        await screenshot(page, "activity-320");
      });

      it("fits without overflow at 320 px inside a day, in a comparison and with an error", async () => {
        await frame.locator('vscode-checkbox[label="Compare"]').click();
        frame = await panelFrame(page);
        await eventually(async () => assert.deepEqual(await overflows(frame), []));
        await clickChart(page, frame, { x: 0.95, y: 0.8 });
        await openRow(frame, MODEL);
        await eventually(async () => assert.deepEqual(await overflows(frame), []));
        await screenshot(page, "activity-320-drilled");
        await backToCrumb(frame, 0);
        await failAt("7 days");
        await eventually(async () => assert.deepEqual(await overflows(frame), []));
        await screenshot(page, "activity-320-failed");
        await endFailure();
      });
    });
  },
);
