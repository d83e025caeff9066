import type { Page } from "playwright-core";

/** What the clipboard holds; the window must be allowed to read it. */
export function clipboard(page: Page): Promise<string> {
  return page.evaluate<string>("navigator.clipboard.readText()");
}
