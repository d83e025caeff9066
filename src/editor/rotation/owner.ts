import type { Rotation } from "../../openrouter/rotation/types.ts";

/** Whether another window works on a rotation: the process that says so is not this one, and still runs. */
export function isElsewhere({ owner }: Pick<Rotation, "owner">): boolean {
  if (!owner || owner.pid === process.pid) return false;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    // It runs, and is somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
