// Apart from the rest, because it is needed when the extension activates. Pure.
import type { Key } from "../schemas.ts";
import type { Rotation } from "./record.ts";

/** True if any of the rotation's keys, or its workspace, exists in this account. */
export function belongsTo(record: Rotation, keys: readonly Key[]): boolean {
  const { old } = record;
  const own = new Set([old.hash, record.new?.hash]);
  return keys.some((key) => own.has(key.hash) || (old.workspace_id && key.workspace_id === old.workspace_id));
}
