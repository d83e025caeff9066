import { uptime } from "node:os";
import type { Rotation } from "../../openrouter/rotation/types.ts";

/** How far the clock may have been set since the computer started. */
const CLOCK_SKEW_MS = 60_000;

/** This window's mark on a record that it works on. */
export const mine = () => ({ pid: process.pid, since: new Date().toISOString() });

/** Whether another window works on a rotation: the process that says so is not this one, and still runs. */
export function isElsewhere({ owner }: Pick<Rotation, "owner">): boolean {
  if (!owner || owner.pid === process.pid) return false;
  // No process outlives a restart of the computer: whatever has the pid now is another one.
  const booted = Date.now() - uptime() * 1000;
  if (owner.since && Date.parse(owner.since) < booted - CLOCK_SKEW_MS) return false;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    // It runs, and is somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
