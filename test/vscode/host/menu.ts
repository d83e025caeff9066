import type { Page } from "playwright-core";
import { type Element, exactly } from "./list.ts";

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
  for (const name of names) {
    // A menu takes no click in the moment that it opens.
    await page.waitForTimeout(300);
    const label = page.locator(".action-label", { hasText: exactly(name) });
    await menu(page).locator(".action-menu-item").filter({ has: label }).click();
  }
  await menu(page).waitFor({ state: "hidden" });
}

export function menuIsOpen(page: Page): Promise<boolean> {
  return menu(page).isVisible();
}

export async function closeMenu(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await menu(page).waitFor({ state: "hidden" });
}
