// The steps after the create. Each first does, then writes that it is done, and may be repeated if it was cut off between.
import { assignKeys } from "../endpoints/guardrails.ts";
import { getKey, updateKey } from "../endpoints/keys.ts";
import { InvalidInputError } from "../errors.ts";
import {
  advance,
  confirmOrphans,
  deleteIfThere,
  expectStep,
  type OrphanChoice,
  orGone,
  type RotationContext,
} from "./create.ts";
import type { HandedOver, KeyRef, Rotation } from "./types.ts";

/**
 * Assigns the guardrail, if there is one: "created" → "bound". `POST /guardrails/{id}/assignments/keys`.
 * @throws NotFoundError when the guardrail or the new key is gone; `{ ...record, guardrail: undefined }` goes on without
 */
export async function bind({ client, journal, signal }: RotationContext, record: Rotation): Promise<Rotation> {
  expectStep(record, "created");
  // The count is no proof: it is 0 when the guardrail is assigned already.
  if (record.guardrail) await assignKeys(client, record.guardrail.id, [newKey(record).hash], { signal });
  return advance(journal, record, { step: "bound" });
}

/** The person has the secret: "bound" → "pending". From here on the secret may be discarded, unless it is "kept". */
export async function acknowledge(
  { journal }: RotationContext,
  record: Rotation,
  handedOver?: HandedOver,
): Promise<Rotation> {
  expectStep(record, "bound");
  return advance(journal, record, { step: "pending", handedOver });
}

/**
 * Disables the old key: "pending" → "disabled". `PATCH /keys/{hash}`.
 * @throws NotFoundError when it is gone: `close` the rotation
 */
export async function disableOld({ client, journal, signal }: RotationContext, record: Rotation): Promise<Rotation> {
  expectStep(record, "pending");
  await updateKey(client, record.old.hash, { disabled: true }, { signal });
  return advance(journal, record, { step: "disabled" });
}

/**
 * Enables the old key again: "disabled" → "pending". `PATCH /keys/{hash}`.
 * @throws NotFoundError when it is gone
 */
export async function undoDisable({ client, journal, signal }: RotationContext, record: Rotation): Promise<Rotation> {
  expectStep(record, "disabled");
  await updateKey(client, record.old.hash, { disabled: false }, { signal });
  return advance(journal, record, { step: "pending" });
}

/**
 * Deletes the old key with its history, only from "disabled"; one that is gone already is as good. `DELETE /keys/{hash}`.
 * Ends the rotation as `close` does.
 * @throws InvalidInputError when the key was enabled elsewhere: it may be in use
 */
export async function deleteOld(context: RotationContext, record: Rotation): Promise<Rotation | undefined> {
  const { client, signal } = context;
  expectStep(record, "disabled");
  const old = await orGone(getKey(client, record.old.hash, { signal, fresh: true }));
  if (old && !old.disabled)
    throw new InvalidInputError(
      `The key ${JSON.stringify(old.name)} was enabled again.`,
      "Disable it before deleting.",
    );
  if (old) await deleteIfThere(context, old.hash);
  return close(context, record);
}

/**
 * Ends the rotation and leaves both keys as they are (a disabled key keeps its history). Gives the record back, as
 * "finished", only while a limit is still to be restored; closing that gives the limit up.
 */
export async function close({ journal }: RotationContext, record: Rotation): Promise<Rotation | undefined> {
  expectStep(record, "pending", "disabled", "finished");
  if (record.restoreLimit && record.step !== "finished") return advance(journal, record, { step: "finished" });
  await journal.remove(record.id);
  return undefined;
}

/**
 * Undoes the rotation: the old key as it was before, the new key deleted, its secret discarded, no record.
 * From "creating" it deletes the orphans that the person chose; never the old key.
 * @throws NotFoundError when the old key is gone, so that the new one is not the only one to be deleted
 */
export async function rollBack(context: RotationContext, record: Rotation, choice: OrphanChoice = {}): Promise<void> {
  const { client, journal, secrets, signal } = context;
  expectStep(record, "creating", "created", "bound", "pending", "disabled");
  if (record.step === "creating") {
    // The secret first: once the orphan is gone, nothing tells whose it was.
    for (const hash of await confirmOrphans(context, record, choice)) {
      await secrets.discard(hash);
      await deleteIfThere(context, hash);
    }
  } else {
    const { hash } = newKey(record);
    // "pending" too: it may have been cut off while disabling.
    if (record.step === "pending" || record.step === "disabled")
      await updateKey(client, record.old.hash, { disabled: record.old.disabled }, { signal });
    await deleteIfThere(context, hash);
    await secrets.discard(hash);
  }
  await journal.remove(record.id);
}

/** Whether the period is over to whose remainder the new key's limit was cut. */
export function restoreDue(record: Rotation, now: Date): boolean {
  return record.new !== undefined && record.restoreLimit !== undefined && Date.parse(record.restoreLimit.from) <= +now;
}

/**
 * Gives the new key its whole limit, unless somebody has changed it since. `PATCH /keys/{hash}`.
 * Undefined when that was all that was left of the rotation.
 */
export async function restoreLimit(context: RotationContext, record: Rotation): Promise<Rotation | undefined> {
  const { client, journal, signal } = context;
  if (record.restoreLimit) {
    const key = await orGone(getKey(client, newKey(record).hash, { signal, fresh: true }));
    const untouched = key && Math.abs((key.limit ?? Number.NaN) - (record.body.limit ?? Number.NaN)) < 1e-6;
    if (untouched) await updateKey(client, key.hash, { limit: record.restoreLimit.limit }, { signal });
  }
  const restored = { ...record, restoreLimit: undefined };
  return record.step === "finished" ? close(context, restored) : advance(journal, restored, {});
}

function newKey(record: Rotation): KeyRef {
  if (record.new) return record.new;
  throw new InvalidInputError("The rotation has no new key yet.", "Continue it or roll it back.");
}
