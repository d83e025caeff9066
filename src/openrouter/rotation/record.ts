// The journal record of a rotation: JSON without secrets from which every step can be resumed.
import * as z from "zod";
import type { Client } from "../http/call.ts";

const usd = z.number();
const iso = z.string();
/** Credits and BYOK spend since the key was created, USD. */
const SpendSoFar = z.object({ usage: usd, byok_usage: usd });
const KeyRef = z.object({ hash: z.string(), name: z.string(), label: z.string() });

export const Rotation = z.object({
  version: z.literal(2),
  /** The profile id of the key's account; undefined in records of versions without accounts. */
  account: z.string().optional(),
  /** UUID. */
  id: z.string(),
  /**
   * The last completed step. "creating": the create may have been sent; "created": the new key's secret is stored; "bound":
   * its guardrail is assigned; "pending": the user has the secret, the old key is active; "disabled": the old key is
   * disabled; "finished": only the limit is still to be restored.
   */
  step: z.enum(["creating", "created", "bound", "pending", "disabled", "finished"]),
  startedAt: iso,
  old: KeyRef.extend({
    /** Before the rotation; rolling back restores it. */
    disabled: z.boolean(),
    /** At the start of the rotation. */
    usage: SpendSoFar,
    workspace_id: z.string().optional(),
  }),
  /** The body of `POST /keys`. */
  body: z.object({
    name: z.string(),
    limit: usd.nullish(),
    limit_reset: z.string().nullish(),
    expires_at: iso.nullish(),
    include_byok_in_limit: z.boolean().optional(),
    workspace_id: z.string().optional(),
    creator_user_id: z.string().nullish(),
  }),
  /** The guardrail to assign to the new key. */
  guardrail: z.object({ id: z.string(), name: z.string() }).optional(),
  /** Hashes of keys that had the new name before the create, so that they are not taken for orphans. */
  knownHashes: z.array(z.string()),
  /** True if the create was repeated: if the first one takes effect late, its key is a stray. */
  recreated: z.boolean().optional(),
  new: KeyRef.optional(),
  /** How the user received the secret. */
  handedOver: z.enum(["copied", "replaced", "kept"]).optional(),
  /** URIs of files in which the old key was found before the rotation; searched besides those of the setting. */
  foundIn: z.array(z.string()).optional(),
  /** URIs of the files in which the new secret replaced the old key. */
  files: z.array(z.string()).optional(),
  /** The old key's highest known usage. */
  lastUsage: SpendSoFar.optional(),
  /** The old key's `last_used_at` if that is after `startedAt`, or when its usage was last seen to rise, if that is later. */
  lastSpentAt: iso.optional(),
  /** Set if the new key's limit was reduced to the period's remainder: the full limit, and the end of the period. */
  restoreLimit: z.object({ limit: usd, from: iso }).optional(),
  remindedAt: iso.optional(),
  snoozedUntil: iso.optional(),
  /**
   * The process that works on the rotation. Another process may get the same pid later, hence `since`; it may outlive its
   * window, hence `pulse`, the path of a file that the window touches while it is open.
   */
  owner: z.object({ pid: z.number(), since: iso.optional(), pulse: z.string().optional() }).optional(),
});

export type Rotation = z.infer<typeof Rotation>;
export type RotationStep = Rotation["step"];
export type SpendSoFar = z.infer<typeof SpendSoFar>;
export type KeyRef = z.infer<typeof KeyRef>;
export type HandedOver = NonNullable<Rotation["handedOver"]>;

/** Stores records, shared by all windows. Changes are durable once they resolve; removing a missing record succeeds. */
export interface Journal {
  /** Returns all records. */
  list(): Promise<readonly Rotation[]>;
  /** Returns a record; undefined if it was removed. */
  read(id: string): Promise<Rotation | undefined>;
  /** Adds a record. */
  create(record: Rotation): Promise<void>;
  /** Updates the stored record atomically; returns undefined if it was removed. */
  update(id: string, change: (record: Rotation) => Rotation): Promise<Rotation | undefined>;
  remove(id: string): Promise<void>;
  /**
   * Takes a lock that only one caller in any process can hold, and returns its release function, which never fails. Undefined
   * if the lock isn't released in time. A process that ended holds no lock.
   */
  lock(name: string): Promise<(() => Promise<void>) | undefined>;
}

/** Stores secrets until the user has them. Changes are durable once they resolve; discarding a missing secret succeeds. */
export interface PendingSecretStore {
  /** @param key its `hash` is the rotation's id if the key is not known yet */
  store(key: KeyRef, secret: string): Promise<void>;
  get(hash: string): Promise<string | undefined>;
  discard(hash: string): Promise<void>;
}

/** The dependencies of every step. */
export interface RotationContext {
  client: Client;
  journal: Journal;
  secrets: PendingSecretStore;
  signal?: AbortSignal;
  /**
   * Returns the keys that exist before a create, read shortly before, for many rotations in a row. By default, each reads
   * its own list.
   */
  existingKeys?(): Promise<readonly ExistingKey[]>;
}

/** A key whose name a new key may get, too. */
export type ExistingKey = Pick<KeyRef, "hash" | "name">;

/**
 * Parses a stored record; undefined if it is invalid or of a later version. Version 1 is the same without `account`.
 */
export function parseRotation(stored: unknown): Rotation | undefined {
  const isVersion1 = (stored as { version?: unknown } | null | undefined)?.version === 1;
  return Rotation.safeParse(isVersion1 ? { ...(stored as object), version: 2, account: undefined } : stored).data;
}
