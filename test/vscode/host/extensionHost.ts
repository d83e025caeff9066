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
  for (const pid of pids) process.kill(pid, "SIGKILL");
  await until(() => !extensionHosts(host).some((pid) => pids.includes(pid)), "The extension host is still there.");
}

/**
 * Kills the extension host and waits for the next, with our extension active again if it was before. VS Code starts it
 * by itself twice in five minutes; then it asks, and the button of its notification is pressed here. A modal dialog that
 * the killed one had open is cancelled.
 */
export async function crashAndRestart(host: Host, page: Page): Promise<void> {
  const before = activations(host);
  const killed = extensionHosts(host);
  const dialog = page.locator(".monaco-dialog-box");
  const left = await dialog.isVisible();
  await killExtensionHost(host);
  // It would stay, without effect, and keep everything else from being clicked.
  if (left) await page.keyboard.press("Escape");
  if (left) await dialog.waitFor({ state: "hidden" });
  const restart = page.locator(".notification-toast .monaco-button", { hasText: "Restart Remote Extension Host" });
  await until(async () => {
    if (extensionHosts(host).some((pid) => !killed.includes(pid))) return true;
    if (await restart.isVisible()) await restart.click({ timeout: 2_000 }).catch(() => {});
    return false;
  }, "VS Code started no new extension host.");
  if (before > 0) await until(() => activations(host) > before, "The extension was not activated again.");
}

/** Reloads the window and waits for its new extension host; what the window shows comes later. */
export async function reloadWindow(host: Host, page: Page): Promise<void> {
  const before = extensionHosts(host);
  await page.reload();
  await page.locator(".monaco-workbench").waitFor({ timeout: 60_000 });
  await until(() => extensionHosts(host).some((pid) => !before.includes(pid)), "No new extension host.");
  await until(
    () => !extensionHosts(host).some((pid) => before.includes(pid)),
    "The old extension host is still there.",
  );
}

/** How often our extension was activated since the server started. */
function activations(host: Host): number {
  return host.logs().split(`_doActivateExtension ${EXTENSION},`).length - 1;
}

async function until(holds: () => boolean | Promise<boolean>, otherwise: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(otherwise);
    await sleep(100);
  }
}
