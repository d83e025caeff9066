import type { Rotation } from "../../../openrouter/rotation/record.ts";
import { isBeating, isStillRunning } from "../../platform/processes.ts";

type Owner = NonNullable<Rotation["owner"]>;

/**
 * Returns the stamp that this window puts on a record while it runs its flow, including while it asks the user.
 * @param pulse the window's pulse file
 */
export const ownerStamp = (pulse?: string): Owner => ({ pid: process.pid, since: new Date().toISOString(), pulse });

/** Removes this window's stamp from a record. Keeps the stamp of another window that took it over. */
export function withoutOwnStamp(record: Rotation): Rotation {
  return record.owner?.pid === process.pid ? { ...record, owner: undefined } : record;
}

/**
 * True if another window is working on a rotation: another process stamped it and is still running, and its window is
 * still open. Earlier versions wrote no pulse.
 */
export function isOwnedElsewhere({ owner }: Pick<Rotation, "owner">): boolean {
  return isRunningElsewhere({ owner }) && (owner?.pulse === undefined || isBeating(owner.pulse));
}

/** True if another process that stamped a rotation is still running. Its window may be gone, or only blocked for a while. */
export function isRunningElsewhere({ owner }: Pick<Rotation, "owner">): boolean {
  return owner !== undefined && owner.pid !== process.pid && isStillRunning(owner);
}
