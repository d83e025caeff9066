// What is gone, and what is only not in the account that was asked: a 404 says both.
import { deleteKey, getKey } from "../endpoints/keys.ts";
import { InvalidInputError, NotFoundError } from "../errors.ts";
import { listAllKeys } from "../paging.ts";
import type { Key } from "../schemas.ts";
import type { RotationContext } from "./create.ts";
import { belongsTo } from "./recover.ts";
import type { Rotation } from "./types.ts";

/** Why a step is not taken; in the `reason`, for those who say it in another language. */
export class RefusedStepError extends InvalidInputError {
  override name = "RefusedStepError";
  readonly reason: "otherAccount" | "otherStep" | "newOrphan" | "enabledAgain";

  constructor(reason: RefusedStepError["reason"], message: string, nextStep: string) {
    super(message, nextStep);
    this.reason = reason;
  }
}

/** @throws RefusedStepError unless the keys, of a complete and fresh reading, are of the record's account */
export function expectAccount(record: Rotation, keys: readonly Key[]): void {
  if (!belongsTo(record, keys))
    throw new RefusedStepError(
      "otherAccount",
      `The rotation of ${JSON.stringify(record.old.name)} belongs to another account.`,
      "Use the account in which it was begun.",
    );
}

/** One of the record's keys as it is now; undefined where it surely is gone. `GET /keys/{hash}`. */
export async function readOwn(context: RotationContext, record: Rotation, hash: string): Promise<Key | undefined> {
  const { client, signal } = context;
  return orGone(context, record, getKey(client, hash, { signal, fresh: true }));
}

/** Deletes a key; one that is gone already is as good. `DELETE /keys/{hash}`. */
export async function deleteIfThere(context: RotationContext, record: Rotation, hash: string): Promise<void> {
  const { client, signal } = context;
  await orGone(context, record, deleteKey(client, hash, { signal }));
}

/** The answer, or undefined where the thing is gone: a 404 is believed only in the record's account. */
async function orGone<T>(context: RotationContext, record: Rotation, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    await requireAccount(context, record);
    return undefined;
  }
}

/** @throws RefusedStepError unless the client's account surely is the record's */
export async function requireAccount({ client, signal }: RotationContext, record: Rotation): Promise<void> {
  const { keys } = await listAllKeys(client, {}, { signal, fresh: true });
  expectAccount(record, keys);
}
