import type { Page } from "playwright-core";
import { runCommand, toast } from "./browser.ts";

/** Prepares the Chat view for the scripted model: the bundled Copilot Chat extension must be enabled first. */
export async function prepareChat(page: Page): Promise<void> {
  await runCommand(page, "Scripted Model: Prepare Chat");
  await toast(page, "The chat is prepared.").waitFor({ timeout: 60_000 });
  await page.keyboard.press("Escape");
}

/** Asks a question in the Chat view and returns the last reply once it matches. */
export async function ask(page: Page, question: string, reply: RegExp | string): Promise<string> {
  await runCommand(page, "Chat: Open Chat");
  const input = page.locator(".interactive-session .interactive-input-part .monaco-editor").first();
  await input.click();
  await page.keyboard.type(question);
  await page.keyboard.press("Enter");
  const answer = page.locator(".interactive-response").last();
  await answer.getByText(reply).first().waitFor({ timeout: 60_000 });
  return (await answer.allInnerTexts()).join("\n");
}
