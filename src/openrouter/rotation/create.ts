// The first step of a rotation: creates the new key and stores its secret.

import { listAllKeys } from "../account/listAll.ts";
import { createKey, getKey } from "../endpoints/keys.ts";
import { ClientEndedError, OpenRouterError, UncertainWriteError } from "../errors.ts";
import { findOrphans } from "./assess.ts";
import { findKeyBySecret, newKeyFromResponse, placeholderKey } from "./newKey.ts";
import type { KeyRef, Rotation, RotationContext } from "./record.ts";
import { RefusedStepError } from "./refusedStepError.ts";
import { deleteKeyIfExists, readAccountKeys, readRotationKey } from "./rotationKeys.ts";
import { assertStep, isSecretStored, runStep, updateRecord, withLock } from "./runStep.ts";

/** The user's choice for the orphans that they were shown, by hash. */
export interface OrphanChoice {
  /** Delete these. */
  remove?: string[];
  /** Keep these: they are somebody else's. */
  spare?: string[];
}

/**
 * Starts a rotation: creates the new key and stores its secret → "created". `GET /keys`, `POST /keys`.
 * If certainly no key was created, an error leaves no record; otherwise the record stays at "creating", see `assessRotation`.
 * @throws RefusedStepError if the old key is already being rotated, in any window
 * @throws UncertainWriteError if the response was lost or the request cancelled, and the key may exist
 * @throws NotFoundError if the old key was deleted
 */
export async function beginRotation(context: RotationContext, record: Rotation): Promise<Rotation> {
  const { journal } = context;
  assertStep(record, ["creating"]);
  return withLock(context, record, async () => {
    const isConflict = ({ id, old, step }: Rotation) =>
      id === record.id || (old.hash === record.old.hash && step !== "finished");
    if ((await journal.list()).some(isConflict)) throw new RefusedStepError("rotating", record);
    return createNewKey(context, record, async (found) => {
      const first = { ...record, ...found };
      await journal.create(first);
      return first;
    });
  });
}

/**
 * Adopts the new key after an interruption between storing its secret and updating the record: "creating" → "created".
 * @throws RefusedStepError if the key isn't this rotation's, was deleted, or its secret is not stored
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
    if (!isOwn || !(await isSecretStored(context, hash))) throw new RefusedStepError("newUnknown", now);
    // Left over if `identifyNewKey` was interrupted.
    await context.secrets.discard(now.id);
    return updateRecord(context, now, { step: "created", new: toKeyRef(key) });
  });
}

/**
 * Finds the new key by its stored secret if the response didn't identify it: "creating" → "created". `GET /keys`.
 * @throws RefusedStepError if it isn't in the list; the secret stays stored
 */
export function identifyNewKey(context: RotationContext, record: Rotation): Promise<Rotation> {
  return runStep(context, record, ["creating"], async (now) => {
    const secret = await context.secrets.get(now.id);
    if (secret === undefined) throw new RefusedStepError("otherStep", now);
    return identifyBySecret(context, now, secret);
  });
}

/**
 * Repeats a lost create after deleting its orphan: "creating" → "created". Throws like `beginRotation`.
 * @throws RefusedStepError if there is an orphan that the user has not seen, the account is another one, or the secret of
 * the created key is stored
 */
export function recreateKey(context: RotationContext, record: Rotation, choice: OrphanChoice): Promise<Rotation> {
  return runStep(context, record, ["creating"], async (now) => {
    const orphansToDelete = await confirmOrphans(context, now, choice);
    if (await isSecretStored(context, now.id, ...orphansToDelete)) throw new RefusedStepError("secretStored", now);
    for (const hash of orphansToDelete) await deleteKeyIfExists(context, now, hash);
    return createNewKey(context, now, (found) => updateRecord(context, now, { ...found, recreated: true }));
  });
}

/** Checks the user's choice against a fresh list and returns the orphans to delete: only keys that may be this rotation's. */
export async function confirmOrphans(
  context: RotationContext,
  record: Rotation,
  { remove = [], spare = [] }: OrphanChoice,
): Promise<string[]> {
  const orphans = findOrphans(record, await readAccountKeys(context, record, { complete: true }));
  if (orphans.some(({ hash }) => !remove.includes(hash) && !spare.includes(hash)))
    throw new RefusedStepError("newOrphan", record);
  const secret = await context.secrets.get(record.id);
  const own = secret === undefined ? undefined : findKeyBySecret(orphans, secret);
  if (own && !remove.includes(own.hash)) throw new RefusedStepError("secretStored", record);
  return orphans.map(({ hash }) => hash).filter((hash) => remove.includes(hash));
}

/** @param write records the account's state before the create, so that the key is found even if the response is lost */
async function createNewKey(
  context: RotationContext,
  record: Rotation,
  write: (found: Pick<Rotation, "knownHashes" | "old">) => Promise<Rotation>,
): Promise<Rotation> {
  const { client, journal, secrets, signal } = context;
  const { usage, byok_usage } = await getKey(client, record.old.hash, { signal, fresh: true });
  const keys = await (context.existingKeys?.() ?? readKeys(context));
  const knownHashes = keys.filter((key) => key.name === record.body.name).map((key) => key.hash);
  signal?.throwIfAborted();
  const creating = await write({ knownHashes, old: { ...record.old, usage: { usage, byok_usage: byok_usage ?? 0 } } });
  const response = await createKey(client, creating.body, { signal }).catch(async (error) => {
    if (createdNothing(error)) await journal.remove(creating.id);
    throw error;
  });
  const created = newKeyFromResponse(creating, response);
  // Store the secret before anything else: "created" promises that, and the API never shows it again.
  await secrets.store(created ?? placeholderKey(creating, response.key), response.key);
  if (!created) return identifyBySecret(context, creating, response.key);
  return updateRecord(context, creating, { step: "created", new: created });
}

const readKeys = async ({ client, signal }: RotationContext) =>
  (await listAllKeys(client, {}, { signal, fresh: true })).keys;

const createdNothing = (error: unknown) =>
  error instanceof ClientEndedError || (error instanceof OpenRouterError && !(error instanceof UncertainWriteError));

/** Finds the key of a secret stored under the rotation's id, and stores the secret under the key's hash. */
async function identifyBySecret(context: RotationContext, record: Rotation, secret: string): Promise<Rotation> {
  const { secrets } = context;
  const key = findKeyBySecret(findOrphans(record, await readAccountKeys(context, record)), secret);
  if (!key) throw new RefusedStepError("newUnknown", record);
  const created = toKeyRef(key);
  await secrets.store(created, secret);
  await secrets.discard(record.id);
  return updateRecord(context, record, { step: "created", new: created });
}

const toKeyRef = ({ hash, name, label }: KeyRef): KeyRef => ({ hash, name, label });
