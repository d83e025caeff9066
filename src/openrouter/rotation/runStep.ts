// Shared by all steps: each takes a lock and works on the journal's current record, never on the caller's copy.

import type { Rotation, RotationContext, RotationStep } from "./record.ts";
import { RefusedStepError } from "./refusedStepError.ts";

/**
 * Runs a step under the lock if the record is at one of `steps`.
 * @param record the caller's copy; only its id and its old key are used
 * @throws RefusedStepError "busy", "gone" or "otherStep"
 */
export function runStep<T>(
  context: RotationContext,
  record: Rotation,
  steps: readonly RotationStep[],
  work: (record: Rotation) => Promise<T>,
): Promise<T> {
  return withLock(context, record, async () => {
    const now = await context.journal.read(record.id);
    if (!now) throw new RefusedStepError("gone", record);
    assertStep(now, steps);
    return work(now);
  });
}

/** Runs `work` while holding the old key's lock, which all windows share. @throws RefusedStepError "busy" */
export async function withLock<T>({ journal }: RotationContext, record: Rotation, work: () => Promise<T>): Promise<T> {
  const release = await journal.lock(record.old.hash);
  if (!release) throw new RefusedStepError("busy", record);
  try {
    return await work();
  } finally {
    await release();
  }
}

/**
 * Updates the record; doesn't recreate a removed one.
 * @throws RefusedStepError "gone"; "otherStep" if another window has taken the rotation over since `record` was read: a
 * process that waits for its window loses its lock
 */
export async function updateRecord(
  { journal }: RotationContext,
  record: Rotation,
  changes: Partial<Rotation>,
): Promise<Rotation> {
  const next = await journal.update(record.id, (now) => {
    const isTakenOver = now.owner?.pid !== record.owner?.pid || now.owner?.since !== record.owner?.since;
    if (isTakenOver) throw new RefusedStepError("otherStep", record);
    return { ...now, ...changes };
  });
  if (!next) throw new RefusedStepError("gone", record);
  return next;
}

export function assertStep(record: Rotation, steps: readonly RotationStep[]): void {
  if (!steps.includes(record.step)) throw new RefusedStepError("otherStep", record);
}

/** True if a secret is stored for one of the keys. @param hashes of keys, or the rotation's id for a key not known yet */
export async function isSecretStored({ secrets }: RotationContext, ...hashes: string[]): Promise<boolean> {
  const found = await Promise.all(hashes.map((hash) => secrets.get(hash)));
  return found.some((secret) => secret !== undefined);
}
