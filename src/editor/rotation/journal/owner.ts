import type { Rotation } from "../../../openrouter/rotation/record.ts";
import { isRunning } from "../../platform/processes.ts";

/** This window's stamp on a record whose flow it runs, also while it asks the person something. */
export const ownerStamp = () => ({ pid: process.pid, since: new Date().toISOString() });

/** The record without this window's stamp; another window that took it over keeps its own. */
export function withoutOwnStamp(record: Rotation): Rotation {
  return record.owner?.pid === process.pid ? { ...record, owner: undefined } : record;
}

/** True if another window works on a rotation: the process that stamped it is not this one, and still runs. */
export function isOwnedElsewhere({ owner }: Pick<Rotation, "owner">): boolean {
  return owner !== undefined && owner.pid !== process.pid && isRunning(owner);
}
