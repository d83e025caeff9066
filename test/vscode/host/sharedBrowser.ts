import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { laneFolder } from "../../support/run/laneFolder.ts";
import { launchBrowser, openWindow, type Workbench, type WorkbenchOptions } from "./browser.ts";
import type { Host } from "./server.ts";

let browser: Promise<BrowserContext> | undefined;

/** Opens the host's window in a tab of the process's shared browser, with empty storage. */
export async function openInSharedBrowser(host: Host, options: WorkbenchOptions): Promise<Workbench> {
  browser ??= launch();
  const context = await browser;
  await clearStorage(context, host.url);
  const page = await context.newPage();
  try {
    await openWindow(page, host, options);
  } catch (error) {
    await page.close();
    throw error;
  }
  return { page, close: () => page.close() };
}

export async function closeSharedBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}

async function launch(): Promise<BrowserContext> {
  const context = await launchBrowser(await profile());
  context.once("close", () => {
    browser = undefined;
  });
  return context;
}

/** Returns the lane's browser profile, which contains compiled code; outside of lanes a new one. */
async function profile(): Promise<string> {
  if (laneFolder) return join(laneFolder, "profile");
  const profileDir = await mkdtemp(join(tmpdir(), "openrouter-admin-profile-"));
  process.once("exit", () => rmSync(profileDir, { recursive: true, force: true, maxRetries: 5 }));
  return profileDir;
}

/** Removes the data of earlier windows: workbench settings, secrets and state, but not compiled code. */
async function clearStorage(context: BrowserContext, origin: string): Promise<void> {
  // The first tab stays open and empty, since the browser exits without tabs.
  const [first] = context.pages();
  const session = await context.newCDPSession(first ?? (await context.newPage()));
  await session.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
  await session.detach();
}
