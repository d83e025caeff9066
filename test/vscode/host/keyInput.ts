import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { quickInput, runCommand } from "./browser.ts";
import { assertRemains, eventually } from "./eventually.ts";

/** Runs Set Key, types a key into its input box and presses Enter. */
export async function typeKey(page: Page, key: string): Promise<void> {
  await runCommand(page, "OpenRouter Admin: Set Key");
  await page.locator(".quick-input-widget .quick-input-title", { hasText: "Set Provisioning" }).waitFor();
  assert.equal(await quickInput(page).getAttribute("type"), "password", "the key would be readable on the screen");
  await quickInput(page).fill(key);
  await quickInput(page).press("Enter");
}

/**
 * Waits until the input box closes: the key was verified and saved. A key that may belong to a stored account is added as
 * another account, which keeps the name that is suggested.
 */
export async function waitForKeySaved(page: Page): Promise<void> {
  const widget = page.locator(".quick-input-widget");
  const naming = widget.locator(".quick-input-title", { hasText: "Name the New Account" });
  const adding = widget.locator(".monaco-list-row.focused", { hasText: "Add Another Account" });
  await eventually(async () => {
    if ((await naming.isVisible()) || (await adding.isVisible())) await quickInput(page).press("Enter");
    // The box closes for a moment between the questions.
    await assertRemains(async () => assert.ok(await widget.isHidden(), "the input box is open"), 500);
  }, 30_000);
}

/** Waits for a message in the input box that matches and returns it. */
export async function inputMessage(page: Page, text: RegExp): Promise<string> {
  const message = page.locator(".quick-input-widget .quick-input-message", { hasText: text });
  await message.waitFor();
  return (await message.allInnerTexts()).join("\n");
}

/** Closes the input box. */
export async function closeInput(page: Page): Promise<void> {
  await quickInput(page).press("Escape");
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}

/** Makes the sidebar as narrow as possible; returns a function that restores its width. */
export async function shrinkSidebar(page: Page): Promise<() => Promise<void>> {
  const box = await page.locator(".part.sidebar").boundingBox();
  assert.ok(box, "the sidebar is closed");
  const edge = box.x + box.width;
  const narrow = box.x + 190;
  await drag(page, edge, narrow);
  return () => drag(page, narrow, edge);
}

async function drag(page: Page, from: number, to: number): Promise<void> {
  const right = async () => {
    const box = await page.locator(".part.sidebar").boundingBox();
    return box ? box.x + box.width : Number.NaN;
  };
  await page.mouse.move(from, 600);
  // The edge can be dragged once it is highlighted.
  await page.locator(".monaco-sash.vertical.hover").first().waitFor();
  await page.mouse.down();
  await page.mouse.move(to, 600, { steps: 5 });
  await page.mouse.up();
  await eventually(async () => assert.ok(Math.abs((await right()) - to) < 25, `the sidebar ends at ${await right()}`));
}
