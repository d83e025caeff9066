import type { Locator, Page } from "playwright-core";
import { tooltip } from "./hover.ts";

/** Returns the status bar item that contains the text; icons don't count as text. */
export function statusItem(page: Page, text: string | RegExp): Locator {
  return page.locator(".part.statusbar .statusbar-item", { hasText: text }).first();
}

export async function statusTooltip(page: Page, text: string | RegExp): Promise<string> {
  return tooltip(statusItem(page, text).locator(".statusbar-item-label"));
}

export async function clickStatus(page: Page, text: string | RegExp): Promise<void> {
  await statusItem(page, text).locator(".statusbar-item-label").click();
}
