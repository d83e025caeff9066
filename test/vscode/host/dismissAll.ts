import type { Page } from "playwright-core";

/** Closes dialogs, quick inputs and notifications that a test left open. */
export async function dismissAll(page: Page): Promise<void> {
  const open = page.locator(".monaco-dialog-box, .quick-input-widget").filter({ visible: true });
  const deadline = Date.now() + 10_000;
  while ((await open.count()) && Date.now() < deadline) {
    const before = await open.count();
    await page.keyboard.press("Escape");
    await open
      .nth(before - 1)
      .waitFor({ state: "hidden", timeout: 1_000 })
      .catch(() => {});
  }
  const toasts = page.locator(".notification-toast").filter({ visible: true });
  while ((await toasts.count()) && Date.now() < deadline) {
    // A progress notification may close by itself at any moment.
    await toasts
      .first()
      .hover({ timeout: 500 })
      .catch(() => {});
    const clear = toasts.first().locator(".codicon-notifications-clear");
    await clear.click({ timeout: 500 }).catch(() => {});
  }
}
