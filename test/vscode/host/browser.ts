import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { ensureChromium } from "./chromium.ts";
import { eventually } from "./eventually.ts";
import { inRepo } from "./paths.ts";
import type { Host } from "./server.ts";
import { workbenchUrl } from "./workbenchUrl.ts";

/** Lets Chromium run as root and disables its background network requests. */
export const BROWSER_ARGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
];

export interface WorkbenchOptions {
  /** Options for VS Code in the URL. */
  payload?: [string, string][];
  /** Functions added to the page before the workbench loads. */
  expose?: Record<string, (...args: never[]) => unknown>;
  viewport?: { width: number; height: number };
}

export interface Workbench {
  page: Page;
  close(): Promise<void>;
}

/**
 * Opens the host's window in a separate browser and waits for the workbench.
 * @param options.profileDir the browser's profile, which contains SecretStorage; by default a temporary one
 */
export async function openWorkbench(
  host: Host,
  options: WorkbenchOptions & { profileDir?: string } = {},
): Promise<Workbench> {
  const profileDir = options.profileDir ?? (await mkdtemp(join(tmpdir(), "openrouter-admin-profile-")));
  const context = await launchBrowser(profileDir);
  const page = context.pages()[0] ?? (await context.newPage());
  await openWindow(page, host, options);
  return {
    page,
    async close() {
      await context.close();
      if (options.profileDir === undefined) await rm(profileDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Starts a browser with access to the clipboard. */
export async function launchBrowser(profileDir: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profileDir, {
    executablePath: await ensureChromium(),
    args: BROWSER_ARGS,
    permissions: ["clipboard-read", "clipboard-write"],
    // Animations only cost time.
    reducedMotion: "reduce",
  });
}

/** Opens the host's window in a page and waits for the workbench. */
export async function openWindow(page: Page, host: Host, options: WorkbenchOptions): Promise<void> {
  await page.setViewportSize(options.viewport ?? { width: 1200, height: 800 });
  for (const [name, callback] of Object.entries(options.expose ?? {})) await page.exposeFunction(name, callback);
  await page.goto(workbenchUrl(host, options.payload));
  await page.locator(".monaco-workbench").waitFor({ timeout: 60_000 });
}

/** Runs a command by its title in the command palette, which lists it once its extension is loaded. */
export async function runCommand(page: Page, title: string): Promise<void> {
  const row = page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first();
  const deadline = Date.now() + 60_000;
  while (true) {
    try {
      await page.keyboard.press("F1");
      // The palette closes if something else takes the focus.
      await quickInput(page).fill(`>${title}`, { timeout: 3_000 });
      await row.waitFor({ timeout: 2_000 });
      // Longer: on a busy machine a click that runs the command must not count as failed, or the command would run twice.
      await row.click({ timeout: 20_000 });
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await page.keyboard.press("Escape");
    }
  }
}

/** Returns the text field of the open command palette, quick pick or input box. */
export function quickInput(page: Page): Locator {
  return page.locator(".quick-input-widget input").first();
}

/** Returns a notification that contains the text. */
export function toast(page: Page, text: string | RegExp): Locator {
  return page.locator(".notification-toast", { hasText: text }).first();
}

/** Opens a view container by its name in the activity bar. */
export async function openContainer(page: Page, name: string): Promise<void> {
  const item = page.locator(`.part.activitybar .action-item:has(a[aria-label^="${name}"])`);
  await item.waitFor();
  const isOpen = async () => (await item.getAttribute("class"))?.includes("checked");
  // A click on an open container closes it, also if VS Code restored it between the check and the click.
  await eventually(async () => {
    if (await isOpen()) return;
    await item.click();
    await page.waitForTimeout(500);
    if (!(await isOpen())) throw new Error(`The container ${name} did not open.`);
  });
}

/** Returns the clipboard's text; the page must have the focus. */
export async function readClipboard(page: Page): Promise<string> {
  return page.evaluate("navigator.clipboard.readText()");
}

/** Saves a screenshot of the page in test-results/. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const dir = inRepo("test-results");
  await mkdir(dir, { recursive: true });
  await page.screenshot({ path: join(dir, `${name}.png`) });
}
