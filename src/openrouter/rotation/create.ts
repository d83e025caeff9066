import type { Client } from "../client.ts";
import { findCreatedKey } from "../createdKeys.ts";
import { createKey, getKey } from "../endpoints/keys.ts";
import { UncertainWriteError } from "../errors.ts";
import { listAllKeys } from "../paging.ts";
import { deleteIfThere, expectAccount, RefusedStepError } from "./account.ts";
import { findOrphans } from "./recover.ts";
import type { Journal, KeyRef, Rotation, SecretKeeper, Step } from "./types.ts";

export interface RotationContext {
  client: Client;
  journal: Journal;
  secrets: SecretKeeper;
  signal?: AbortSignal;
}

/** What the person said of the orphans they were shown, by hash. */
export interface OrphanChoice {
  /** To be deleted. */
  remove?: string[];
  /** Somebody else's: left alone. */
  spare?: string[];
}

/**
 * Creates the new key: → "created", its secret held. `GET /keys`, `POST /keys`.
 * An error that surely created nothing leaves no record; after any other one the record is "creating", see `assess`.
 * @throws UncertainWriteError when the answer was lost, also by `signal`, and the key may exist
 * @throws NotFoundError when the old key is gone
 */
export async function begin(context: RotationContext, record: Rotation): Promise<Rotation> {
  const { client, journal, secrets, signal } = context;
  expectStep(record, "creating");
  const { usage, byok_usage } = await getKey(client, record.old.hash, { signal, fresh: true });
  const { keys } = await listAllKeys(client, {}, { signal, fresh: true });
  const knownHashes = keys.filter((key) => key.name === record.body.name).map((key) => key.hash);
  signal?.throwIfAborted();
  // Before the create, so that its key can be found however the answer is lost.
  const creating = await advance(journal, record, {
    knownHashes,
    old: { ...record.old, usage: { usage, byok_usage: byok_usage ?? 0 } },
  });
  const made = await createKey(client, creating.body, { signal }).catch(async (error) => {
    if (!(error instanceof UncertainWriteError)) await journal.remove(creating.id);
    throw error;
  });
  const { key: secret } = made;
  const data = await findCreatedKey(client, made, creating.body, { signal });
  const created = refOf(data ?? { hash: made.hash ?? creating.id, name: creating.body.name, label: "" });
  // The secret first: a record that says "created" promises that it is held.
  await secrets.hold(created, secret);
  return advance(journal, creating, { step: "created", new: created });
}

/** Takes on the new key of a create that was cut off after its secret was held: "creating" → "created". */
export async function adopt({ journal }: RotationContext, record: Rotation, key: KeyRef): Promise<Rotation> {
  expectStep(record, "creating");
  return advance(journal, record, { step: "created", new: refOf(key) });
}

/**
 * Sends a lost create again after its orphan is deleted: "creating" → "created". Errors as in `begin`.
 * @throws RefusedStepError when there is an orphan that the person was not shown, or in another account
 */
export async function recreate(context: RotationContext, record: Rotation, choice: OrphanChoice): Promise<Rotation> {
  for (const hash of await confirmOrphans(context, record, choice)) await deleteIfThere(context, record, hash);
  return begin(context, { ...record, recreated: true });
}

/** Which orphans to delete, held against what is there now: never a key that could not be this rotation's. */
export async function confirmOrphans(
  { client, signal }: RotationContext,
  record: Rotation,
  { remove = [], spare = [] }: OrphanChoice,
): Promise<string[]> {
  expectStep(record, "creating");
  const { keys } = await listAllKeys(client, {}, { signal, fresh: true });
  expectAccount(record, keys);
  const orphans = findOrphans(record, keys).map((key) => key.hash);
  if (orphans.some((hash) => !remove.includes(hash) && !spare.includes(hash)))
    throw new RefusedStepError(
      "newOrphan",
      `Another key ${JSON.stringify(record.body.name)} has appeared; it may be the one that this rotation created.`,
      "Refresh the keys and decide again.",
    );
  return remove.filter((hash) => orphans.includes(hash));
}

/** Writes the record with its changes and gives it back. */
export async function advance(journal: Journal, record: Rotation, changes: Partial<Rotation>): Promise<Rotation> {
  const next = { ...record, ...changes };
  await journal.write(next);
  return next;
}

export function expectStep(record: Rotation, ...steps: Step[]): void {
  if (!steps.includes(record.step))
    throw new RefusedStepError(
      "otherStep",
      `The rotation of ${JSON.stringify(record.old.name)} is at "${record.step}", not at ${steps.join(" or ")}.`,
      "Refresh: another window may have gone on with it.",
    );
}

const refOf = ({ hash, name, label }: KeyRef): KeyRef => ({ hash, name, label });
