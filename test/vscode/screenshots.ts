// Takes the screenshots of the README and the walkthrough with the sample account in a real VS Code.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { openContainer, openWorkbench, quickInput, runCommand, toast } from "./host/browser.ts";
import { prepareChat } from "./host/chat.ts";
import { askForChart } from "./host/chatApp.ts";
import { modal } from "./host/dialogs.ts";
import { installFonts } from "./host/fonts.ts";
import { ensureHost } from "./host/install.ts";
import { barAt, clickChart, openPanel } from "./host/panel.ts";
import { inRepo } from "./host/paths.ts";
import { startHost } from "./host/server.ts";
import { findRow, runInlineAction } from "./host/tree.ts";
import { ensureVsix, scriptedModelVsix } from "./host/vsix.ts";

const SIZE = { width: 960, height: 800 };
const THEMES = { dark: "Default Dark Modern", light: "Default Light Modern" };

await ensureHost();
await installFonts();
for (const dir of ["screenshots", "walkthrough"]) await mkdir(inRepo(join("media", dir)), { recursive: true });

const host = await startHost({
  vsix: [await ensureVsix()],
  settings: {
    "workbench.colorTheme": THEMES.dark,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "chat.disableAIFeatures": true,
    "window.commandCenter": false,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code's own variable
    "window.title": "${rootName}",
  },
});
const workbench = await openWorkbench(host, { viewport: SIZE });
try {
  await takeAll(workbench.page);
} finally {
  await workbench.close();
  await host.stop();
}
await takeChat();

async function takeAll(page: Page): Promise<void> {
  const sidebar = page.locator(".part.sidebar");
  await openContainer(page, "OpenRouter Admin");
  const explore = sidebar.locator(".welcome-view-content .monaco-button", { hasText: "Explore with a Sample Account" });
  await explore.waitFor();
  await widenSidebar(page, 430);

  await runCommand(page, "OpenRouter Admin: Set Key");
  await page.locator(".quick-input-widget .quick-input-title", { hasText: "Set Provisioning" }).waitFor();
  await page.mouse.move(900, 700);
  await take(page, "walkthrough/key");
  await quickInput(page).press("Escape");

  await explore.hover();
  await take(page, "walkthrough/sample");
  await explore.click();
  await row(page, "checkout-assistant").waitFor();
  await page.mouse.move(900, 700);
  await take(page, "walkthrough/sidebar");
  await row(page, "ci-tests").click();
  await take(page, "screenshots/sidebar-dark");
  await row(page, "ci-tests").click();

  await row(page, "document-extraction").hover();
  await page.locator(".workbench-hover", { hasText: "BYOK" }).waitFor();
  await take(page, "screenshots/key-details");
  await page.mouse.move(900, 700);

  await row(page, "email-triage").click();
  await row(page, "email-triage").click();
  await runCommand(page, "OpenRouter Admin: Rotate Key");
  await goToReview(page, "Rotate Key");
  await take(page, "screenshots/rotate");
  await quickInput(page).press("Escape");

  await runCommand(page, "OpenRouter Admin: Start and Verify the MCP Server");
  await toast(page, "The MCP server works").waitFor({ timeout: 90_000 });
  await page.mouse.move(900, 300);
  await take(page, "walkthrough/agent");
  await runCommand(page, "Notifications: Clear All Notifications");

  await takeActivity(page);

  await host.updateSettings({ "workbench.colorTheme": THEMES.light });
  await page.locator(".monaco-workbench.vs").waitFor();
  await page.mouse.move(900, 700);
  await take(page, "screenshots/sidebar-light");

  await host.updateSettings({ "workbench.colorTheme": THEMES.dark });
  await page.locator(".monaco-workbench.vs-dark").waitFor();
  await editGuardrail(page);
}

