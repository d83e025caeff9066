// Tells a key that is gone from one that belongs to another account: a 404 can mean either.

import { listAllKeys } from "../account/listAll.ts";
import { deleteKey, getKey, updateKey } from "../endpoints/keys.ts";
import { NotAppliedError, NotFoundError } from "../errors.ts";
import { findDifferences, formatDifference } from "../findDifferences.ts";
import type { Key, KeyUpdate } from "../schemas.ts";
import { belongsTo } from "./assess.ts";
import type { Rotation, RotationContext } from "./record.ts";
import { RefusedStepError } from "./refusedStepError.ts";

/**
 * Every key of the account, read now.
 * @param whole refuses a list that lacks keys which could not be read: what is not in it may be there all the same
 * @throws RefusedStepError unless it is the record's account
 */
export async function readAccountKeys(
  { client, signal }: RotationContext,
  record: Rotation,
  { whole = false } = {},
): Promise<Key[]> {
  const { keys, unreadable, unreadableWorkspaces } = await listAllKeys(client, {}, { signal, fresh: true });
  if (whole && (unreadable || unreadableWorkspaces)) throw new RefusedStepError("incomplete", record);
  if (!belongsTo(record, keys)) throw new RefusedStepError("otherAccount", record);
  return keys;
}

/** One of the record's keys as it is now; undefined where it surely is gone. `GET /keys/{hash}`. */
export async function readRotationKey(
  context: RotationContext,
  record: Rotation,
  hash: string,
): Promise<Key | undefined> {
  const { client, signal } = context;
  return undefinedIfNotFound(checkAccountIfNotFound(context, record, getKey(client, hash, { signal, fresh: true })));
}

/** Changes one of the record's keys. `PATCH /keys/{hash}`. @throws NotAppliedError when the answer says otherwise */
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
      `OpenRouter did not change the key ${JSON.stringify(key.name)} as asked (${formatDifference(difference)}).`,
      "Try again.",
    );
}

/** Deletes a key; succeeds if it is gone already. `DELETE /keys/{hash}`. */
export async function deleteKeyIfExists(context: RotationContext, record: Rotation, hash: string): Promise<void> {
  const { client, signal } = context;
  await undefinedIfNotFound(checkAccountIfNotFound(context, record, deleteKey(client, hash, { signal })));
}

/**
 * Holds a "not found" against the account: only in the record's own does it say that a thing is gone.
 * @throws NotFoundError when it is gone, RefusedStepError when the account is another
 */
export async function checkAccountIfNotFound<T>(
  context: RotationContext,
  record: Rotation,
  answer: Promise<T>,
): Promise<T> {
  return answer.catch(async (error: unknown) => {
    if (error instanceof NotFoundError) await readAccountKeys(context, record);
    throw error;
  });
}

async function undefinedIfNotFound<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  });
}
