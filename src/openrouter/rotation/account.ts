// Tells a key that is gone from one that belongs to another account: a 404 can mean either.

import { listAllKeys } from "../account/paging.ts";
import { differences, differenceText } from "../differences.ts";
import { deleteKey, getKey, updateKey } from "../endpoints/keys.ts";
import { NotAppliedError, NotFoundError } from "../errors.ts";
import type { Key, KeyUpdate } from "../schemas.ts";
import { belongsTo } from "./recover.ts";
import { RefusedStepError } from "./refused.ts";
import type { Rotation, RotationContext } from "./types.ts";

/**
 * Every key of the account, read now.
 * @param whole refuses a list that lacks keys which could not be read: what is not in it may be there all the same
 * @throws RefusedStepError unless it is the record's account
 */
export async function readAccount(
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
export async function readOwn(context: RotationContext, record: Rotation, hash: string): Promise<Key | undefined> {
  const { client, signal } = context;
  return orGone(inAccount(context, record, getKey(client, hash, { signal, fresh: true })));
}

/** Changes one of the record's keys. `PATCH /keys/{hash}`. @throws NotAppliedError when the answer says otherwise */
export async function changeOwn(
  context: RotationContext,
  record: Rotation,
  hash: string,
  changes: KeyUpdate,
): Promise<void> {
  const { client, signal } = context;
  const key = await inAccount(context, record, updateKey(client, hash, changes, { signal }));
  const [difference] = differences(changes, key);
  if (difference)
    throw new NotAppliedError(
      `OpenRouter did not change the key ${JSON.stringify(key.name)} as asked (${differenceText(difference)}).`,
      "Try again.",
    );
}

/** Deletes a key; succeeds if it is gone already. `DELETE /keys/{hash}`. */
export async function deleteIfThere(context: RotationContext, record: Rotation, hash: string): Promise<void> {
  const { client, signal } = context;
  await orGone(inAccount(context, record, deleteKey(client, hash, { signal })));
}

/**
 * Holds a "not found" against the account: only in the record's own does it say that a thing is gone.
 * @throws NotFoundError when it is gone, RefusedStepError when the account is another
 */
export async function inAccount<T>(context: RotationContext, record: Rotation, answer: Promise<T>): Promise<T> {
  return answer.catch(async (error: unknown) => {
    if (error instanceof NotFoundError) await readAccount(context, record);
    throw error;
  });
}

async function orGone<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  });
}
