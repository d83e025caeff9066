// The steps after the create. Each first does, then writes that it is done, and may be repeated if it was cut off between.
import { assignKeys } from "../endpoints/guardrails.ts";
import { getKey } from "../endpoints/keys.ts";
import { InvalidInputError } from "../errors.ts";
import type { Key } from "../schemas.ts";
import { changeOwn, deleteIfThere, inAccount, readOwn } from "./account.ts";
import { confirmOrphans, type OrphanChoice } from "./create.ts";
import { findOrphans } from "./recover.ts";
import { RefusedStepError } from "./refused.ts";
import { advance, expectStep, inStep, isHeld } from "./step.ts";
import type { HandedOver, KeyRef, Rotation, RotationContext, Step } from "./types.ts";

const HANDED_OVER: readonly Step[] = ["pending", "disabled"];
const ALL: readonly Step[] = ["creating", "created", "bound", "pending", "disabled", "finished"];

/**
 * Assigns the guardrail, if there is one: "created" → "bound". `POST /guardrails/{id}/assignments/keys`.
 * @param withoutGuardrail gives the guardrail up, for good
 * @throws NotFoundError when the guardrail or the new key is gone
 */
export function bind(context: RotationContext, record: Rotation, { withoutGuardrail = false } = {}): Promise<Rotation> {
  const { client, signal } = context;
  return inStep(context, record, ["created"], async (now) => {
    const guardrail = withoutGuardrail ? undefined : now.guardrail;
    // The count is no proof: it is 0 when the guardrail is assigned already.
    if (guardrail) await inAccount(context, now, assignKeys(client, guardrail.id, [newKey(now).hash], { signal }));
    return advance(context, now, { step: "bound", guardrail });
  });
}

/**
 * The person has the secret: "bound" → "pending". From here on the secret may be discarded, unless it is "kept", and
 * nobody works on the rotation any more.
 */
export function acknowledge(context: RotationContext, record: Rotation, handedOver?: HandedOver): Promise<Rotation> {
  return inStep(context, record, ["bound"], (now) =>
    advance(context, now, { step: "pending", handedOver, owner: undefined }),
  );
}

/**
 * Disables the old key: "pending" → "disabled". `PATCH /keys/{hash}`.
 * @throws RefusedStepError unless the new key can be used: no key would be left that can
 * @throws NotFoundError when the old key is gone: `close` the rotation
 */
export function disableOld(context: RotationContext, record: Rotation): Promise<Rotation> {
  return inStep(context, record, ["pending"], async (now) => {
    await expectNewUsable(context, now);
    await changeOwn(context, now, now.old.hash, { disabled: true });
    return advance(context, now, { step: "disabled" });
  });
}

/**
 * Enables the old key again: "disabled" → "pending". `PATCH /keys/{hash}`.
 * @throws NotFoundError when it is gone
 */
export function undoDisable(context: RotationContext, record: Rotation): Promise<Rotation> {
  return inStep(context, record, ["disabled"], async (now) => {
    await changeOwn(context, now, now.old.hash, { disabled: false });
    return advance(context, now, { step: "pending" });
  });
}

/**
 * Deletes the old key with its history, only from "disabled"; succeeds if it is gone already. `DELETE /keys/{hash}`.
 * Ends the rotation as `close` does.
 * @throws RefusedStepError when the key was enabled elsewhere (it may be in use), or unless the new key can be used
 */
export function deleteOld(context: RotationContext, record: Rotation): Promise<Rotation | undefined> {
  return inStep(context, record, ["disabled"], async (now) => {
    const old = await readOwn(context, now, now.old.hash);
    if (old && !old.disabled) throw new RefusedStepError("enabledAgain", now);
    if (old) {
      await expectNewUsable(context, now);
      await deleteIfThere(context, now, old.hash);
    }
    return end(context, now);
  });
}

/**
 * Ends the rotation and leaves both keys as they are (a disabled key keeps its history). Gives the record back, as
 * "finished", only while a limit is still to be restored; closing that gives the limit up.
 */
export async function close(context: RotationContext, record: Rotation): Promise<Rotation | undefined> {
  expectStep(record, [...HANDED_OVER, "finished"]);
  return inStep(context, record, [record.step], (now) => end(context, now));
}

/**
 * Undoes the rotation: the old key as it was before, the new key deleted, its secret discarded, no record.
 * From "creating" it deletes the orphans that the person chose; never the old key.
 * @throws RefusedStepError when the rotation has gone on since the record was read: the person decided about that
 * @throws NotFoundError when the old key is gone, so that the new one is not the only one to be deleted
 */
