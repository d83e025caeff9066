import type { Rotation } from "../../../openrouter/rotation/types.ts";
import { isRunning } from "../../platform/processes.ts";

/** This window's mark on a record whose flow it runs, also while it asks the person something. */
export const mine = () => ({ pid: process.pid, since: new Date().toISOString() });

/** The record without this window's mark; another window that took it over keeps its own. */
export function withoutMine(record: Rotation): Rotation {
  return record.owner?.pid === process.pid ? { ...record, owner: undefined } : record;
}

/** Whether another window works on a rotation: the process that says so is not this one, and still runs. */
export function isElsewhere({ owner }: Pick<Rotation, "owner">): boolean {
  return owner !== undefined && owner.pid !== process.pid && isRunning(owner);
}
