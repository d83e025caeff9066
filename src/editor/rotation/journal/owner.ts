import type { Rotation } from "../../../openrouter/rotation/record.ts";
import { isStillRunning } from "../../platform/processes.ts";

/** Returns the stamp that this window puts on a record while it runs its flow, including while it asks the user. */
export const ownerStamp = () => ({ pid: process.pid, since: new Date().toISOString() });

/** Removes this window's stamp from a record. Keeps the stamp of another window that took it over. */
export function withoutOwnStamp(record: Rotation): Rotation {
  return record.owner?.pid === process.pid ? { ...record, owner: undefined } : record;
}

/** True if another window is working on a rotation: another process stamped it and is still running. */
export function isOwnedElsewhere({ owner }: Pick<Rotation, "owner">): boolean {
  return owner !== undefined && owner.pid !== process.pid && isStillRunning(owner);
}
