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
  /** What Running Extensions shows: loading the code and calling activate(). */
  shown: number;
  loading: number;
  activating: number;
}

/** VS Code's own figures for the activation of the packaged extension, on the sample account. */
export async function activation(): Promise<Row[]> {
  const starts: Start[] = [];
  try {
    for (let i = 0; i < STARTS; i++) starts.push(await oneStart());
  } catch (error) {
    console.error(`VS Code could not be measured: ${error}`);
    return [{ measure: "activation, ms", ours: "unavailable", theirs: "", target: TARGET }];
  }
  const of = (part: keyof Start) => starts.map((start) => start[part]);
  return [
    { measure: `activation, ms, median of ${STARTS}`, ours: median(of("shown")), theirs: "", target: TARGET },
    { measure: "activation, ms, fastest", ours: Math.min(...of("shown")), theirs: "" },
    { measure: "  of it loading the code, median", ours: median(of("loading")), theirs: "" },
    { measure: "  of it activate(), median", ours: median(of("activating")), theirs: "" },
  ];
}

async function oneStart(): Promise<Start> {
  const host = await startHost({
    vsix: [await ensureVsix()],
    env: { OPENROUTER_ADMIN_SAMPLE: "1" },
    // Running Extensions would open above all else and keep the palette from opening.
    settings: { "workbench.editor.useModal": "off" },
  });
  try {
    // High enough for Running Extensions to draw all its rows.
    const { page, close } = await openWorkbench(host, { viewport: { width: 1200, height: 2000 } });
    try {
      await atRest(host);
      await openContainer(page, "OpenRouter Admin");
      await page.locator(".part.sidebar .monaco-list-row").first().waitFor();
      return { shown: await runningExtensions(page), ...(await startupPerformance(page)) };
    } finally {
      await close();
    }
  } finally {
    await host.stop();
  }
}

/** VS Code starts a dozen extensions in the same thread; the time that ours would wait for them is not its own. */
async function atRest(host: Host): Promise<void> {
  const activated = () => host.logs().match(/_doActivateExtension \S+, .*/g) ?? [];
  const deadline = Date.now() + 60_000;
  for (let quiet = 0, before = 0; quiet < 3_000; quiet += 250) {
    if (Date.now() > deadline) throw new Error("VS Code did not come to rest.");
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

/** The report's table "Extension Activation Stats": | id | eager | load code | call activate | finish | event | by | */
async function startupPerformance(page: Page): Promise<Omit<Start, "shown">> {
  await runCommand(page, "Developer: Startup Performance");
  await page.locator(".editor-group-container .monaco-editor .view-line").first().click();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Control+C");
  const row = (await readClipboard(page)).split("\n").find((line) => line.startsWith(`| ${ID} `));
  const [, , , loading, activating] = row?.split("|").map((cell) => cell.trim()) ?? [];
  return { loading: Number(loading), activating: Number(activating) };
}
