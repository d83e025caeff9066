// Assesses an unfinished rotation. Pure: the keys come from a complete, fresh read of the account.
import type { Key } from "../schemas.ts";
import { DAY_MS } from "../time.ts";
import { belongsTo } from "./belongsTo.ts";
import { isHandedOver } from "./observe.ts";
import type { Rotation } from "./record.ts";

/** How far this machine's clock may differ from OpenRouter's. A day is safe: `knownHashes` excludes older keys. */
const CLOCK_SKEW_MS = DAY_MS;

export type RecoveryAction =
  /** Takes the next step. */
  | "continue"
  | "rollBack"
  /** Deletes the record; changes no key. */
  | "close";

export type Finding = {
  /** The actions that are possible now. */
  actions: RecoveryAction[];
} & (
  | { state: "otherAccount" }
  /** No key was created, or not yet: continue with `recreateKey`. */
  | { state: "notCreated" }
  /**
   * The new key exists and its secret is stored, but the record lacks it: continue with `adoptNewKey`. Somebody else created
   * `others` meanwhile: to roll back, remove `key` and spare them.
   */
  | { state: "adoptable"; key: Key; others: Key[] }
  /** The new key exists and its secret is stored, but the key is not identified: continue with `identifyNewKey`. */
  | { state: "unidentified"; orphans: Key[] }
  /**
   * The key was created but its secret is lost: continue with `recreateKey`, which deletes it first. With several orphans,
   * somebody else created keys of the same name, and the user has to choose ours.
   */
  | { state: "orphaned"; orphans: Key[] }
  /** The record's step is valid. `old` or `new` is undefined if that key was deleted elsewhere. */
  | { state: "underway"; old?: Key; new?: Key; isSecretStored: boolean; strays: Key[] }
);

/** Finds keys that this rotation may have created without recording them: with the new name, not known before, never used. */
export function findOrphans(record: Rotation, keys: readonly Key[]): Key[] {
  const notBefore = Date.parse(record.startedAt) - CLOCK_SKEW_MS;
  const known = new Set([...record.knownHashes, record.old.hash, record.new?.hash]);
  return keys.filter(
    (key) =>
      key.name === record.body.name &&
      !known.has(key.hash) &&
      key.usage === 0 &&
      !key.byok_usage &&
      // Nobody has the lost key's secret, so it can't have been used. Free models cost nothing but set `last_used_at`.
      !key.last_used_at &&
      // An unparsable date does not rule the key out.
      !(Date.parse(key.created_at) < notBefore),
  );
}

/**
 * Determines the state of a rotation and the possible actions.
 * @param storedHashes the hashes under which secrets are stored; also the rotation's id if its secret is stored under that
 */
export function assessRotation(record: Rotation, keys: readonly Key[], storedHashes: ReadonlySet<string>): Finding {
  if (!belongsTo(record, keys)) return { state: "otherAccount", actions: [] };
  const orphans = findOrphans(record, keys);
  const find = (hash: string | undefined) => keys.find((key) => key.hash === hash);
  const [old, successor] = [find(record.old.hash), find(record.new?.hash)];
  if (record.step === "creating") {
    // Without the old key, a new key with a stored secret is the only usable one: don't roll back.
    const actionsWithSecret: RecoveryAction[] = old ? ["continue", "rollBack"] : ["continue"];
    const adoptable = orphans.find((key) => storedHashes.has(key.hash));
    if (adoptable) {
      const others = orphans.filter((key) => key !== adoptable);
      return { state: "adoptable", key: adoptable, others, actions: actionsWithSecret };
    }
    if (storedHashes.has(record.id)) return { state: "unidentified", orphans, actions: actionsWithSecret };
    // Without the old key there is nothing to rotate.
    const actions: RecoveryAction[] = old ? ["continue", "rollBack"] : ["rollBack"];
    return orphans.length > 0 ? { state: "orphaned", orphans, actions } : { state: "notCreated", actions };
  }
  const isSecretStored = record.new !== undefined && storedHashes.has(record.new.hash);
  const actions = possibleActions(record, { old, successor, isSecretStored });
  return { state: "underway", old, new: successor, isSecretStored, strays: record.recreated ? orphans : [], actions };
}

/**
 * Continuing needs the new key and, before the handover, its secret. Rolling back needs the old key, unless nobody can use
 * the new one.
 */
function possibleActions(
  { step }: Rotation,
  { old, successor, isSecretStored }: { old?: Key; successor?: Key; isSecretStored: boolean },
): RecoveryAction[] {
  if (step === "finished") return ["close"];
  const handedOver = isHandedOver({ step });
  // At "disabled" the old key may be deleted already, if a crash prevented the removal of the record.
  const canContinue = step === "pending" ? old !== undefined : handedOver || isSecretStored;
  const actions: RecoveryAction[] = [];
  if (successor && canContinue) actions.push("continue");
  const isNewKeyUnusable = !handedOver && !(successor && isSecretStored);
  if (old || isNewKeyUnusable) actions.push("rollBack");
  if (handedOver) actions.push("close");
  return actions;
}
