import type { Locator, Page } from "playwright-core";
import { eventually } from "./eventually.ts";

const shownHover = (page: Page) => page.locator(".workbench-hover-container .monaco-hover").first();

/** Waits until no tooltip is shown. Moves the mouse away from a tooltip, which would otherwise stay open. */
export async function waitForNoTooltip(page: Page): Promise<void> {
  const hover = shownHover(page);
  await eventually(async () => {
    if (!(await hover.isVisible())) return;
    const box = await hover.boundingBox({ timeout: 500 }).catch(() => null);
    if (!box) return;
    await page.mouse.move(box.x + box.width + 40, box.y + box.height + 40);
    await hover.waitFor({ state: "hidden", timeout: 1_500 });
  });
}

/** Hovers over the target and returns the tooltip's text. */
export async function tooltip(target: Locator): Promise<string> {
  const page = target.page();
  const hover = shownHover(page);
  await moveAway(page);
  await waitForNoTooltip(page);
  const deadline = Date.now() + 15_000;
  while (true) {
    try {
      await target.hover();
      await hover.filter({ hasNotText: /^Loading/ }).waitFor({ timeout: 3_000 });
      const text = await hover.locator(".hover-contents").allInnerTexts();
      await moveAway(page);
      return text.join("\n").trim();
    } catch (error) {
      // If the list is redrawn under the mouse, the tooltip closes.
      if (Date.now() > deadline) throw error;
      await moveAway(page);
    }
  }
}

/** Hovers over the target and clicks a link in its tooltip. */
export async function clickInTooltip(target: Locator, link: string): Promise<void> {
  const page = target.page();
  await moveAway(page);
  await waitForNoTooltip(page);
  await eventually(async () => {
    await target.hover({ timeout: 3_000 });
    await shownHover(page).locator("a", { hasText: link }).click({ timeout: 3_000 });
  });
  await moveAway(page);
}

/** Moves the mouse to the middle of the editor, where nothing reacts to it. */
export async function moveAway(page: Page): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 1200, height: 800 };
  await page.mouse.move(width / 2, height / 2);
}
