import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import type { Host } from "./server.ts";

const EXTENSION = "openrouter-admin.openrouter-admin";

/** The processes that run extensions: one a window, and for a moment that of a window that was reloaded. */
export function extensionHosts(host: Host): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const arguments_ = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return arguments_.includes("--type=extensionHost") && processGroup(pid) === host.pid;
      } catch {
        return false; // It has ended meanwhile.
      }
    });
}

/** Of "pid (name) state parent group …"; a killed process that nobody has waited for is a zombie, and no more. */
function processGroup(pid: number): number | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return state === "Z" ? undefined : Number(group);
}

/** Kills the extension host as a crash would, without a chance to clean up, and waits until it is gone. */
export async function killExtensionHost(host: Host): Promise<void> {
  const pids = extensionHosts(host);
  if (pids.length === 0) throw new Error("No extension host is running.");
  for (const pid of pids) kill(pid);
  await until(() => !extensionHosts(host).some((pid) => pids.includes(pid)), "The extension host is still there.");
}

/**
 * Kills the extension host and opens the window again, for the next start, with our extension active again. VS Code
 * would start another by itself, but only twice in five minutes; one that it began for the window as it was is ended
 * too, before the window is opened: nobody would ever speak to it.
 */
export async function crashAndRestart(host: Host, page: Page): Promise<void> {
  const url = page.url();
  await killExtensionHost(host);
  await page.goto("about:blank");
  await endLateHosts(host);
  const before = activations(host);
  await page.goto(url);
  await page.locator(".monaco-workbench").waitFor({ timeout: 60_000 });
  await until(() => activations(host) > before, "The extension was not activated again.", 120_000);
}

/** Ends the extension hosts that a window which is closed by now had asked for, until none has come for a second. */
async function endLateHosts(host: Host): Promise<void> {
  let quietSince = Date.now();
  await until(() => {
    const late = extensionHosts(host);
    for (const pid of late) kill(pid);
    if (late.length > 0) quietSince = Date.now();
    return Date.now() - quietSince > 1_000;
  }, "Extension hosts kept starting without a window.");
}

/**
 * Reloads the window and waits for its new extension host; what the window shows comes later. An old one that waits for
 * its window to come back, as sometimes one does, is ended: it could still act.
 */
export async function reloadWindow(host: Host, page: Page): Promise<void> {
  const before = extensionHosts(host);
  await page.reload();
  await page.locator(".monaco-workbench").waitFor({ timeout: 60_000 });
  await until(() => extensionHosts(host).some((pid) => !before.includes(pid)), "No new extension host.");
  const old = () => extensionHosts(host).filter((pid) => before.includes(pid));
  await until(() => old().length === 0, "", 10_000).catch(() => {
    for (const pid of old()) kill(pid);
  });
}

/** As a crash would end it; one that has ended by itself meanwhile is as good. */
function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** How often our extension was activated since the server started. */
function activations(host: Host): number {
  return host.logs().split(`_doActivateExtension ${EXTENSION},`).length - 1;
}

async function until(holds: () => boolean | Promise<boolean>, otherwise: string, ms = 60_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(otherwise);
    await sleep(100);
  }
}
