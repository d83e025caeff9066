// Which rotations the audit of keys judges. Pure.
import type { Rotation } from "../rotation/record.ts";

/** A rotation that hasn't ended: the old key's hash, and when it was begun, ISO. */
export interface StartedRotation {
  hash: string;
  startedAt: string;
}

export function startedRotations(
  rotations: readonly Pick<Rotation, "step" | "old" | "startedAt">[],
): StartedRotation[] {
  return rotations
    .filter(({ step }) => step !== "finished")
    .map(({ old, startedAt }) => ({ hash: old.hash, startedAt }));
}
