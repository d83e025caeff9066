// Assesses a record found at start. Pure: the keys come from a complete, fresh read of the account.
import type { Key } from "../schemas.ts";
import { DAY_MS } from "../time.ts";
import type { Rotation } from "./record.ts";

/** How far this machine's clock may be from OpenRouter's. Generous, since keys that were there before are known. */
const CLOCK_SKEW_MS = DAY_MS;

export type RecoveryAction =
  /** Take the next step. */
  | "continue"
  | "rollBack"
  /** Forget the record; touches no key. */
  | "close";

export type Finding = {
  /** The actions that make sense now. */
  actions: RecoveryAction[];
} & (
  | { state: "otherAccount" }
  /** Nothing was created (yet): continue with `recreate`. */
  | { state: "notCreated" }
  /**
   * The new key and its secret are there, only the record does not say so: continue with `adopt`. `others` were made by
   * others meanwhile: to roll back, remove `key` and spare them.
   */
  | { state: "adoptable"; key: Key; others: Key[] }
  /** The new key was created and its secret is held, only not which key it is: continue with `identify`. */
  | { state: "unidentified"; orphans: Key[] }
  /**
   * The create took effect and its secret is lost for good: continue with `recreate`, which deletes it first. More than
   * one: keys of this name were made by others meanwhile, and the person has to say which is ours.
   */
  | { state: "orphaned"; orphans: Key[] }
  /** The step says how far it came. A key that is undefined was deleted elsewhere. */
  | { state: "underway"; old?: Key; new?: Key; secretHeld: boolean; strays: Key[] }
);

/** Keys that this rotation may have created without knowing it: of the new name, not there before it, never used. */
export function findOrphans(record: Rotation, keys: readonly Key[]): Key[] {
  const notBefore = Date.parse(record.startedAt) - CLOCK_SKEW_MS;
  const known = new Set([...record.knownHashes, record.old.hash, record.new?.hash]);
  return keys.filter(
    (key) =>
      key.name === record.body.name &&
      !known.has(key.hash) &&
      key.usage === 0 &&
      !key.byok_usage &&
      // Nobody has had the lost key's secret. Free models leave no spend, but a time of use.
      !key.last_used_at &&
      // An unparsable date does not rule the key out.
      !(Date.parse(key.created_at) < notBefore),
  );
}

/** True if any of the rotation's keys, or its workspace, exists in this account. */
export function belongsTo(record: Rotation, keys: readonly Key[]): boolean {
  const { old } = record;
  const own = new Set([old.hash, record.new?.hash]);
  return keys.some((key) => own.has(key.hash) || (old.workspace_id && key.workspace_id === old.workspace_id));
}

/**
 * Determines the state of a rotation and the possible actions.
 * @param held the hashes of the keys whose secrets are held, and the rotation's id where one is held under that
 */
export function assessRotation(record: Rotation, keys: readonly Key[], held: ReadonlySet<string>): Finding {
  if (!belongsTo(record, keys)) return { state: "otherAccount", actions: [] };
  const orphans = findOrphans(record, keys);
  const at = (hash: string | undefined) => keys.find((key) => key.hash === hash);
  const [old, successor] = [at(record.old.hash), at(record.new?.hash)];
  if (record.step === "creating") {
    // Without the old key, one whose secret is held is the last that can be used.
    const actionsWithSecret: RecoveryAction[] = old ? ["continue", "rollBack"] : ["continue"];
    const adoptable = orphans.find((key) => held.has(key.hash));
    if (adoptable) {
      const others = orphans.filter((key) => key !== adoptable);
      return { state: "adoptable", key: adoptable, others, actions: actionsWithSecret };
    }
    if (held.has(record.id)) return { state: "unidentified", orphans, actions: actionsWithSecret };
    // Without an old key there is nothing to rotate any more.
    const actions: RecoveryAction[] = old ? ["continue", "rollBack"] : ["rollBack"];
    return orphans.length > 0 ? { state: "orphaned", orphans, actions } : { state: "notCreated", actions };
  }
  const secretHeld = record.new !== undefined && held.has(record.new.hash);
  const actions = possibleActions(record, { old, successor, secretHeld });
  return { state: "underway", old, new: successor, secretHeld, strays: record.recreated ? orphans : [], actions };
}

/**
 * Continuing needs the new key, before the person has its secret the secret too; going back needs the old key, unless
 * the new one is of no use to anybody.
 */
function possibleActions(
  { step }: Rotation,
  { old, successor, secretHeld }: { old?: Key; successor?: Key; secretHeld: boolean },
): RecoveryAction[] {
  if (step === "finished") return ["close"];
  const handedOver = step === "pending" || step === "disabled";
  // At "disabled" the old key may be gone: its deletion was cut off before the record was removed.
  const ready = step === "pending" ? old !== undefined : handedOver || secretHeld;
  const actions: RecoveryAction[] = [];
  if (successor && ready) actions.push("continue");
  const useless = !handedOver && !(successor && secretHeld);
  if (old || useless) actions.push("rollBack");
  if (handedOver) actions.push("close");
  return actions;
}
