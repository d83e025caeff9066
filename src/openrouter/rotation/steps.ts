// The steps after the create. Each acts first and then updates the record; after an interruption it can be repeated.
import { assignKeys } from "../endpoints/guardrails.ts";
import { getKey } from "../endpoints/keys.ts";
import { InvalidInputError } from "../errors.ts";
import type { Key } from "../schemas.ts";
import { findOrphans } from "./assess.ts";
import { confirmOrphans, type OrphanChoice } from "./create.ts";
import type { HandedOver, KeyRef, Rotation, RotationContext, RotationStep } from "./record.ts";
import { RefusedStepError } from "./refusedStepError.ts";
import { checkAccountIfNotFound, deleteKeyIfExists, readRotationKey, updateRotationKey } from "./rotationKeys.ts";
import { assertStep, isSecretStored, runStep, updateRecord } from "./runStep.ts";

const STEPS_AFTER_HANDOVER: readonly RotationStep[] = ["pending", "disabled"];
const ALL_STEPS: readonly RotationStep[] = ["creating", "created", "bound", "pending", "disabled", "finished"];

/**
 * Assigns the guardrail, if there is one: "created" → "bound". `POST /guardrails/{id}/assignments/keys`.
 * @param withoutGuardrail skips the guardrail and removes it from the record
 * @throws NotFoundError if the guardrail or the new key was deleted
 */
export function bindGuardrail(
  context: RotationContext,
  record: Rotation,
  { withoutGuardrail = false } = {},
): Promise<Rotation> {
  const { client, signal } = context;
  return runStep(context, record, ["created"], async (now) => {
    const guardrail = withoutGuardrail ? undefined : now.guardrail;
    // Don't check the count: it is 0 if the guardrail is already assigned.
    if (guardrail)
      await checkAccountIfNotFound(
        context,
        now,
        assignKeys(client, guardrail.id, [requireNewKey(now).hash], { signal }),
      );
    return updateRecord(context, now, { step: "bound", guardrail });
  });
}

/**
 * Records that the user has the secret: "bound" → "pending". The secret may be discarded now unless `handedOver` is "kept",
 * and no process owns the rotation any more.
 */
export function acknowledgeSecret(
  context: RotationContext,
  record: Rotation,
  handedOver?: HandedOver,
): Promise<Rotation> {
  return runStep(context, record, ["bound"], (now) =>
    updateRecord(context, now, { step: "pending", handedOver, owner: undefined }),
  );
}

/**
 * Disables the old key: "pending" → "disabled". `PATCH /keys/{hash}`.
 * @throws RefusedStepError if the new key can't be used: no usable key would be left
 * @throws NotFoundError if the old key was deleted; use `closeRotation`
 */
export function disableOld(context: RotationContext, record: Rotation): Promise<Rotation> {
  return runStep(context, record, ["pending"], async (now) => {
    await assertNewKeyUsable(context, now);
    await updateRotationKey(context, now, now.old.hash, { disabled: true });
    return updateRecord(context, now, { step: "disabled" });
  });
}

/**
 * Enables the old key again: "disabled" → "pending". `PATCH /keys/{hash}`.
 * @throws NotFoundError if it was deleted
 */
export function enableOld(context: RotationContext, record: Rotation): Promise<Rotation> {
  return runStep(context, record, ["disabled"], async (now) => {
    await updateRotationKey(context, now, now.old.hash, { disabled: false });
    return updateRecord(context, now, { step: "pending" });
  });
}

/**
 * Deletes the old key with its history, only from "disabled"; succeeds if it is already deleted. `DELETE /keys/{hash}`.
 * Ends the rotation like `closeRotation`.
 * @throws RefusedStepError if the old key was enabled elsewhere (it may be in use), or if the new key can't be used
 */
export function deleteOld(context: RotationContext, record: Rotation): Promise<Rotation | undefined> {
  return runStep(context, record, ["disabled"], async (now) => {
    const old = await readRotationKey(context, now, now.old.hash);
    if (old && !old.disabled) throw new RefusedStepError("enabledAgain", now);
    if (old) {
      await assertNewKeyUsable(context, now);
      await deleteKeyIfExists(context, now, old.hash);
    }
    return endRotation(context, now);
  });
}

/**
 * Ends the rotation without changing the keys (a disabled key keeps its history). While a limit is still to be restored,
 * returns the record as "finished"; closing a finished record leaves the reduced limit as it is.
 */
export async function closeRotation(context: RotationContext, record: Rotation): Promise<Rotation | undefined> {
  assertStep(record, [...STEPS_AFTER_HANDOVER, "finished"]);
  return runStep(context, record, [record.step], (now) => endRotation(context, now));
}

/**
 * Undoes the rotation: restores the old key, deletes the new one, its secret and the record. From "creating" it deletes the
 * orphans that the user chose; never the old key.
 * @throws RefusedStepError if the rotation is no longer at the step of `record`, which the user decided on
 * @throws NotFoundError if the old key was deleted: the new key is then the only one left
 */
