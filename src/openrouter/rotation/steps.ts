// The steps after the create. Each first does, then writes that it is done, and may be repeated if it was cut off between.
import { assignKeys } from "../endpoints/guardrails.ts";
import { getKey } from "../endpoints/keys.ts";
import { InvalidInputError } from "../errors.ts";
import type { Key } from "../schemas.ts";
import { findOrphans } from "./assess.ts";
import { confirmOrphans, type OrphanChoice } from "./create.ts";
import type { HandedOver, KeyRef, Rotation, RotationContext, RotationStep } from "./record.ts";
import { RefusedStepError } from "./refusedStepError.ts";
import { checkAccountIfNotFound, deleteKeyIfExists, readRotationKey, updateRotationKey } from "./rotationKeys.ts";
import { assertStep, isSecretHeld, runStep, updateRecord } from "./runStep.ts";

const STEPS_AFTER_HANDOVER: readonly RotationStep[] = ["pending", "disabled"];
const ALL_STEPS: readonly RotationStep[] = ["creating", "created", "bound", "pending", "disabled", "finished"];

/**
 * Assigns the guardrail, if there is one: "created" → "bound". `POST /guardrails/{id}/assignments/keys`.
 * @param withoutGuardrail gives the guardrail up, for good
 * @throws NotFoundError when the guardrail or the new key is gone
 */
export function bindGuardrail(
  context: RotationContext,
  record: Rotation,
  { withoutGuardrail = false } = {},
): Promise<Rotation> {
  const { client, signal } = context;
  return runStep(context, record, ["created"], async (now) => {
    const guardrail = withoutGuardrail ? undefined : now.guardrail;
    // The count is no proof: it is 0 when the guardrail is assigned already.
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
 * The person has the secret: "bound" → "pending". From here on the secret may be discarded, unless it is "kept", and
 * nobody works on the rotation any more.
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
 * @throws RefusedStepError unless the new key can be used: no key would be left that can
 * @throws NotFoundError when the old key is gone: `close` the rotation
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
 * @throws NotFoundError when it is gone
 */
export function enableOld(context: RotationContext, record: Rotation): Promise<Rotation> {
  return runStep(context, record, ["disabled"], async (now) => {
    await updateRotationKey(context, now, now.old.hash, { disabled: false });
    return updateRecord(context, now, { step: "pending" });
  });
}

/**
 * Deletes the old key with its history, only from "disabled"; succeeds if it is gone already. `DELETE /keys/{hash}`.
 * Ends the rotation as `close` does.
 * @throws RefusedStepError when the key was enabled elsewhere (it may be in use), or unless the new key can be used
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
 * Ends the rotation and leaves both keys as they are (a disabled key keeps its history). Gives the record back, as
 * "finished", only while a limit is still to be restored; closing that gives the limit up.
 */
export async function closeRotation(context: RotationContext, record: Rotation): Promise<Rotation | undefined> {
  assertStep(record, [...STEPS_AFTER_HANDOVER, "finished"]);
  return runStep(context, record, [record.step], (now) => endRotation(context, now));
}

/**
 * Undoes the rotation: the old key as it was before, the new key deleted, its secret discarded, no record.
 * From "creating" it deletes the orphans that the person chose; never the old key.
 * @throws RefusedStepError when the rotation has gone on since the record was read: the person decided about that
 * @throws NotFoundError when the old key is gone, so that the new one is not the only one to be deleted
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
 * Deletes a key that a lost create made late, after it was sent again. `GET /keys`, `DELETE /keys/{hash}`.
 * @throws RefusedStepError when it cannot be that, or its secret is held
 */
export function deleteStrayKey(context: RotationContext, record: Rotation, hash: string): Promise<void> {
  return runStep(context, record, ALL_STEPS, async (now) => {
    const key = await readRotationKey(context, now, hash);
    if (!key) return;
    if (findOrphans(now, [key]).length === 0) throw new RefusedStepError("otherStep", now);
    if (await isSecretHeld(context, hash, now.id)) throw new RefusedStepError("secretHeld", now);
    await deleteKeyIfExists(context, now, hash);
  });
}

/** True once the period has ended to whose remainder the new key's limit was cut. */
export function isRestoreDue(record: Rotation, now: Date): boolean {
  return record.new !== undefined && record.restoreLimit !== undefined && Date.parse(record.restoreLimit.from) <= +now;
}

/**
 * Gives the new key its whole limit, unless somebody has changed it since. `PATCH /keys/{hash}`.
 * Undefined when that was all that was left of the rotation.
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

/** True if the new key still has the limit with which the rotation created it. */
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

/** @throws NotFoundError when the old key is gone */
async function assertOldKeyExists(context: RotationContext, record: Rotation): Promise<void> {
  const { client, signal } = context;
  await checkAccountIfNotFound(context, record, getKey(client, record.old.hash, { signal, fresh: true }));
}

async function deleteOrphans(context: RotationContext, record: Rotation, choice: OrphanChoice): Promise<void> {
  const doomed = await confirmOrphans(context, record, choice);
  if (doomed.length > 0 && (await isSecretHeld(context, record.id, ...doomed)))
    await assertOldKeyExists(context, record);
  for (const hash of doomed) {
    // The secret first: once the orphan is gone, nothing tells whose it was.
    await context.secrets.discard(hash);
    await deleteKeyIfExists(context, record, hash);
  }
}

async function deleteNewKey(context: RotationContext, record: Rotation): Promise<void> {
  const { hash } = requireNewKey(record);
  // "pending" too: it may have been cut off while disabling.
  if (STEPS_AFTER_HANDOVER.includes(record.step))
    await updateRotationKey(context, record, record.old.hash, { disabled: record.old.disabled });
  // With its secret held it can replace the old key, and is the last one where that is gone.
  else if ((await isSecretHeld(context, hash)) && (await readRotationKey(context, record, hash)))
    await assertOldKeyExists(context, record);
  await deleteKeyIfExists(context, record, hash);
  await context.secrets.discard(hash);
}

function requireNewKey(record: Rotation): KeyRef {
  if (record.new) return record.new;
  throw new InvalidInputError("The rotation has no new key yet.", "Continue it or roll it back.");
}
