// Finds and uses the chart in the chat like a user.
import type { Frame, Page } from "playwright-core";
import { runCommand } from "./browser.ts";
import { ask } from "./chat.ts";
import { eventually } from "./eventually.ts";

/** Asks a question in a new chat and returns the scripted model's reply and the frame of the chart. */
export async function askForChart(page: Page, question: string): Promise<{ frame: Frame; reply: string }> {
  await runCommand(page, "Chat: New Chat");
  await page.locator(".interactive-response").waitFor({ state: "detached" });
  const reply = await ask(page, question, /The account says/);
  return { frame: await chartFrame(page), reply };
}

/** Waits until the newest chart shows figures and returns its frame. */
export async function chartFrame(page: Page): Promise<Frame> {
  const frame = await eventually(async () => {
    for (const candidate of page.frames().reverse())
      if (await candidate.evaluate<boolean>(IS_CHART).catch(() => false)) return candidate;
    throw new Error("There is no chart in the chat.");
  });
  await frame.locator(".body:not([hidden])").waitFor();
  return frame;
}

const IS_CHART = `document.title === "Spend" && document.querySelector("main canvas") !== null`;

/** Selects the dimension by which the chart is grouped. */
export async function groupBy(frame: Frame, dimension: string): Promise<void> {
  await frame.locator("select").first().selectOption(dimension);
  await frame.locator(".body:not(.stale)").waitFor();
}
