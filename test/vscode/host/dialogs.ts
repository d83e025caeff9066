import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { toast } from "./browser.ts";
import { waitForNoTooltip } from "./hover.ts";
import { exactText } from "./list.ts";

export interface Modal {
  message: string;
  detail: string;
  /** All buttons including Cancel, in the order of the page: on Linux the default button is last. */
  buttons: string[];
}

const box = (page: Page) => page.locator(".monaco-dialog-box");

/** The last paragraph of each of our questions. */
const ACCOUNT = /^(Account|Konto): (“.+”|„.+“)( \((sample account, invented data|Beispielkonto, erfundene Daten)\))?$/;

/**
 * Waits for a modal dialog whose message matches and returns its content. Asserts that it names the account.
 * @param options.namesAccount false for a dialog that is about no account, or not ours
 */
export async function modal(page: Page, message: string | RegExp = "", { namesAccount = true } = {}): Promise<Modal> {
  const dialog = box(page).filter({ has: page.locator(".dialog-message-text", { hasText: message }) });
  await dialog.waitFor();
  const text = async (part: string) => (await dialog.locator(part).allInnerTexts()).join("\n");
  const detail = await text(".dialog-message-detail");
  if (namesAccount) assert.match(detail.trim().split("\n").at(-1) ?? "", ACCOUNT);
  return {
    message: await text(".dialog-message-text"),
    detail,
    buttons: await dialog.locator(".dialog-buttons .monaco-button").allInnerTexts(),
  };
}

/** Clicks a button of the modal dialog and waits until it closes. */
export async function answerModal(page: Page, button: string): Promise<void> {
  // The tooltip of the row under the mouse would cover the dialog.
  await waitForNoTooltip(page);
  await box(page)
    .locator(".dialog-buttons .monaco-button", { hasText: exactText(button) })
    .click();
  await box(page).waitFor({ state: "hidden" });
}

/** Answers the modal dialog with the keyboard alone. */
export async function answerByKeyboard(page: Page, button: string): Promise<void> {
  const focused = box(page).locator(".dialog-buttons .monaco-button:focus");
  for (let presses = 0; (await focused.innerText()) !== button; presses++) {
    assert.ok(presses < 5, `${button} can't be reached`);
    await page.keyboard.press("Tab");
    await focused.waitFor();
  }
  await page.keyboard.press("Enter");
  await box(page).waitFor({ state: "hidden" });
}

/** Returns the buttons of the notification that contains the text. */
export async function toastButtons(page: Page, text: string | RegExp): Promise<string[]> {
  await toast(page, text).waitFor();
  return toast(page, text).locator(".notification-list-item-buttons-container .monaco-button").allInnerTexts();
}

/** Clicks a button of the notification that contains the text. */
export async function answerToast(page: Page, text: string | RegExp, button: string): Promise<void> {
  await toast(page, text)
    .locator(".notification-list-item-buttons-container .monaco-button", { hasText: exactText(button) })
    .click();
}
