import { readdirSync, readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { waitUntil } from "./eventually.ts";
import { EXTENSION_ID } from "./paths.ts";
import type { Host } from "./server.ts";

/** Returns the extension host processes: one per window, and briefly also that of a window before its reload. */
export function extensionHosts(host: Host): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const arguments_ = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return arguments_.includes("--type=extensionHost") && processGroup(pid) === host.pid;
      } catch {
        return false; // The process has ended.
      }
    });
}

/** Parses "pid (name) state parent group …"; returns undefined for a zombie, which no longer runs. */
function processGroup(pid: number): number | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return state === "Z" ? undefined : Number(group);
}

/** Kills the extension host without cleanup, like a crash, and waits until it has ended. */
export async function killExtensionHost(host: Host): Promise<void> {
  const pids = extensionHosts(host);
  if (pids.length === 0) throw new Error("No extension host is running.");
  for (const pid of pids) kill(pid);
  await waitUntil("the old host ends", () => !extensionHosts(host).some((pid) => pids.includes(pid)), 60_000);
}

/**
 * Kills the extension host, opens the window again and waits until our extension is active. VS Code would restart the
 * host by itself, but only twice in five minutes. A host that it has already started for the old window is killed, too,
 * because no window would ever connect to it.
 */
export async function crashAndRestart(host: Host, page: Page): Promise<void> {
  const url = page.url();
  await killExtensionHost(host);
  await page.goto("about:blank");
  await killLateHosts(host);
  const before = activations(host);
  await page.goto(url);
  await page.locator(".monaco-workbench").waitFor({ timeout: 60_000 });
  await waitUntil("the extension is activated again", () => activations(host) > before, 120_000);
}

/** Kills extension hosts that were started for the closed window, until none has started for a second. */
async function killLateHosts(host: Host): Promise<void> {
  let quietSince = Date.now();
  const noneStarts = () => {
    const late = extensionHosts(host);
    for (const pid of late) kill(pid);
    if (late.length > 0) quietSince = Date.now();
    return Date.now() - quietSince > 1_000;
  };
  await waitUntil("no more hosts start without a window", noneStarts, 60_000);
}

/**
 * Reloads the window and waits for its new extension host; the views are drawn later. An old host that keeps waiting for
 * its window is killed, because it could still act.
 */
export async function reloadWindow(host: Host, page: Page): Promise<void> {
  const before = extensionHosts(host);
  await page.reload();
  await page.locator(".monaco-workbench").waitFor({ timeout: 60_000 });
  await waitUntil("a new host starts", () => extensionHosts(host).some((pid) => !before.includes(pid)), 60_000);
  const old = () => extensionHosts(host).filter((pid) => before.includes(pid));
  await waitUntil("the old host ends", () => old().length === 0, 10_000).catch(() => {
    for (const pid of old()) kill(pid);
  });
}

/** Crashes the browser's tab. Its extension host isn't told: it keeps waiting for the window, for hours. */
export async function crashTab(page: Page): Promise<void> {
  const crashed = page.waitForEvent("crash");
  const session = await page.context().newCDPSession(page);
  void session.send("Page.crash").catch(() => {});
  await crashed;
  await page.close();
}

/** Kills a process like a crash; ignores one that has already ended. */
function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Returns how often our extension was activated since the server started. */
function activations(host: Host): number {
  return host.logs().split(`_doActivateExtension ${EXTENSION_ID},`).length - 1;
}
