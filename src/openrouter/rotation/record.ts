// The journal record of a rotation: plain JSON without a secret, so that every step can be resumed from it alone.
import * as z from "zod";
import type { Client } from "../http/call.ts";

const usd = z.number();
const iso = z.string();
/** Credits and what was paid to providers directly, USD since the key was made. */
const SpendSoFar = z.object({ usage: usd, byok_usage: usd });
const KeyRef = z.object({ hash: z.string(), name: z.string(), label: z.string() });

export const Rotation = z.object({
  version: z.literal(2),
  /** The account whose key is rotated, by its profile's id; undefined where a version that knew no accounts began it. */
  account: z.string().optional(),
  /** UUID. */
  id: z.string(),
  /**
   * What is surely done. "creating": the create may have been sent; "created": the new key's secret is held; "bound": its
   * guardrail is assigned; "pending": the person has the secret, the old key lives; "disabled": the old key is disabled;
   * "finished": the old key is done with and only the limit is still to be restored.
   */
  step: z.enum(["creating", "created", "bound", "pending", "disabled", "finished"]),
  startedAt: iso,
  old: KeyRef.extend({
    /** Before the rotation: what rolling back returns to. */
    disabled: z.boolean(),
    /** At the rotation. */
    usage: SpendSoFar,
    workspace_id: z.string().optional(),
  }),
  /** `POST /keys` as it is sent. */
  body: z.object({
    name: z.string(),
    limit: usd.nullish(),
    limit_reset: z.string().nullish(),
    expires_at: iso.nullish(),
    include_byok_in_limit: z.boolean().optional(),
    workspace_id: z.string().optional(),
    creator_user_id: z.string().nullish(),
  }),
  /** To be assigned to the new key. */
  guardrail: z.object({ id: z.string(), name: z.string() }).optional(),
  /** Keys that had the new name before the create: not what a lost create left. */
  knownHashes: z.array(z.string()),
  /** The create was sent again: should the first one arrive late, its key is a stray. */
  recreated: z.boolean().optional(),
  new: KeyRef.optional(),
  /** How the person took the secret. */
  handedOver: z.enum(["copied", "replaced", "kept"]).optional(),
  /** The highest of the old key that was seen. */
  lastUsage: SpendSoFar.optional(),
  /** When a rise of the old key's usage was last seen, or when it was last used, if that was later. */
  lastSpentAt: iso.optional(),
  /** The new key's limit was cut to what remained of the period: the whole one, due when the period has ended. */
  restoreLimit: z.object({ limit: usd, from: iso }).optional(),
  remindedAt: iso.optional(),
  snoozedUntil: iso.optional(),
  /** The process that works on it now, and since when: a pid alone may be another's after a restart. */
  owner: z.object({ pid: z.number(), since: iso.optional() }).optional(),
});

export type Rotation = z.infer<typeof Rotation>;
export type RotationStep = Rotation["step"];
export type SpendSoFar = z.infer<typeof SpendSoFar>;
export type KeyRef = z.infer<typeof KeyRef>;
export type HandedOver = NonNullable<Rotation["handedOver"]>;

/**
 * Where records live, shared by every window. What was changed is durable once it resolves; removing what is not there
 * is no error.
 */
export interface Journal {
  /** The records as they are stored now. */
  list(): Promise<readonly Rotation[]>;
  /** A record as it is stored now; undefined where it is gone. */
  read(id: string): Promise<Rotation | undefined>;
  /** Adds a record. */
  create(record: Rotation): Promise<void>;
  /** Changes a record as it is stored now, in one piece; one that is gone stays gone, and the answer is undefined. */
  update(id: string, change: (record: Rotation) => Rotation): Promise<Rotation | undefined>;
  remove(id: string): Promise<void>;
  /**
   * Takes a lock that one caller at a time can have, in this process or another, and gives back how to release it, which
   * does not fail; undefined where another has it and does not release it soon. A process that ended holds no lock.
   */
  lock(name: string): Promise<(() => Promise<void>) | undefined>;
}

/** Where a secret waits until the person has it. Durable once it resolves; discarding what is not there is no error. */
export interface PendingSecretStore {
  /** @param key its `hash` is the rotation's id where the key is not known yet */
  hold(key: KeyRef, secret: string): Promise<void>;
  secret(hash: string): Promise<string | undefined>;
  discard(hash: string): Promise<void>;
}

/** What every step works with. */
export interface RotationContext {
  client: Client;
  journal: Journal;
  secrets: PendingSecretStore;
  signal?: AbortSignal;
}

/**
 * A record as it was stored, or undefined where it is none, or one of a later version: such a file is left alone.
 * Version 1 knew no accounts and is otherwise the same.
 */
export function parseRotation(stored: unknown): Rotation | undefined {
  const isVersion1 = (stored as { version?: unknown } | null | undefined)?.version === 1;
  return Rotation.safeParse(isVersion1 ? { ...(stored as object), version: 2, account: undefined } : stored).data;
}
