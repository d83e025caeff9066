import { statSync } from "node:fs";
import { uptime } from "node:os";
import { isRunning } from "../../channel/isRunning.ts";

/** How much the clock may have been adjusted since the computer started. */
const CLOCK_SKEW_MS = 60_000;

/** A window that didn't touch its pulse file for so long was closed, or its extensions are blocked. */
const CLOSED_MS = 12_000;

/** True if the process that recorded its id at `since` (ISO) is still running. */
export function isStillRunning({ pid, since }: { pid: number; since?: string }): boolean {
  // After a restart of the computer, another process may have the same pid.
  const booted = Date.now() - uptime() * 1000;
  if (since && Date.parse(since) < booted - CLOCK_SKEW_MS) return false;
  return isRunning(pid);
}

/**
 * True if the window that touches a file is still open, see `startBeating`: its process may outlive it.
 * @param closedMs how long ago the file may have been touched
 */
export function isBeating(pulse: string, closedMs = CLOSED_MS): boolean {
  try {
    return Math.abs(Date.now() - statSync(pulse).mtimeMs) < closedMs;
  } catch {
    return false;
  }
}
