// The steps after the create. Each first does, then writes that it is done, and may be repeated if it was cut off between.
import { assignKeys } from "../endpoints/guardrails.ts";
import { updateKey } from "../endpoints/keys.ts";
import { InvalidInputError, NotFoundError } from "../errors.ts";
import type { Key } from "../schemas.ts";
import { deleteIfThere, RefusedStepError, readOwn, requireAccount } from "./account.ts";
import { advance, confirmOrphans, expectStep, type OrphanChoice, type RotationContext } from "./create.ts";
import type { HandedOver, KeyRef, Rotation } from "./types.ts";

/**
 * Assigns the guardrail, if there is one: "created" → "bound". `POST /guardrails/{id}/assignments/keys`.
 * @throws NotFoundError when the guardrail or the new key is gone; `{ ...record, guardrail: undefined }` goes on without
 */
export async function bind(context: RotationContext, record: Rotation): Promise<Rotation> {
  const { client, journal, signal } = context;
  expectStep(record, "created");
  // The count is no proof: it is 0 when the guardrail is assigned already.
  if (record.guardrail)
    await assignKeys(client, record.guardrail.id, [newKey(record).hash], { signal }).catch(async (error) => {
      if (error instanceof NotFoundError) await requireAccount(context, record);
      throw error;
    });
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
 * @throws RefusedStepError when the key was enabled elsewhere: it may be in use
 */
export async function deleteOld(context: RotationContext, record: Rotation): Promise<Rotation | undefined> {
  expectStep(record, "disabled");
  const old = await readOwn(context, record, record.old.hash);
  if (old && !old.disabled)
    throw new RefusedStepError(
      "enabledAgain",
      `The key ${JSON.stringify(old.name)} was enabled again.`,
      "Disable it before deleting.",
    );
  if (old) await deleteIfThere(context, record, old.hash);
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
      await deleteIfThere(context, record, hash);
    }
  } else {
    const { hash } = newKey(record);
    // "pending" too: it may have been cut off while disabling.
    if (record.step === "pending" || record.step === "disabled")
      await updateKey(client, record.old.hash, { disabled: record.old.disabled }, { signal });
    await deleteIfThere(context, record, hash);
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
    const key = await readOwn(context, record, newKey(record).hash);
    if (key && isCut(record, key)) await updateKey(client, key.hash, { limit: record.restoreLimit.limit }, { signal });
  }
  const restored = { ...record, restoreLimit: undefined };
  return record.step === "finished" ? close(context, restored) : advance(journal, restored, {});
}

/** Whether the new key still has the limit with which the rotation created it: nobody has changed it since. */
export function isCut({ body }: Rotation, { limit }: Key): boolean {
  return Math.abs((limit ?? Number.NaN) - (body.limit ?? Number.NaN)) < 1e-6;
}

function newKey(record: Rotation): KeyRef {
  if (record.new) return record.new;
  throw new InvalidInputError("The rotation has no new key yet.", "Continue it or roll it back.");
}
