import type { Page } from "playwright-core";
import { runCommand } from "./browser.ts";
import { atStep, enter, pick } from "./quickInput.ts";

/** Runs Create Key, without a limit and an expiry, up to its review. */
export async function openKeyReview(page: Page, name: string, workspace = "Sandbox"): Promise<void> {
  await runCommand(page, "OpenRouter Admin: Create Key");
  await atStep(page, "Create Key", 1, 5);
  await enter(page, name);
  await atStep(page, "Create Key", 2, 5);
  await pick(page, workspace);
  await atStep(page, "Create Key", 3, 5);
  await enter(page, "");
  await atStep(page, "Create Key", 4, 5);
  await pick(page, "Never");
  await atStep(page, "Create Key", 5, 5);
}

/** Runs Create Key up to the choice of where the secret goes. */
export async function createKey(page: Page, name: string): Promise<void> {
  await openKeyReview(page, name);
  await pick(page, "Create Key");
}
