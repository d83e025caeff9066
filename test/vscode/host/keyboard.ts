import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { eventually } from "./eventually.ts";
import { exactText } from "./list.ts";
import { atStep } from "./quickInput.ts";

/** Runs a command with the keyboard: F1, its title, Enter. */
export async function typeCommand(page: Page, title: string): Promise<void> {
  const row = page.locator(".quick-input-list .monaco-list-row.focused", { hasText: title });
  await eventually(async () => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("F1");
    await page.keyboard.type(title);
    await row.first().waitFor({ timeout: 3_000 });
  }, 60_000);
  await page.keyboard.press("Enter");
}

/** Types text at a step and presses Enter; in a list, waits first until `row` is active. */
export async function typeAtStep(page: Page, title: string, text: string, row?: string): Promise<void> {
  const [, name = title, step, steps] = /^(.*) \((\d+)\/(\d+)\)$/.exec(title) ?? [];
  if (step) await atStep(page, name, Number(step), Number(steps));
  else await atStep(page, name);
  await page.keyboard.type(text);
  if (row) await waitForActiveChoice(page, row);
  await page.keyboard.press("Enter");
}

/** Waits until this row of a list is active, so that Enter selects it. */
export async function waitForActiveChoice(page: Page, row: string): Promise<void> {
  const active = page.locator(".quick-input-list .monaco-list-row.focused .label-name", { hasText: exactText(row) });
  await active.waitFor();
}

/** Runs `work` and fails if it used the mouse. */
export async function withoutMouse(page: Page, work: () => Promise<void>): Promise<void> {
  await page.evaluate(`
    window.mouseUsed = 0;
    for (const name of ["mousedown", "wheel", "touchstart"])
      window.addEventListener(name, () => window.mouseUsed++, true);
  `);
  await work();
  assert.equal(await page.evaluate("window.mouseUsed"), 0);
}
