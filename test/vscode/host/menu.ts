import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { eventually } from "./eventually.ts";
import { type Element, exactText } from "./list.ts";

export interface MenuEntry {
  name: string;
  enabled: boolean;
  checked: boolean;
  /** True if the entry opens a submenu. */
  submenu: boolean;
}

/** Returns the open context menu or drop-down. Playwright's CSS selectors also find it in a shadow root. */
const menu = (page: Page) => page.locator(".monaco-menu-container .monaco-menu").last();

/** Returns the entries of the open menu, without separators. */
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

/** Clicks an entry of the open menu; several names are a path through submenus. */
export async function chooseEntry(page: Page, ...names: string[]): Promise<void> {
  const menus = page.locator(".monaco-menu-container .monaco-menu");
  for (const name of names) {
    const label = page.locator(".action-label", { hasText: exactText(name) });
    const entry = menu(page).locator(".action-menu-item").filter({ has: label });
    await entry.waitFor();
    const open = await menus.count();
    // A menu ignores clicks while it opens: repeat the click until a submenu opens or the menu closes. Not too soon, since a
    // second click after the menu has closed meets what is below it.
    await eventually(async () => {
      if ((await menus.count()) === open) await entry.click({ timeout: 2_000 });
      await eventually(async () => assert.notEqual(await menus.count(), open, `${name} does not react`), 2_000);
    });
  }
  await menu(page).waitFor({ state: "hidden" });
}

/** Returns true if a menu opens within 1.5 s. */
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
