import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { quickInput, runCommand } from "./browser.ts";
import { eventually } from "./eventually.ts";

/** Types a key into the box of the Set Key command, as a person would, and presses Enter. */
export async function typeKey(page: Page, key: string): Promise<void> {
  await runCommand(page, "OpenRouter Admin: Set Key");
  await page.locator(".quick-input-widget .quick-input-title", { hasText: "Set Provisioning" }).waitFor();
  assert.equal(await quickInput(page).getAttribute("type"), "password", "the key would be readable on the screen");
  await quickInput(page).fill(key);
  await quickInput(page).press("Enter");
}

/** Waits until the box is gone: the key was checked and kept. */
export async function waitForKeySaved(page: Page): Promise<void> {
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}

/** What the box says below its field once it holds the text. */
export async function inputMessage(page: Page, text: RegExp): Promise<string> {
  const message = page.locator(".quick-input-widget .quick-input-message", { hasText: text });
  await message.waitFor();
  return (await message.allInnerTexts()).join("\n");
}

/** Gives the box up, whatever it says. */
export async function closeInput(page: Page): Promise<void> {
  await quickInput(page).press("Escape");
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}

/** Drags the sidebar as narrow as it goes; the function that is returned gives it its width back. */
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
  // The edge can be dragged once it is lit.
  await page.locator(".monaco-sash.vertical.hover").first().waitFor();
  await page.mouse.down();
  await page.mouse.move(to, 600, { steps: 5 });
  await page.mouse.up();
  await eventually(async () => assert.ok(Math.abs((await right()) - to) < 25, `the sidebar ends at ${await right()}`));
}
