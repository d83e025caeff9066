import { uptime } from "node:os";

/** How far the clock may have been set since the computer started. */
const CLOCK_SKEW_MS = 60_000;

/** Whether a process runs that noted its id at `since` (ISO). */
export function isRunning({ pid, since }: { pid: number; since?: string }): boolean {
  // No process outlives a restart of the computer: whatever has the pid now is another one.
  const booted = Date.now() - uptime() * 1000;
  if (since && Date.parse(since) < booted - CLOCK_SKEW_MS) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, and is somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
