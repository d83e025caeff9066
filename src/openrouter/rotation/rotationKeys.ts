// Reads and changes a rotation's keys. After a 404 it checks the account: the key may be deleted or belong to another one.

import { listAllKeys } from "../account/listAll.ts";
import { deleteKey, getKey, updateKey } from "../endpoints/keys.ts";
import { NotAppliedError, NotFoundError } from "../errors.ts";
import { findDifferences, formatDifference } from "../findDifferences.ts";
import type { Key, KeyUpdate } from "../schemas.ts";
import { belongsTo } from "./belongsTo.ts";
import type { Rotation, RotationContext } from "./record.ts";
import { RefusedStepError } from "./refusedStepError.ts";

/**
 * Reads all keys of the account.
 * @param complete if true, throws if keys could not be read: a key missing from the list may exist
 * @throws RefusedStepError if the account isn't the record's
 */
export async function readAccountKeys(
  { client, signal }: RotationContext,
  record: Rotation,
  { complete = false } = {},
): Promise<Key[]> {
  const { keys, unreadable, unreadableWorkspaces } = await listAllKeys(client, {}, { signal, fresh: true });
  if (complete && (unreadable || unreadableWorkspaces)) throw new RefusedStepError("incomplete", record);
  if (!belongsTo(record, keys)) throw new RefusedStepError("otherAccount", record);
  return keys;
}

/** Reads one of the rotation's keys; undefined if it was deleted. `GET /keys/{hash}`. */
export async function readRotationKey(
  context: RotationContext,
  record: Rotation,
  hash: string,
): Promise<Key | undefined> {
  const { client, signal } = context;
  return undefinedIfNotFound(checkAccountIfNotFound(context, record, getKey(client, hash, { signal, fresh: true })));
}

/** Updates one of the rotation's keys. `PATCH /keys/{hash}`. @throws NotAppliedError if the response contradicts the request */
export async function updateRotationKey(
  context: RotationContext,
  record: Rotation,
  hash: string,
  changes: KeyUpdate,
): Promise<void> {
  const { client, signal } = context;
  const key = await checkAccountIfNotFound(context, record, updateKey(client, hash, changes, { signal }));
  const [difference] = findDifferences(changes, key);
  if (difference)
    throw new NotAppliedError(
      `OpenRouter did not change the key ${JSON.stringify(key.name)} as requested (${formatDifference(difference)}).`,
      "Try again.",
    );
}

/** Deletes a key; succeeds if it is already deleted. `DELETE /keys/{hash}`. */
export async function deleteKeyIfExists(context: RotationContext, record: Rotation, hash: string): Promise<void> {
  const { client, signal } = context;
  await undefinedIfNotFound(checkAccountIfNotFound(context, record, deleteKey(client, hash, { signal })));
}

/**
 * Checks the account after a 404, which means "deleted" only in the record's own account.
 * @throws NotFoundError if it was deleted; RefusedStepError if the account is another one
 */
export async function checkAccountIfNotFound<T>(
  context: RotationContext,
  record: Rotation,
  response: Promise<T>,
): Promise<T> {
  return response.catch(async (error: unknown) => {
    if (error instanceof NotFoundError) await readAccountKeys(context, record);
    throw error;
  });
}

async function undefinedIfNotFound<T>(response: Promise<T>): Promise<T | undefined> {
  return response.catch((error: unknown) => {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  });
}
