import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { eventually } from "./eventually.ts";
import { type Element, exactText } from "./list.ts";

export interface MenuEntry {
  name: string;
  enabled: boolean;
  checked: boolean;
  /** It opens a menu of its own. */
  submenu: boolean;
}

/** A context menu or drop-down: HTML in a browser, in a shadow root or not, which Playwright's CSS looks through. */
const menu = (page: Page) => page.locator(".monaco-menu-container .monaco-menu").last();

/** The entries of the open menu, without its separators. */
export async function menuEntries(page: Page): Promise<MenuEntry[]> {
  const items = menu(page).locator(".action-menu-item");
  await items.first().waitFor();
  return items.evaluateAll((found) =>
    (found as unknown as Element[]).map((item) => ({
      name: item.querySelector(".action-label")?.getAttribute("aria-label") ?? "",
      enabled: item.closest(".action-item.disabled") === null,
      checked: item.getAttribute("aria-checked") === "true",
      submenu: item.getAttribute("aria-haspopup") === "true",
    })),
  );
}

/** Clicks an entry of the open menu; further names lead through its submenus. */
export async function chooseEntry(page: Page, ...names: string[]): Promise<void> {
  const menus = page.locator(".monaco-menu-container .monaco-menu");
  for (const name of names) {
    const label = page.locator(".action-label", { hasText: exactText(name) });
    const entry = menu(page).locator(".action-menu-item").filter({ has: label });
    await entry.waitFor();
    const open = await menus.count();
    // A menu takes no click in the moment that it opens: the click is done again until it opens a submenu or closes all.
    await eventually(async () => {
      if ((await menus.count()) === open) await entry.click({ timeout: 2_000 });
      await eventually(async () => assert.notEqual(await menus.count(), open, `${name} does not answer`), 500);
    });
  }
  await menu(page).waitFor({ state: "hidden" });
}

/** Whether a menu opens soon. */
export function menuOpens(page: Page): Promise<boolean> {
  return menu(page)
    .waitFor({ timeout: 1_500 })
    .then(() => true)
    .catch(() => false);
}

export async function closeMenu(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await menu(page).waitFor({ state: "hidden" });
}