export async function rollBack(context: RotationContext, record: Rotation, choice: OrphanChoice = {}): Promise<void> {
  const { journal, secrets } = context;
  expectStep(record, ["creating", "created", "bound", ...HANDED_OVER]);
  return inStep(context, record, [record.step], async (now) => {
    await (now.step === "creating" ? deleteOrphans(context, now, choice) : deleteNew(context, now));
    await secrets.discard(now.id);
    await journal.remove(now.id);
  });
}

/**
 * Deletes a key that a lost create made late, after it was sent again. `GET /keys`, `DELETE /keys/{hash}`.
 * @throws RefusedStepError when it cannot be that, or its secret is held
 */
export function deleteStray(context: RotationContext, record: Rotation, hash: string): Promise<void> {
  return inStep(context, record, ALL, async (now) => {
    const key = await readOwn(context, now, hash);
    if (!key) return;
    if (findOrphans(now, [key]).length === 0) throw new RefusedStepError("otherStep", now);
    if (await isHeld(context, hash, now.id)) throw new RefusedStepError("secretHeld", now);
    await deleteIfThere(context, now, hash);
  });
}

/** True once the period has ended to whose remainder the new key's limit was cut. */
export function restoreDue(record: Rotation, now: Date): boolean {
  return record.new !== undefined && record.restoreLimit !== undefined && Date.parse(record.restoreLimit.from) <= +now;
}

/**
 * Gives the new key its whole limit, unless somebody has changed it since. `PATCH /keys/{hash}`.
 * Undefined when that was all that was left of the rotation.
 */
export function restoreLimit(context: RotationContext, record: Rotation): Promise<Rotation | undefined> {
  return inStep(context, record, ALL, async (now) => {
    if (now.restoreLimit) {
      const key = await readOwn(context, now, newKey(now).hash);
      if (key && isCut(now, key)) await changeOwn(context, now, key.hash, { limit: now.restoreLimit.limit });
    }
    return now.step === "finished" ? end(context, now) : advance(context, now, { restoreLimit: undefined });
  });
}

/** True if the new key still has the limit with which the rotation created it. */
export function isCut({ body }: Rotation, { limit }: Key): boolean {
  return Math.abs((limit ?? Number.NaN) - (body.limit ?? Number.NaN)) < 1e-6;
}

async function end(context: RotationContext, record: Rotation): Promise<Rotation | undefined> {
  if (record.restoreLimit && record.step !== "finished") return advance(context, record, { step: "finished" });
  await context.journal.remove(record.id);
  return undefined;
}

async function expectNewUsable(context: RotationContext, record: Rotation): Promise<void> {
  const key = await readOwn(context, record, newKey(record).hash);
  if (!key) throw new RefusedStepError("newGone", record);
  const expired = Date.parse(key.expires_at ?? "") <= context.client.now().getTime();
  if (key.disabled || expired) throw new RefusedStepError("newUnusable", record);
}

/** @throws NotFoundError when the old key is gone */
async function expectOld(context: RotationContext, record: Rotation): Promise<void> {
  const { client, signal } = context;
  await inAccount(context, record, getKey(client, record.old.hash, { signal, fresh: true }));
}

async function deleteOrphans(context: RotationContext, record: Rotation, choice: OrphanChoice): Promise<void> {
  const doomed = await confirmOrphans(context, record, choice);
  if (doomed.length > 0 && (await isHeld(context, record.id, ...doomed))) await expectOld(context, record);
  for (const hash of doomed) {
    // The secret first: once the orphan is gone, nothing tells whose it was.
    await context.secrets.discard(hash);
    await deleteIfThere(context, record, hash);
  }
}

async function deleteNew(context: RotationContext, record: Rotation): Promise<void> {
  const { hash } = newKey(record);
  // "pending" too: it may have been cut off while disabling.
  if (HANDED_OVER.includes(record.step))
    await changeOwn(context, record, record.old.hash, { disabled: record.old.disabled });
  // With its secret held it can replace the old key, and is the last one where that is gone.
  else if ((await isHeld(context, hash)) && (await readOwn(context, record, hash))) await expectOld(context, record);
  await deleteIfThere(context, record, hash);
  await context.secrets.discard(hash);
}

function newKey(record: Rotation): KeyRef {
  if (record.new) return record.new;
  throw new InvalidInputError("The rotation has no new key yet.", "Continue it or roll it back.");
}
