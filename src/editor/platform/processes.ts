import { uptime } from "node:os";

/** How much the clock may have been adjusted since the computer started. */
const CLOCK_SKEW_MS = 60_000;

/** True if the process that recorded its id at `since` (ISO) is still running. */
export function isRunning({ pid, since }: { pid: number; since?: string }): boolean {
  // After a restart of the computer, another process may have the same pid.
  const booted = Date.now() - uptime() * 1000;
  if (since && Date.parse(since) < booted - CLOCK_SKEW_MS) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process is running and belongs to another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