export async function rollBack(context: RotationContext, record: Rotation, choice: OrphanChoice = {}): Promise<void> {
  const { journal, secrets } = context;
  assertStep(record, ["creating", "created", "bound", ...STEPS_AFTER_HANDOVER]);
  return runStep(context, record, [record.step], async (now) => {
    await (now.step === "creating" ? deleteOrphans(context, now, choice) : deleteNewKey(context, now));
    await secrets.discard(now.id);
    await journal.remove(now.id);
  });
}

/**
 * Deletes a stray: a key that the lost create made only after it had been repeated. `GET /keys`, `DELETE /keys/{hash}`.
 * @throws RefusedStepError if the key can't be such a stray, or its secret is stored
 */
export function deleteStrayKey(context: RotationContext, record: Rotation, hash: string): Promise<void> {
  return runStep(context, record, ALL_STEPS, async (now) => {
    const key = await readRotationKey(context, now, hash);
    if (!key) return;
    if (findOrphans(now, [key]).length === 0) throw new RefusedStepError("otherStep", now);
    if (await isSecretStored(context, hash, now.id)) throw new RefusedStepError("secretStored", now);
    await deleteKeyIfExists(context, now, hash);
  });
}

/** True once the period for which the new key's limit was reduced has ended. */
export function isRestoreDue(record: Rotation, now: Date): boolean {
  return record.new !== undefined && record.restoreLimit !== undefined && Date.parse(record.restoreLimit.from) <= +now;
}

/**
 * Restores the new key's full limit unless somebody has changed it since. `PATCH /keys/{hash}`.
 * Returns undefined if this ended the rotation.
 */
export function restoreLimit(context: RotationContext, record: Rotation): Promise<Rotation | undefined> {
  return runStep(context, record, ALL_STEPS, async (now) => {
    if (now.restoreLimit) {
      const key = await readRotationKey(context, now, requireNewKey(now).hash);
      if (key && hasReducedLimit(now, key))
        await updateRotationKey(context, now, key.hash, { limit: now.restoreLimit.limit });
    }
    return now.step === "finished"
      ? endRotation(context, now)
      : updateRecord(context, now, { restoreLimit: undefined });
  });
}

/** True if the new key still has the reduced limit that the rotation gave it. */
export function hasReducedLimit({ body }: Rotation, { limit }: Key): boolean {
  return Math.abs((limit ?? Number.NaN) - (body.limit ?? Number.NaN)) < 1e-6;
}

async function endRotation(context: RotationContext, record: Rotation): Promise<Rotation | undefined> {
  if (record.restoreLimit && record.step !== "finished") return updateRecord(context, record, { step: "finished" });
  await context.journal.remove(record.id);
  return undefined;
}

async function assertNewKeyUsable(context: RotationContext, record: Rotation): Promise<void> {
  const key = await readRotationKey(context, record, requireNewKey(record).hash);
  if (!key) throw new RefusedStepError("newGone", record);
  const expired = Date.parse(key.expires_at ?? "") <= context.client.now().getTime();
  if (key.disabled || expired) throw new RefusedStepError("newUnusable", record);
}

/** @throws NotFoundError if the old key was deleted */
async function assertOldKeyExists(context: RotationContext, record: Rotation): Promise<void> {
  const { client, signal } = context;
  await checkAccountIfNotFound(context, record, getKey(client, record.old.hash, { signal, fresh: true }));
}

async function deleteOrphans(context: RotationContext, record: Rotation, choice: OrphanChoice): Promise<void> {
  const orphansToDelete = await confirmOrphans(context, record, choice);
  if (orphansToDelete.length > 0 && (await isSecretStored(context, record.id, ...orphansToDelete)))
    await assertOldKeyExists(context, record);
  for (const hash of orphansToDelete) {
    // Discard the secret first: once the orphan is deleted, nothing shows which key the secret belonged to.
    await context.secrets.discard(hash);
    await deleteKeyIfExists(context, record, hash);
  }
}

async function deleteNewKey(context: RotationContext, record: Rotation): Promise<void> {
  const { hash } = requireNewKey(record);
  // Also at "pending": disabling may have been interrupted.
  if (STEPS_AFTER_HANDOVER.includes(record.step))
    await updateRotationKey(context, record, record.old.hash, { disabled: record.old.disabled });
  // While its secret is stored, the new key can replace the old one. If the old key was deleted, it is the only one left.
  else if ((await isSecretStored(context, hash)) && (await readRotationKey(context, record, hash)))
    await assertOldKeyExists(context, record);
  await deleteKeyIfExists(context, record, hash);
  await context.secrets.discard(hash);
}

function requireNewKey(record: Rotation): KeyRef {
  if (record.new) return record.new;
  throw new InvalidInputError("The rotation has no new key yet.", "Continue the rotation or roll it back.");
}
