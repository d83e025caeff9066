import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { screenshot } from "../host/browser.ts";
import { contrastsOf } from "../host/contrast.ts";
import { eventually } from "../host/eventually.ts";
import { shrinkSidebar } from "../host/keyInput.ts";
import { describeSession } from "../host/session.ts";
import { inThemes, type Theme } from "../host/themes.ts";
import { expandRow, findRow, rowTooltip, runTitleAction, showView, view, viewRows } from "../host/tree.ts";
import { trueKeys } from "../truth/account.ts";

/** The parts of the DOM that page functions use; this file is compiled without the DOM types. */
interface PageElement {
  getBoundingClientRect(): { width: number; left: number; right: number };
}

const THEMES: Theme[] = ["light", "dark", "hc", "hc-light"];

describeSession(
  "the sidebar in each theme",
  { viewport: { width: 1200, height: 1000 }, independent: true },
  (session) => {
    let account: SampleAccount;
    let page: Page;

    before(async () => {
      ({ account, page } = session);
      for (const name of ["Credits", "Keys", "Guardrails", "Members"]) await showView(page, name);
      await findRow(page, "Members", "Ana Reyes");
      await findRow(page, "Guardrails", "Approved providers");
      await findRow(page, "Keys", "checkout-assistant", { parent: "Production" });
      await runTitleAction(page, "Keys", "Show Disabled and Expired Keys");
      await findRow(page, "Keys", "legacy-chatbot");
    });

    /** The lowest contrast of a view's labels and icons with their background. */
    async function contrasts(name: string): Promise<{ labels: number; icons: number }> {
      const measure = (selector: string, pseudo?: string) => contrastsOf(view(page, name).locator(selector), pseudo);
      const labels = await measure(".monaco-list-row .label-name");
      const icons = await measure(".monaco-list-row .custom-view-tree-node-item-icon", "::before");
      assert.ok(labels.length > 2 && icons.length === labels.length, `${name}: ${labels.length} ${icons.length}`);
      return { labels: Math.min(...labels), icons: Math.min(...icons) };
    }

    it("has enough contrast in light, dark and high-contrast themes", async () => {
      await inThemes(session.host, page, THEMES, async (theme) => {
        // WCAG AA for text, AAA in high contrast. VS Code's color for disabled icons has less contrast.
        const minimum = theme.startsWith("hc") ? 7 : 4.5;
        for (const name of ["Credits", "Keys", "Guardrails", "Members"])
          await eventually(async () => {
            const { labels, icons } = await contrasts(name);
            assert.ok(labels >= minimum, `${name} in ${theme}: labels ${labels}`);
            assert.ok(icons >= 1.8, `${name} in ${theme}: icons ${icons}`);
          });
        await screenshot(page, `sidebar-${theme}`);
      });
    });

    it("shows a tooltip and expanded keys in each theme", async () => {
      await showView(page, "Keys", { alone: true });
      await expandRow(await findRow(page, "Keys", "legacy-chatbot"));
      await inThemes(session.host, page, ["hc", "light", "dark"], async (theme) => {
        const row = await findRow(page, "Keys", "seasonal-campaign");
        assert.match(await rowTooltip(row), /Status\s+expired/);
        await row.hover();
        await page.locator(".workbench-hover-container .monaco-hover").first().waitFor();
        await screenshot(page, `keys-tooltip-${theme}`);
      });
    });

    it("keeps key names visible in a narrow sidebar", async () => {
      await showView(page, "Keys", { alone: true });
      const widen = await shrinkSidebar(page);
      await inThemes(session.host, page, ["light", "hc"], (theme) => screenshot(page, `keys-narrow-${theme}`));
      const right = await page
        .locator(".part.sidebar")
        .evaluate((part) => (part as unknown as PageElement).getBoundingClientRect().right);
      assert.ok(right < 300, `the sidebar is not narrow: ${right}`);
      const names = new Set(trueKeys(account).map(({ name }) => name));
      const rows = (await viewRows(page, "Keys")).filter(({ label }) => names.has(label));
      assert.ok(rows.length > 10);
      const boxes = await view(page, "Keys")
        .locator(".monaco-list-row[aria-level='2'] .label-name")
        .evaluateAll((found) => (found as unknown as PageElement[]).map((label) => label.getBoundingClientRect()));
      for (const { left, width } of boxes) assert.ok(left < right && width > 40, `${left} ${width} of ${right}`);
      await widen();
    });
  },
);
