// Files with planted keys in an editor, and the Problems view.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { quickInput } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { exactText } from "../host/list.ts";
import type { Host } from "../host/server.ts";
import type { Session } from "../host/session.ts";

/** Opens a file of the folder by its name, and gives its editor the focus. */
export async function openFile(session: Pick<Session, "page">, name: string): Promise<void> {
  await openTab(session, name);
  await focusEditor(session.page);
}

/** Opens a file of the folder by its name, in whatever editor. */
export async function openTab({ page }: Pick<Session, "page">, name: string): Promise<void> {
  const row = page.locator(".quick-input-list .monaco-list-row.focused .label-name", { hasText: exactText(name) });
  await eventually(async () => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+P");
    await quickInput(page).fill(name, { timeout: 2_000 });
    await row.first().waitFor({ timeout: 3_000 });
    await page.keyboard.press("Enter");
    await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor({ timeout: 5_000 });
  }, 60_000);
}

/** Gives the active editor the focus. */
export async function focusEditor(page: Page): Promise<void> {
  await page.locator(".editor-group-container.active .monaco-editor .view-lines").first().click();
}

/** Opens the Problems view. */
export async function openProblems(page: Page): Promise<void> {
  const panel = page.locator(".markers-panel");
  await eventually(async () => {
    if (!(await panel.isVisible())) await page.keyboard.press("Control+Shift+M");
    await panel.waitFor({ timeout: 3_000 });
  });
}

/** Returns the texts of the problems that the open Problems view shows, without the files' rows. */
export async function problems(page: Page): Promise<string[]> {
  const rows = await page.locator(".markers-panel .monaco-list-row .marker-icon").all();
  const texts = await page.locator(".markers-panel .monaco-list-row:has(.marker-icon)").allInnerTexts();
  return rows.length === 0 ? [] : texts.map((text) => text.replaceAll(/\s+/g, " ").trim());
}

/** Waits until the Problems view shows exactly as many problems, each matching its pattern in some order. */
export async function waitForProblems(page: Page, patterns: readonly RegExp[]): Promise<void> {
  await eventually(async () => {
    const shown = await problems(page);
    const left = patterns.reduce<string[]>((rest, pattern) => {
      const at = rest.findIndex((text) => pattern.test(text));
      assert.ok(at >= 0, `no problem matches ${pattern}: ${shown.join(" | ")}`);
      return rest.toSpliced(at, 1);
    }, shown);
    assert.deepEqual(left, []);
  }, 30_000);
}

/** Opens the quick fixes at the cursor and returns their titles. */
export async function openQuickFixes(page: Page): Promise<string[]> {
  const widget = page.locator(".action-widget");
  await eventually(async () => {
    await page.keyboard.press("Control+.");
    await widget.locator(".monaco-list-row.action").first().waitFor({ timeout: 3_000 });
  }, 30_000);
  const titles = await widget.locator(".monaco-list-row.action .title").allInnerTexts();
  return titles.map((title) => title.replaceAll(/\s+/g, " ").trim());
}

/** Runs one of the open quick fixes. */
export async function chooseQuickFix(page: Page, title: string): Promise<void> {
  await page.locator(".action-widget .monaco-list-row.action", { hasText: title }).first().click();
}

/** Moves the cursor of the active editor, from 1. */
export async function goTo(page: Page, line: number, column: number): Promise<void> {
  await focusEditor(page);
  await page.keyboard.press("Control+G");
  await quickInput(page).fill(`:${line}:${column}`);
  await page.keyboard.press("Enter");
  await page.locator(".statusbar-item", { hasText: `Ln ${line}, Col ${column}` }).waitFor();
}

/** Closes all editors; changes are discarded. */
export async function closeEditors(host: Host): Promise<void> {
  const commands = ["workbench.action.files.revert", "workbench.action.revertAndCloseActiveEditor"];
  await host.runSteps([...commands, "workbench.action.closeAllEditors"].map((command) => ({ command })));
}