/** Takes the activity of 30 days, and of the day on which an agent ran in a loop, with the sidebar hidden. */
async function takeActivity(page: Page): Promise<void> {
  await runCommand(page, "View: Toggle Primary Side Bar Visibility");
  const frame = await openPanel(page);
  await page.mouse.move(5, 400);
  await take(page, "screenshots/activity-dark");
  await clickChart(page, frame, { x: await barAt(frame, 1), y: 0.6 });
  await frame.locator(".crumb").last().waitFor();
  await page.mouse.move(5, 400);
  await take(page, "screenshots/activity-day", 560);
  await runCommand(page, "View: Close All Editors");
  await runCommand(page, "View: Toggle Primary Side Bar Visibility");
}

/** Takes agent mode's answer with the chart, using a scripted model. */
async function takeChat(): Promise<void> {
  const chat = await startHost({
    vsix: [await ensureVsix(), await scriptedModelVsix()],
    settings: { "workbench.colorTheme": THEMES.dark, "window.commandCenter": false },
    env: { OPENROUTER_ADMIN_SAMPLE: "1" },
  });
  const { page, close } = await openWorkbench(chat, { viewport: SIZE });
  try {
    await runCommand(page, "OpenRouter Admin: Start and Verify the MCP Server");
    await toast(page, "The MCP server works").waitFor({ timeout: 90_000 });
    await prepareChat(page);
    await runCommand(page, "Notifications: Clear All Notifications");
    await askForChart(page, "What burned my credits? Tell me in-brief");
    for (const side of ["Primary", "Secondary"]) await runCommand(page, `View: Toggle ${side} Side Bar Visibility`);
    // The chat scrolls to the end of the answer: show the top of the chart.
    await page.mouse.move(500, 300);
    await page.mouse.wheel(0, -2_000);
    await page.mouse.move(5, 400);
    await page.waitForTimeout(1_000);
    await take(page, "screenshots/activity-chat", 580);
  } finally {
    await close();
    await chat.stop();
  }
}

/** Takes the confirmation of a guardrail change with the diff behind it. */
async function editGuardrail(page: Page): Promise<void> {
  await widenSidebar(page, 260);
  await runInlineAction(await findRow(page, "Guardrails", "Research models"), "Edit Guardrail as JSON");
  const editor = page.locator(".editor-instance .monaco-editor").last();
  // OpenRouter accepts the two fields only together.
  for (const [field, text] of [
    ["reset_interval", '  "reset_interval": "monthly",'],
    ["limit_usd", '  "limit_usd": 75,'],
  ] as const) {
    await editor.locator(".view-line", { hasText: `"${field}"` }).click();
    for (const key of ["End", "Shift+Home", "Shift+Home"]) await page.keyboard.press(key);
    await page.keyboard.insertText(text);
    await page.keyboard.press("Escape");
  }
  await page.keyboard.press("Control+S");
  await modal(page, "Change “Research models”");
  await take(page, "screenshots/guardrail-json");
}

/** Accepts each step's default with Enter until the review step. */
async function goToReview(page: Page, accept: string): Promise<void> {
  const last = page.locator(".quick-input-list .monaco-list-row", { hasText: accept });
  for (let step = 0; step < 10; step++) {
    await page.waitForTimeout(700);
    if (await last.count()) return;
    await page.keyboard.press("Enter");
  }
  throw new Error(`No step “${accept}” found.`);
}

function row(page: Page, name: string) {
  return page.locator(".part.sidebar .monaco-list-row", { hasText: name }).first();
}

async function widenSidebar(page: Page, width: number): Promise<void> {
  const box = await page.locator(".part.sidebar").boundingBox();
  if (!box) throw new Error("The sidebar is closed.");
  await page.mouse.move(box.x + box.width, 600);
  await page.waitForTimeout(400);
  await page.mouse.down();
  await page.mouse.move(box.x + width, 600, { steps: 5 });
  await page.mouse.up();
}

/** Takes a screenshot. @param height the part to keep, from the top, since every picture is part of the VSIX */
async function take(page: Page, name: string, height = SIZE.height): Promise<void> {
  await page.waitForTimeout(1_000);
  const clip = { x: 0, y: 0, width: SIZE.width, height };
  await page.screenshot({ path: inRepo(`media/${name}.png`), clip });
}
