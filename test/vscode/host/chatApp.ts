// The chart in the chat, as a person finds and uses it.
import type { Frame, Page } from "playwright-core";
import { runCommand } from "./browser.ts";
import { ask } from "./chat.ts";
import { eventually } from "./eventually.ts";

/** A new chat as wide as the window, with the scripted model's answer, and the chart beside it. */
export async function askForChart(page: Page, question: string): Promise<{ frame: Frame; reply: string }> {
  await runCommand(page, "Chat: New Chat");
  await page.locator(".interactive-response").waitFor({ state: "detached" });
  const reply = await ask(page, question, /The account says/);
  return { frame: await chartFrame(page), reply };
}

/** The frame of the newest chart, once it has figures. */
export async function chartFrame(page: Page): Promise<Frame> {
  const frame = await eventually(async () => {
    for (const candidate of page.frames().reverse())
      if (await candidate.evaluate<boolean>(IS_CHART).catch(() => false)) return candidate;
    throw new Error("There is no chart in the chat.");
  });
  await frame.locator(".body:not([hidden])").waitFor();
  return frame;
}

const IS_CHART = `document.title === "Spend" && document.querySelector("main .chart canvas") !== null`;

/** Unfolds the table and chooses what the bars are. */
export async function groupBy(frame: Frame, dimension: string): Promise<void> {
  await frame.locator("select").first().selectOption(dimension);
  await frame.locator(".body:not(.stale)").waitFor();
}
