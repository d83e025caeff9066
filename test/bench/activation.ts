import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { openContainer, openWorkbench, readClipboard, runCommand } from "../vscode/host/browser.ts";
import { type Host, startHost } from "../vscode/host/server.ts";
import { ensureVsix } from "../vscode/host/vsix.ts";
import { median, type Row } from "./table.ts";

const STARTS = Number(process.env.STARTS ?? 5);
const ID = "openrouter-admin.openrouter-admin";
const TARGET = "< 60";

interface Start {
  /** The total shown by Running Extensions: loading the code and calling activate(). */
  total: number;
  loading: number;
  activating: number;
}

/** Measures the activation of the packaged extension by VS Code's own figures, with the sample account. */
export async function activation(): Promise<Row[]> {
  const starts: Start[] = [];
  try {
    for (let i = 0; i < STARTS; i++) starts.push(await oneStart());
  } catch (error) {
    console.error(`VS Code could not be measured: ${error}`);
    return [{ measure: "activation, ms", ours: "unavailable", theirs: "", target: TARGET }];
  }
  const values = (part: keyof Start) => starts.map((start) => start[part]);
  return [
    { measure: `activation, ms, median of ${STARTS}`, ours: median(values("total")), theirs: "", target: TARGET },
    { measure: "activation, ms, fastest", ours: Math.min(...values("total")), theirs: "" },
    { measure: "  loading the code, median", ours: median(values("loading")), theirs: "" },
    { measure: "  activate(), median", ours: median(values("activating")), theirs: "" },
  ];
}

async function oneStart(): Promise<Start> {
  const host = await startHost({
    vsix: [await ensureVsix()],
    env: { OPENROUTER_ADMIN_SAMPLE: "1" },
    // As a modal, Running Extensions would keep the command palette from opening.
    settings: { "workbench.editor.useModal": "off" },
  });
  try {
    // Tall enough for all rows of Running Extensions.
    const { page, close } = await openWorkbench(host, { viewport: { width: 1200, height: 2000 } });
    try {
      await waitUntilIdle(host);
      await openContainer(page, "OpenRouter Admin");
      await page.locator(".part.sidebar .monaco-list-row").first().waitFor();
      return { total: await runningExtensions(page), ...(await startupPerformance(page)) };
    } finally {
      await close();
    }
  } finally {
    await host.stop();
  }
}

/** Waits until VS Code's other extensions have started: they share a thread, which would delay our activation. */
async function waitUntilIdle(host: Host): Promise<void> {
  const activated = () => host.logs().match(/_doActivateExtension \S+, .*/g) ?? [];
  const deadline = Date.now() + 60_000;
  for (let quiet = 0, before = 0; quiet < 3_000; quiet += 250) {
    if (Date.now() > deadline) throw new Error("VS Code did not become idle.");
    await sleep(250);
    const now = activated();
    if (now.length !== before || !now.some((line) => line.includes("onStartupFinished"))) quiet = 0;
    before = now.length;
  }
}

async function runningExtensions(page: Page): Promise<number> {
  await runCommand(page, "Developer: Show Running Extensions");
  const row = page.locator('.runtime-extensions-editor .monaco-list-row[aria-label="openrouter-admin"]');
  const text = await row.locator(".activation-time").innerText();
  return Number(/Activation: (\d+)ms/.exec(text)?.[1]);
}

/** Reads the row of the report's table "Extension Activation Stats": | id | eager | load code | call activate | finish | event | by | */
async function startupPerformance(page: Page): Promise<Omit<Start, "total">> {
  await runCommand(page, "Developer: Startup Performance");
  await page.locator(".editor-group-container .monaco-editor .view-line").first().click();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Control+C");
  const row = (await readClipboard(page)).split("\n").find((line) => line.startsWith(`| ${ID} `));
  const [, , , loading, activating] = row?.split("|").map((cell) => cell.trim()) ?? [];
  return { loading: Number(loading), activating: Number(activating) };
}
