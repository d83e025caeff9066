// From nothing to a new key whose secret is held.

import { listAllKeys } from "../account/listAll.ts";
import { createKey, getKey } from "../endpoints/keys.ts";
import { ClientEndedError, OpenRouterError, UncertainWriteError } from "../errors.ts";
import { findOrphans } from "./assess.ts";
import { findKeyBySecret, newKeyFromResponse, placeholderKey } from "./newKey.ts";
import type { KeyRef, Rotation, RotationContext } from "./record.ts";
import { RefusedStepError } from "./refusedStepError.ts";
import { deleteKeyIfExists, readAccountKeys, readRotationKey } from "./rotationKeys.ts";
import { assertStep, isSecretHeld, runStep, updateRecord, withLock } from "./runStep.ts";

/** The person's choice for the orphans they were shown, by hash. */
export interface OrphanChoice {
  /** To be deleted. */
  remove?: string[];
  /** Somebody else's: left alone. */
  spare?: string[];
}

/**
 * Creates the new key: → "created", its secret held. `GET /keys`, `POST /keys`.
 * An error that surely created nothing leaves no record; after any other one the record is "creating", see `assess`.
 * @throws RefusedStepError when the old key is being rotated already, by whatever window
 * @throws UncertainWriteError when the answer was lost, also by `signal`, and the key may exist
 * @throws NotFoundError when the old key is gone
 */
export async function beginRotation(context: RotationContext, record: Rotation): Promise<Rotation> {
  const { journal } = context;
  assertStep(record, ["creating"]);
  return withLock(context, record, async () => {
    const isOther = ({ id, old, step }: Rotation) =>
      id === record.id || (old.hash === record.old.hash && step !== "finished");
    if ((await journal.list()).some(isOther)) throw new RefusedStepError("rotating", record);
    return createNewKey(context, record, async (found) => {
      const first = { ...record, ...found };
      await journal.create(first);
      return first;
    });
  });
}

/**
 * Takes on the new key of a create that was cut off after its secret was held: "creating" → "created".
 * @throws RefusedStepError when it is not this rotation's, was deleted, or its secret is not held
 */
export function adoptNewKey(
  context: RotationContext,
  record: Rotation,
  { hash }: Pick<KeyRef, "hash">,
): Promise<Rotation> {
  return runStep(context, record, ["creating"], async (now) => {
    const key = await readRotationKey(context, now, hash);
    if (!key) throw new RefusedStepError("newGone", now);
    const isOwn = findOrphans(now, [key]).length > 0;
    if (!isOwn || !(await isSecretHeld(context, hash))) throw new RefusedStepError("newUnknown", now);
    // `identify` may have been cut off between.
    await context.secrets.discard(now.id);
    return updateRecord(context, now, { step: "created", new: toKeyRef(key) });
  });
}

/**
 * Finds the new key whose secret is held while the answer did not say which key it is: "creating" → "created". `GET /keys`.
 * @throws RefusedStepError when it is not in the list; the secret stays held
 */
export function identifyNewKey(context: RotationContext, record: Rotation): Promise<Rotation> {
  return runStep(context, record, ["creating"], async (now) => {
    const secret = await context.secrets.secret(now.id);
    if (secret === undefined) throw new RefusedStepError("otherStep", now);
    return identifyBySecret(context, now, secret);
  });
}

/**
 * Sends a lost create again after its orphan is deleted: "creating" → "created". Errors as in `begin`.
 * @throws RefusedStepError when there is an orphan that the person was not shown, in another account, or while the
 * secret of a key that was created is held
 */
export function recreateKey(context: RotationContext, record: Rotation, choice: OrphanChoice): Promise<Rotation> {
  return runStep(context, record, ["creating"], async (now) => {
    const doomed = await confirmOrphans(context, now, choice);
    if (await isSecretHeld(context, now.id, ...doomed)) throw new RefusedStepError("secretHeld", now);
    for (const hash of doomed) await deleteKeyIfExists(context, now, hash);
    return createNewKey(context, now, (found) => updateRecord(context, now, { ...found, recreated: true }));
  });
}

/** Which orphans to delete, held against what is there now: never a key that could not be this rotation's. */
export async function confirmOrphans(
  context: RotationContext,
  record: Rotation,
  { remove = [], spare = [] }: OrphanChoice,
): Promise<string[]> {
  const orphans = findOrphans(record, await readAccountKeys(context, record, { whole: true }));
  if (orphans.some(({ hash }) => !remove.includes(hash) && !spare.includes(hash)))
    throw new RefusedStepError("newOrphan", record);
  const secret = await context.secrets.secret(record.id);
  const own = secret === undefined ? undefined : findKeyBySecret(orphans, secret);
  if (own && !remove.includes(own.hash)) throw new RefusedStepError("secretHeld", record);
  return orphans.map(({ hash }) => hash).filter((hash) => remove.includes(hash));
}

/** @param write writes what was found of the account before the create, so that its key is found however the answer is lost */
async function createNewKey(
  context: RotationContext,
  record: Rotation,
  write: (found: Pick<Rotation, "knownHashes" | "old">) => Promise<Rotation>,
): Promise<Rotation> {
  const { client, journal, secrets, signal } = context;
  const { usage, byok_usage } = await getKey(client, record.old.hash, { signal, fresh: true });
  const { keys } = await listAllKeys(client, {}, { signal, fresh: true });
  const knownHashes = keys.filter((key) => key.name === record.body.name).map((key) => key.hash);
  signal?.throwIfAborted();
  const creating = await write({ knownHashes, old: { ...record.old, usage: { usage, byok_usage: byok_usage ?? 0 } } });
  const made = await createKey(client, creating.body, { signal }).catch(async (error) => {
    if (createdNothing(error)) await journal.remove(creating.id);
    throw error;
  });
  const created = newKeyFromResponse(creating, made);
  // The secret first: a record that says "created" promises that it is held, and nobody can show it again.
  await secrets.hold(created ?? placeholderKey(creating, made.key), made.key);
  if (!created) return identifyBySecret(context, creating, made.key);
  return updateRecord(context, creating, { step: "created", new: created });
}

const createdNothing = (error: unknown) =>
  error instanceof ClientEndedError || (error instanceof OpenRouterError && !(error instanceof UncertainWriteError));

/** From the secret, held under the rotation's id, to the key, under whose hash it is held from here on. */
async function identifyBySecret(context: RotationContext, record: Rotation, secret: string): Promise<Rotation> {
  const { secrets } = context;
  const key = findKeyBySecret(findOrphans(record, await readAccountKeys(context, record)), secret);
  if (!key) throw new RefusedStepError("newUnknown", record);
  const created = toKeyRef(key);
  await secrets.hold(created, secret);
  await secrets.discard(record.id);
  return updateRecord(context, record, { step: "created", new: created });
}

const toKeyRef = ({ hash, name, label }: KeyRef): KeyRef => ({ hash, name, label });
